import { DAY_MS, SECOND_MS } from '#kernel/durations'

/** A time zone as a translation between instants and local times; local times are written as if they were UTC. */
export interface TimeZone {
  localOf(instant: number): number
  /**
   * The one instant of a local time: the first of two where clocks are set back over it, and the first instant after
   * the gap where they are set forward over it.
   */
  instantOf(local: number): number
}

/** Opens a zone of the IANA database, such as Europe/Berlin; null when there is none of that name. */
export function openTimeZone(name: string): TimeZone | null {
  // Also an offset like +02:00 is a zone to Intl, but none that knows when clocks change.
  if (!/^[A-Za-z]/.test(name)) return null
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', { ...PARTS, timeZone: name })
  } catch {
    return null
  }
  const localOf = (instant: number) => localTimeOf(format, instant)
  return { localOf, instantOf: (local) => instantOf(localOf, local) }
}

const PARTS = {
  calendar: 'gregory',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const

function localTimeOf(format: Intl.DateTimeFormat, instant: number): number {
  const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]))
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
}

/** Clocks change by at most a day, so the offsets of the days around a local time are all that can apply to it. */
function instantOf(localOf: (instant: number) => number, local: number): number {
  const offsets = [local - DAY_MS, local + DAY_MS].map((near) => localOf(near) - near)
  const candidates = offsets.map((offset) => local - offset).sort((a, b) => a - b)
  return candidates.find((instant) => localOf(instant) === local) ?? endOfGap(localOf, local)
}

function endOfGap(localOf: (instant: number) => number, local: number): number {
  let before = local - 2 * DAY_MS
  let after = local + 2 * DAY_MS
  while (after - before > SECOND_MS) {
    const middle = before + Math.floor((after - before) / 2 / SECOND_MS) * SECOND_MS
    if (localOf(middle) < local) before = middle
    else after = middle
  }
  return after
}
