import { and, asc, desc, eq, getTableColumns, lt, lte, sql } from 'drizzle-orm'
import { type Database, queryRows } from '#kernel/database'
import type { PageQuery } from '#schema/contracts/common'
import { automations, schedules, triggers } from '#schema/tables/index'

export type ScheduleRow = typeof schedules.$inferSelect

/** One schedule, and when its trigger, which every edit of a schedule changes, was changed last. */
export async function findScheduleRow(
  db: Database,
  organizationId: string,
  id: string,
): Promise<(ScheduleRow & { triggerUpdatedAt: Date }) | null> {
  const [row] = await db
    .select({ ...getTableColumns(schedules), triggerUpdatedAt: triggers.updatedAt })
    .from(schedules)
    .innerJoin(triggers, eq(triggers.id, schedules.triggerId))
    .where(and(eq(schedules.organizationId, organizationId), eq(schedules.id, id)))
    .limit(1)
  return row ?? null
}

/** An automation's schedules, newest first, one more than asked for. */
export function listScheduleRows(
  db: Database,
  organizationId: string,
  input: { automationId: string; page: PageQuery },
): Promise<ScheduleRow[]> {
  const { automationId, page } = input
  return db
    .select()
    .from(schedules)
    .where(
      and(
        eq(schedules.organizationId, organizationId),
        eq(schedules.automationId, automationId),
        page.cursor === undefined ? undefined : lt(schedules.id, page.cursor),
      ),
    )
    .orderBy(desc(schedules.id))
    .limit(page.limit + 1)
}

/** Schedules that are due, the longest due first, with the trigger and the automation that each wakes. */
export function listDueSchedulesAcrossOrganizations(db: Database, input: { now: Date; limit: number }) {
  return db
    .select({
      id: schedules.id,
      name: schedules.name,
      cronExpression: schedules.cronExpression,
      timezone: schedules.timezone,
      dueAt: schedules.nextRunAt,
      trigger: {
        id: triggers.id,
        organizationId: triggers.organizationId,
        provider: triggers.provider,
        eventType: triggers.eventType,
        config: triggers.config,
        filter: triggers.filter,
        integrationId: triggers.integrationId,
        automationId: automations.id,
        automationName: automations.name,
        automationEnabled: automations.enabled,
      },
    })
    .from(schedules)
    .innerJoin(
      triggers,
      and(eq(triggers.id, schedules.triggerId), eq(triggers.organizationId, schedules.organizationId)),
    )
    .innerJoin(
      automations,
      and(eq(automations.id, triggers.automationId), eq(automations.organizationId, triggers.organizationId)),
    )
    .where(and(eq(schedules.enabled, true), eq(triggers.enabled, true), lte(schedules.nextRunAt, input.now)))
    .orderBy(asc(schedules.nextRunAt))
    .limit(input.limit)
}
export type DueSchedule = Awaited<ReturnType<typeof listDueSchedulesAcrossOrganizations>>[number]

/**
 * Moves schedules on to their next firing, each only while it is still due at the instant it was read with. Returns
 * how many moved; the others were moved by another tick, or changed by a person.
 */
export async function moveSchedulesAcrossOrganizations(
  db: Database,
  input: { moves: { id: string; dueAt: string; nextRunAt: string | null }[]; now: Date },
): Promise<number> {
  const rows = await queryRows(
    db,
    sql`
      update schedules s set next_run_at = m."nextRunAt", last_run_at = ${input.now.toISOString()}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(input.moves)}::jsonb) as m(
        id uuid, "dueAt" timestamptz, "nextRunAt" timestamptz)
      where s.id = m.id and date_trunc('milliseconds', s.next_run_at) = m."dueAt"
      returning s.id`,
  )
  return rows.length
}
