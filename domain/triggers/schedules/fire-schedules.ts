import { kickOutbox, type OutboxNeeds } from '#domain/automations'
import { traceIdOf } from '#kernel/trace'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import { handOff, type HandOffNeeds } from '../hand-off.ts'
import { configureTrigger, matchEvents } from '../match-events.ts'
import { nextFirings } from './next-firings.ts'
import {
  type DueSchedule,
  listDueSchedulesAcrossOrganizations,
  moveSchedulesAcrossOrganizations,
} from './schedules.store.ts'

/** How many are taken at once (b1 §1.6), and how often in one tick, so that it stays within the time of a cron handler. */
const BATCH = 100
const MAX_BATCHES_PER_TICK = 10

type Needs = HandOffNeeds & OutboxNeeds

interface FiringReport {
  due: number
  started: number
  moved: number
}

/**
 * Fires the schedules that are due: hands each off once for the instant it was due, then moves it to its next one.
 * Occurrences that were missed collapse into one. Two ticks at once are harmless: the firing's dedup key names the
 * instant, and a schedule moves only from the instant it was read with. Throws when the database is away; the next tick
 * finds the same schedules again.
 */
export async function fireSchedules(needs: Needs): Promise<FiringReport> {
  const total: FiringReport = { due: 0, started: 0, moved: 0 }
  for (let batch = 0; batch < MAX_BATCHES_PER_TICK; batch += 1) {
    const report = await fireBatch(needs)
    total.due += report.due
    total.started += report.started
    total.moved += report.moved
    if (report.due < BATCH) break
  }
  return total
}

async function fireBatch(needs: Needs): Promise<FiringReport> {
  const now = needs.clock.now()
  const due = await listDueSchedulesAcrossOrganizations(needs.db, { now, limit: BATCH })
  if (due.length === 0) return { due: 0, started: 0, moved: 0 }
  const wanted = due.map((schedule) => ({
    key: schedule.id,
    inboxId: null,
    traceId: traceIdOf(needs.ids.next()),
    verdicts: matchEvents([firingOf(schedule)], [configureTrigger(schedule.trigger)]),
  }))
  const { byVerdict } = await handOff(needs, { wanted })
  // The hand-off first: a tick that dies in between fires again, which the dedup key makes harmless. What the database
  // refused moves too, since a schedule that stays at the head of the line would hold up all others.
  const moves = due.map((schedule) => moveOf(needs, schedule, now))
  const moved = await moveSchedulesAcrossOrganizations(needs.db, { moves, now })
  const outboxIds = [...byVerdict.values()].flatMap(({ outboxId }) => outboxId ?? [])
  await kickOutbox(needs, { ids: outboxIds })
  return { due: due.length, started: outboxIds.length, moved }
}

const dueAtOf = ({ dueAt }: DueSchedule): string => (dueAt as Date).toISOString()

function firingOf(schedule: DueSchedule): NormalizedEvent {
  const dueAt = dueAtOf(schedule)
  const { id, name, cronExpression, timezone } = schedule
  return {
    provider: 'scheduled',
    eventType: 'schedule_fired',
    providerEventType: 'schedule',
    occurredAt: dueAt,
    dedupKey: `schedule:${id}:${dueAt}`,
    title: name ?? `${schedule.trigger.automationName}: ${cronExpression} (${timezone})`,
    url: null,
    context: { scheduled: { scheduleId: id, dueAt, cronExpression, timezone } },
  }
}

/** The first firing after now, however many were missed since it was due. */
function moveOf(needs: HandOffNeeds, schedule: DueSchedule, now: Date) {
  const { id, cronExpression, timezone } = schedule
  const next = nextFirings({ cron: cronExpression, zone: timezone, from: now, count: 1 })
  if (!next.ok) needs.log.error('schedule.unreadable', { alert: true, scheduleId: id, cronExpression, timezone })
  const nextRunAt = next.ok ? (next.instants[0]?.toISOString() ?? null) : null
  return { id, dueAt: dueAtOf(schedule), nextRunAt }
}
