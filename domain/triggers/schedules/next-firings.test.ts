import { describe, expect, test } from 'vitest'
import { nextFirings } from './next-firings.ts'

function firings(cron: string, zone: string, from: string, count: number): string[] {
  const result = nextFirings({ cron, zone, from: new Date(from), count })
  if (!result.ok) throw new TypeError(JSON.stringify(result.issues))
  return result.instants.map((instant) => instant.toISOString().replace(':00.000Z', 'Z'))
}

/** Expression, zone, from, and every firing after it: dates are given once, times follow. */
type Row = [string, string, string, string[]]

describe('clocks set forward: a skipped time fires at the first instant after the gap', () => {
  test.each<Row>([
    ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', ['2026-03-29T01:00Z', '2026-03-30T00:30Z']],
    ['30 2 * * *', 'America/New_York', '2026-03-07T12:00Z', ['2026-03-08T07:00Z', '2026-03-09T06:30Z']],
    ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T12:00Z', ['2026-10-03T15:30Z', '2026-10-04T15:15Z']],
    // Midnight itself was skipped.
    ['0 0 * * *', 'America/Sao_Paulo', '2018-11-03T12:00Z', ['2018-11-04T03:00Z', '2018-11-05T02:00Z']],
    // A whole day was skipped.
    ['0 12 30 12 *', 'Pacific/Apia', '2011-12-01T00:00Z', ['2011-12-30T10:00Z', '2012-12-29T22:00Z']],
    // Two times that are skipped, and one that is not, fall on one instant and fire once.
    ['0,30 2,3 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', ['2026-03-29T01:00Z', '2026-03-29T01:30Z']],
    [
      '*/15 * * * *',
      'Europe/Berlin',
      '2026-03-29T00:30Z',
      ['2026-03-29T00:45Z', '2026-03-29T01:00Z', '2026-03-29T01:15Z', '2026-03-29T01:30Z'],
    ],
  ])('%s in %s after %s: %j', (cron, zone, from, expected) => {
    expect(firings(cron, zone, from, expected.length)).toEqual(expected)
  })
})

describe('clocks set back: a repeated time fires the first time only', () => {
  test.each<Row>([
    ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00Z', ['2026-10-25T00:30Z', '2026-10-26T01:30Z']],
    ['30 1 * * *', 'America/New_York', '2026-10-31T12:00Z', ['2026-11-01T05:30Z', '2026-11-02T06:30Z']],
    ['45 1 * * *', 'Australia/Lord_Howe', '2026-04-03T20:00Z', ['2026-04-04T14:45Z', '2026-04-05T15:15Z']],
    ['30 23 * * *', 'America/Sao_Paulo', '2018-02-17T12:00Z', ['2018-02-18T01:30Z', '2018-02-19T02:30Z']],
    [
      '*/15 * * * *',
      'Europe/Berlin',
      '2026-10-25T00:15Z',
      ['2026-10-25T00:30Z', '2026-10-25T00:45Z', '2026-10-25T02:00Z', '2026-10-25T02:15Z'],
    ],
    // Asked in the middle of the second time round.
    ['*/15 * * * *', 'Europe/Berlin', '2026-10-25T01:20Z', ['2026-10-25T02:00Z']],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-25T01:00Z', ['2026-10-26T01:30Z']],
  ])('%s in %s after %s: %j', (cron, zone, from, expected) => {
    expect(firings(cron, zone, from, expected.length)).toEqual(expected)
  })
})

