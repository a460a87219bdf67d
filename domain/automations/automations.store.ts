import { and, count, desc, eq, inArray, lt, notExists, sql } from 'drizzle-orm'
import type { Database } from '#kernel/database'
import type { UpdateAutomation } from '#schema/contracts/automations'
import { automationRuns, automations, triggers } from '#schema/tables/index'
import { LIVE_RUN_STATUSES } from './run.lifecycle.ts'

const isLiveRun = inArray(automationRuns.status, LIVE_RUN_STATUSES)

const selectWithTriggers = (db: Database) =>
  db
    .select({ automation: automations, triggerCount: count(triggers.id) })
    .from(automations)
    .leftJoin(triggers, eq(triggers.automationId, automations.id))

export type ShownAutomation = Awaited<ReturnType<typeof selectAutomations>>[number]

/** Inserts an automation. */
export async function insertAutomation(db: Database, automation: typeof automations.$inferInsert): Promise<void> {
  await db.insert(automations).values(automation)
}

/** Automations of an organization, newest first, beginning behind the cursor. */
export async function selectAutomations(
  db: Database,
  query: { organizationId: string; cursor?: string; limit: number },
) {
  return selectWithTriggers(db)
    .where(
      and(
        eq(automations.organizationId, query.organizationId),
        query.cursor ? lt(automations.id, query.cursor) : undefined,
      ),
    )
    .groupBy(automations.id)
    .orderBy(desc(automations.id))
    .limit(query.limit)
}

/** One automation of an organization. */
export async function selectAutomation(
  db: Database,
  query: { organizationId: string; automationId: string },
): Promise<ShownAutomation | null> {
  const [row] = await selectWithTriggers(db)
    .where(and(eq(automations.id, query.automationId), eq(automations.organizationId, query.organizationId)))
    .groupBy(automations.id)
  return row ?? null
}

/** Instants of rows that Postgres stamped itself have microseconds; what was read has milliseconds. */
const unchanged = (unchangedSince: Date | null) =>
  unchangedSince === null
    ? undefined
    : sql`date_trunc('milliseconds', ${automations.updatedAt}) = ${unchangedSince.toISOString()}::timestamptz`

/** Compare-and-set: null when the row is gone, or was changed since `unchangedSince` (null: whatever it is). */
export async function updateAutomationRow(
  db: Database,
  edit: {
    organizationId: string
    automationId: string
    change: UpdateAutomation
    unchangedSince: Date | null
    now: Date
  },
): Promise<typeof automations.$inferSelect | null> {
  const now = edit.now.toISOString()
  // Strictly later than before, so that two edits within one millisecond cannot look like one.
  const updatedAt = sql`greatest(${now}::timestamptz, ${automations.updatedAt} + interval '1 millisecond')`
  const [row] = await db
    .update(automations)
    .set({ ...edit.change, updatedAt })
    .where(
      and(
        eq(automations.id, edit.automationId),
        eq(automations.organizationId, edit.organizationId),
        unchanged(edit.unchangedSince),
      ),
    )
    .returning()
  return row ?? null
}

const liveRuns = (db: Database) =>
  db
    .select({ id: automationRuns.id })
    .from(automationRuns)
    .where(and(eq(automationRuns.automationId, automations.id), isLiveRun))

/** Compare-and-delete; false when it is gone, was changed since, or has a run that has not ended. */
export async function deleteAutomationRow(
  db: Database,
  edit: { organizationId: string; automationId: string; unchangedSince: Date | null },
): Promise<boolean> {
  const rows = await db
    .delete(automations)
    .where(
      and(
        eq(automations.id, edit.automationId),
        eq(automations.organizationId, edit.organizationId),
        unchanged(edit.unchangedSince),
        notExists(liveRuns(db)),
      ),
    )
    .returning({ id: automations.id })
  return rows.length > 0
}

export async function hasLiveRuns(
  db: Database,
  query: { organizationId: string; automationId: string },
): Promise<boolean> {
  const rows = await db
    .select({ id: automationRuns.id })
    .from(automationRuns)
    .where(
      and(
        eq(automationRuns.organizationId, query.organizationId),
        eq(automationRuns.automationId, query.automationId),
        isLiveRun,
      ),
    )
    .limit(1)
  return rows.length > 0
}
