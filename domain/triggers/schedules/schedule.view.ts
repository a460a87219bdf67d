import type { Schedule } from '#schema/contracts/schedules'
import type { ScheduleRow } from './schedules.store.ts'

/** What of a schedule people edit; that it fired changes none of that. */
export const editableSchedule = ({ name, cronExpression, timezone, enabled }: Schedule) => ({
  name,
  cronExpression,
  timezone,
  enabled,
})

/** A schedule as the API shows it. */
export const scheduleView = (row: ScheduleRow): Schedule => ({
  id: row.id,
  automationId: row.automationId,
  triggerId: row.triggerId,
  name: row.name,
  cronExpression: row.cronExpression,
  timezone: row.timezone,
  enabled: row.enabled,
  lastRunAt: row.lastRunAt?.toISOString() ?? null,
  nextRunAt: row.nextRunAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
})
