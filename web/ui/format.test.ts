import { describe, expect, it } from 'vitest'
import { clipped, counted, formatAge, formatDuration, formatMoment, formatUntil } from './format.ts'

describe('numbers for people', () => {
  it('shows durations in the units that matter', () => {
    const shown = [0, 840, 6_240, 42_000, 192_000, 7_500_000].map(formatDuration)
    expect(shown).toEqual(['0 ms', '840 ms', '6.2 s', '42 s', '3 min 12 s', '2 h 5 min'])
  })

  it('shows ages coarser the older they are', () => {
    const now = Date.parse('2026-11-21T12:00:00Z')
    const ago = (ms: number) => formatAge(new Date(now - ms).toISOString(), now)
    expect([-5_000, 0, 40_000, 300_000, 10_800_000, 172_800_000].map(ago)).toEqual([
      'now',
      'now',
      '40 s ago',
      '5 min ago',
      '3 h ago',
      '2 d ago',
    ])
    expect(ago(40 * 86_400_000)).toContain('2026')
  })

  it('shows what is left of a time, and nothing of one that is over', () => {
    const now = Date.parse('2026-11-21T12:00:00Z')
    const left = (ms: number) => formatUntil(new Date(now + ms).toISOString(), now)
    expect([39_500, 300_000, 10_800_000, 604_799_000].map(left)).toEqual(['40 s left', '5 min left', '3 h left', '6 d left'])
    expect([0, -1].map(left)).toEqual([null, null])
  })

  it('names the zone of a moment', () => {
    const zone = new Intl.DateTimeFormat(undefined, { timeZoneName: 'short' })
      .formatToParts(0)
      .find(({ type }) => type === 'timeZoneName')
    expect(formatMoment('2026-11-21T12:00:00Z')).toContain(zone?.value)
    expect(formatMoment('2026-11-21T12:00:00Z')).toMatch(/2026.*:00:00/)
  })

  it('counts and clips', () => {
    expect([counted(1, 'entry', 'entries'), counted(2, 'entry', 'entries')]).toEqual(['1 entry', '2 entries'])
    expect([counted(1, 'run'), counted(0, 'run'), clipped('abcdef', 4)]).toEqual(['1 run', '0 runs', 'abc…'])
  })
})
