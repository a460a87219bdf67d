import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextFirings } from './next-firings.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** Zones with days on which their clocks change, and one without. */
const DAYS = [
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-10-03'],
  ['Australia/Lord_Howe', '2026-04-04'],
  ['America/Sao_Paulo', '2018-11-04'],
  ['America/Sao_Paulo', '2018-02-18'],
  ['Asia/Kathmandu', '2024-02-29'],
  ['Pacific/Apia', '2011-12-30'],
  ['UTC', '2026-12-31'],
] as const

/** Every minute around a day with the local time that Intl gives it, written as if it were UTC. */
function walk(zone: string, day: string): { instant: number; local: number }[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  const noon = Date.parse(`${day}T12:00:00Z`)
  return Array.from({ length: (5 * DAY_MS) / MINUTE_MS }, (_, minute) => {
    const instant = noon - 2.5 * DAY_MS + minute * MINUTE_MS
    return { instant, local: Date.parse(`${format.format(instant).replace(' ', 'T')}Z`) }
  })
}
const walks = new Map(DAYS.map(([zone, day]) => [`${zone} ${day}`, walk(zone, day)]))

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

/** The numbers a field stands for, read as plainly as possible. */
function numbersOf(field: string, [min, max]: [number, number], names: string[] = []): Set<number> {
  const first = names === MONTHS ? 1 : 0
  const numberOf = (text: string) => (names.includes(text) ? names.indexOf(text) + first : Number(text))
  const numbers = field.split(',').flatMap((item) => {
    const [range = '', step = '1'] = item.split('/')
    const [from = min, to = from] = range === '*' ? [min, max] : range.split('-').map(numberOf)
    const all = Array.from({ length: max + 1 }, (_, n) => n)
    return all.filter((n) => n >= from && n <= to && (n - from) % Number(step) === 0)
  })
  return new Set(numbers)
}

/** Whether a local time fits an expression, by day of month or day of week where both are restricted. */
function fitsOf(cron: string): (local: number) => boolean {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = cron.split(' ')
  const minutes = numbersOf(minute, [0, 59])
  const hours = numbersOf(hour, [0, 23])
  const days = numbersOf(day, [1, 31])
  const months = numbersOf(month, [1, 12], MONTHS)
  const weekdays = numbersOf(weekday, [0, 7], WEEKDAYS)
  return (local) => {
    const at = new Date(local)
    if (!minutes.has(at.getUTCMinutes()) || !hours.has(at.getUTCHours())) return false
    if (!months.has(at.getUTCMonth() + 1)) return false
    const byDay = days.has(at.getUTCDate())
    const byWeekday = weekdays.has(at.getUTCDay()) || (at.getUTCDay() === 0 && weekdays.has(7))
    return day !== '*' && weekday !== '*' ? byDay || byWeekday : byDay && byWeekday
  }
}

/** Each local minute of the walk that fits, at the first instant whose local time has reached it. */
function expectedFirings(cron: string, minutes: { instant: number; local: number }[], from: number): number[] {
  const first = minutes[0]?.local ?? 0
  const last = minutes.at(-1)?.local ?? 0
  const instants = new Set<number>()
  const fits = fitsOf(cron)
  let position = 0
  for (let local = first; local <= last; local += MINUTE_MS) {
    while ((minutes[position]?.local ?? Infinity) < local) position += 1
    if (fits(local)) instants.add(minutes[position]?.instant ?? 0)
  }
  return [...instants].filter((instant) => instant > from).sort((a, b) => a - b)
}

const oneOf = (...texts: string[]) => fc.constantFrom(...texts)
const cron = fc
  .tuple(
    oneOf('*', '*/15', '0', '30', '5,45', '0-10/5', '59'),
    oneOf('*', '*/2', '0', '1', '2', '1-3', '23', '0,12', '2-23/7'),
    oneOf('*', '*', '1', '29-31', '*/2', '3,4,8,25,29'),
    oneOf('*', '*', '3', 'MAR-NOV', '2,10,12', '*/3'),
    oneOf('*', '*', '0', 'SUN', 'MON-FRI', '7', '5-7', 'SAT,1'),
  )
  .map((fields) => fields.join(' '))

test('every expression fires at the minutes that a walk by the clock on the wall finds', () => {
  let compared = 0
  fc.assert(
    fc.property(fc.constantFrom(...DAYS), cron, fc.nat(4 * 24 * 60 * 60), ([zone, day], text, offset) => {
      const minutes = walks.get(`${zone} ${day}`) ?? []
      const from = (minutes[0]?.instant ?? 0) + offset * 1_000
      const expected = expectedFirings(text, minutes, from)
      const result = nextFirings({ cron: text, zone, from: new Date(from), count: Math.min(expected.length, 60) })
      if (!result.ok) throw new TypeError(JSON.stringify(result.issues))
      compared += expected.length
      expect(result.instants.map((instant) => instant.getTime())).toEqual(expected.slice(0, 60))
    }),
    { numRuns: 200 },
  )
  expect(compared).toBeGreaterThan(1_000)
})

test('any text may be given as an expression and a zone', () => {
  const field = fc.stringMatching(/^[0-9*/,\-A-Z?#L@]{1,8}$/)
  const text = fc.oneof(fc.string(), fc.array(field, { minLength: 4, maxLength: 6 }).map((fields) => fields.join(' ')))
  fc.assert(
    fc.property(text, fc.oneof(fc.string(), fc.constant('UTC')), (given, zone) => {
      const result = nextFirings({ cron: given, zone, from: new Date('2026-01-01T00:00:00Z'), count: 2 })
      expect(result.ok ? result.instants.length <= 2 : result.issues.length > 0).toBe(true)
    }),
    { numRuns: 500 },
  )
})