describe('an expression fires', () => {
  test.each<Row>([
    ['0 9 * * *', 'Asia/Kathmandu', '2026-01-01T00:00Z', ['2026-01-01T03:15Z', '2026-01-02T03:15Z']],
    ['0 9 * * MON-FRI', 'UTC', '2026-11-20T12:00Z', ['2026-11-23T09:00Z', '2026-11-24T09:00Z']],
    ['0 9 * jan,MAR *', 'UTC', '2026-01-31T08:00Z', ['2026-01-31T09:00Z', '2026-03-01T09:00Z']],
    ['0 0 * * 7', 'UTC', '2026-11-20T12:00Z', ['2026-11-22T00:00Z', '2026-11-29T00:00Z']],
    ['0-10/5 0 1 * *', 'UTC', '2026-11-20T12:00Z', ['2026-12-01T00:00Z', '2026-12-01T00:05Z', '2026-12-01T00:10Z']],
    // Day of month or day of week, where both are restricted.
    ['0 0 13 * FRI', 'UTC', '2026-04-01T00:00Z', ['2026-04-03T00:00Z', '2026-04-10T00:00Z', '2026-04-13T00:00Z']],
    ['0 0 13 * *', 'UTC', '2026-04-01T00:00Z', ['2026-04-13T00:00Z', '2026-05-13T00:00Z']],
    ['0 0 29 2 *', 'UTC', '2026-01-01T00:00Z', ['2028-02-29T00:00Z', '2032-02-29T00:00Z']],
    ['0 0 29 2 *', 'UTC', '2096-03-01T00:00Z', ['2104-02-29T00:00Z']],
    ['0 0 31 * *', 'UTC', '2026-01-31T00:00Z', ['2026-03-31T00:00Z', '2026-05-31T00:00Z']],
    ['59 23 31 12 *', 'UTC', '2026-12-31T23:58Z', ['2026-12-31T23:59Z', '2027-12-31T23:59Z']],
    ['* * * * *', 'America/New_York', '2026-12-31T23:59Z', ['2027-01-01T00:00Z', '2027-01-01T00:01Z']],
    ['@daily', 'Europe/Berlin', '2026-11-20T12:00Z', ['2026-11-20T23:00Z', '2026-11-21T23:00Z']],
    ['@Hourly', 'UTC', '2026-11-20T12:00Z', ['2026-11-20T13:00Z']],
    ['@weekly', 'UTC', '2026-11-20T12:00Z', ['2026-11-22T00:00Z']],
    ['@yearly', 'UTC', '2026-11-20T12:00Z', ['2027-01-01T00:00Z']],
  ])('%s in %s after %s: %j', (cron, zone, from, expected) => {
    expect(firings(cron, zone, from, expected.length)).toEqual(expected)
  })

  test('strictly after the instant that is asked about, be it within a minute', () => {
    expect(firings('0 9 * * *', 'UTC', '2026-11-20T08:59:59.999Z', 1)).toEqual(['2026-11-20T09:00Z'])
    expect(firings('0 9 * * *', 'UTC', '2026-11-20T09:00:00.000Z', 1)).toEqual(['2026-11-21T09:00Z'])
  })

  test('never on a day that does not exist, and it takes no time to find out', () => {
    const before = process.cpuUsage()
    expect(firings('0 0 30 2 *', 'UTC', '2026-01-01T00:00Z', 5)).toEqual([])
    expect(firings('0 0 31 2,4,6 *', 'Europe/Berlin', '2026-01-01T00:00Z', 5)).toEqual([])
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1_000).toBeLessThan(1_000)
  })
})

describe('an expression is refused, in words, when', () => {
  test.each([
    ['it has seconds', '0 0 9 * * *', 'has six fields; seconds are not supported, leave the first one out'],
    ['a field is missing', '0 9 * *', 'has 4 instead of five fields: minute, hour, day of month, month, day of week'],
    ['it is empty', '  ', 'has 0 instead of five fields'],
    ['it has too many fields', '0 0 9 * * * 2026', 'has 7 instead of five fields'],
    ['a minute is none', '60 * * * *', 'minute: 60 is not between 0 and 59'],
    ['an hour is none', '0 24 * * *', 'hour: 24 is not between 0 and 23'],
    ['a day is none', '0 0 0 * *', 'day of month: 0 is not between 1 and 31'],
    ['a month is none', '0 0 1 13 *', 'month: 13 is not between 1 and 12'],
    ['a weekday is none', '0 0 * * 8', 'day of week: 8 is not between 0 and 7'],
    ['a name is none', '0 0 * FOO *', 'FOO'],
    ['a range is upside down', '0 22-6 * * *', '22-6'],
    ['a step is zero', '*/0 * * * *', 'stepping'],
    ['a step has no range', '5/15 * * * *', 'stepping'],
    ['it is a dialect: last day', '0 0 L * *', 'day of month: L is none of'],
    ['it is a dialect: second Monday', '0 0 * * 1#2', 'day of week: 1#2 is none of'],
    ['it is a dialect: any', '0 0 ? * *', 'day of month: ? is none of'],
    ['an alias is unknown', '@reboot', 'there is no @reboot; there are @hourly, @daily'],
    ['it is no expression', 'every morning, please, at nine', 'minute: every is none of'],
    ['it is a word of JavaScript', '__proto__', 'has 1 instead of five fields'],
  ])('%s: %s', (_, cron, message) => {
    const result = nextFirings({ cron, zone: 'UTC', from: new Date(0), count: 1 })
    const issues = [{ path: 'cronExpression', message: expect.stringContaining(message) }]
    expect(result).toEqual({ ok: false, issues })
  })

  test.each(['Mars/Base', '', '+02:00', '-05', 'Europe/Berlin\n', '__proto__'])('the zone is %j', (zone) => {
    const result = nextFirings({ cron: '* * * * *', zone, from: new Date(0), count: 1 })
    expect(result).toMatchObject({ ok: false, issues: [{ path: 'timezone' }] })
  })

  test('both are wrong: both are named', () => {
    const result = nextFirings({ cron: 'x', zone: 'x', from: new Date(0), count: 1 })
    expect(result).toMatchObject({ ok: false, issues: [{ path: 'cronExpression' }, { path: 'timezone' }] })
  })
})
