import type { FieldIssue } from '#domain/integrations'
import { DAY_MS, MINUTE_MS } from '#kernel/durations'
import { type CronTimes, readCron } from './read-cron.ts'
import { openTimeZone, type TimeZone } from './time-zone.ts'

/** So many local times in a row may lead to no new instant: those of a day that clocks skip or repeat. */
const MAX_IDLE_STEPS = (2 * DAY_MS) / MINUTE_MS

export type Firings = { ok: true; instants: Date[] } | { ok: false; issues: FieldIssue[] }

/**
 * The next instants an expression fires at, strictly after `from`, soonest first; fewer than `count` when there are no
 * more. Every local time the expression names fires once: at the first of two where clocks are set back, and at the
 * first instant after the gap where they are set forward; two that fall on one instant fire once.
 */
export function nextFirings(input: { cron: string; zone: string; from: Date; count: number }): Firings {
  const read = readCron(input.cron)
  const zone = openTimeZone(input.zone)
  const noZone = { path: 'timezone', message: `there is no time zone ${input.zone}, write for example Europe/Berlin` }
  const issues = [...(read.ok ? [] : read.issues), ...(zone ? [] : [noZone])]
  if (!read.ok || !zone) return { ok: false, issues }
  const instants: Date[] = []
  let last = input.from.getTime()
  while (instants.length < input.count) {
    const instant = nextInstant(read.times, zone, last)
    if (instant === null) break
    instants.push(new Date(instant))
    last = instant
  }
  return { ok: true, instants }
}

function nextInstant(times: CronTimes, zone: TimeZone, after: number): number | null {
  let local: Date | null = new Date(zone.localOf(after))
  for (let step = 0; step < MAX_IDLE_STEPS; step += 1) {
    local = times.after(local)
    if (local === null) return null
    const instant = zone.instantOf(local.getTime())
    if (instant > after) return instant
  }
  return null
}
