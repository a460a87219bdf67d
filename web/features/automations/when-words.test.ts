import { describe, expect, it } from 'vitest'
import { everyInWords, whenTitle } from './when-words.ts'
import { cronInWords, firingInZone } from './when/schedule-presets.ts'
import { readHeaders, readPasted } from './try/read-try.ts'

describe('when an automation runs, in words', () => {
  it.each([
    [60, 'every minute'],
    [90, 'every 90 seconds'],
    [300, 'every 5 minutes'],
    [3_600, 'every hour'],
    [86_400, 'every day'],
  ])('asks %i seconds apart: %s', (seconds, words) => {
    expect(everyInWords(seconds)).toBe(words)
  })

  it('names a schedule by what it means, else by its expression', () => {
    expect(cronInWords(' 0 9 * * MON-FRI ')).toBe('Every weekday at 9:00')
    expect(cronInWords('7 3 * * *')).toBe('7 3 * * *')
  })

  it('tells a moment on the clock of its zone', () => {
    expect(firingInZone('2026-11-23T08:00:00Z', 'Europe/Berlin')).toContain('09:00')
    expect(firingInZone('2026-11-23T08:00:00Z', 'Nowhere/Land')).toContain('on your clock')
  })

  it('names what is not known any more by its ids', () => {
    const gone = { provider: 'github', eventType: 'issue_eaten', config: {}, schedule: null } as const
    expect(whenTitle([], gone)).toBe('github: issue_eaten')
  })
})

describe('what is pasted to try it', () => {
  it('is a payload with headers, a line each', () => {
    const source = { payload: { a: 1 }, headers: { 'x-github-event': 'issues', link: 'https://a.test' } }
    expect(readPasted('{"a":1}', 'X-GitHub-Event: issues\n\nlink:https://a.test')).toEqual({ ok: true, source })
  })

  it('says where it cannot be read', () => {
    expect(readPasted('{', '')).toMatchObject({ ok: false, at: 'payload' })
    expect(readPasted('{}', 'nothing')).toMatchObject({ ok: false, at: 'headers' })
    expect(readHeaders(': value')).toMatchObject({ ok: false })
  })
})
