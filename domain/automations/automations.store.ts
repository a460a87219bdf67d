import { and, count, desc, eq, gte, inArray, lt, notExists, sql } from 'drizzle-orm'
import { auditedFrom, type AuditRow } from '#domain/identity'
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

export type ShownAutomation = Awaited<ReturnType<typeof selectWithTriggers>>[number]
export type ListedAutomation = Awaited<ReturnType<typeof selectAutomations>>[number]

/** Inserts an automation with the entry of it. */
export async function insertAutomation(
  db: Database,
  input: { automation: typeof automations.$inferInsert; audit: AuditRow },
): Promise<void> {
  const made = db.$with('made').as(db.insert(automations).values(input.automation).returning({ id: automations.id }))
  const audited = db.$with('audited', {}).as(auditedFrom('made', input.audit))
  await db.with(made, audited).select().from(made)
}

/**
 * Automations of an organization, newest first, beginning behind the cursor, each with its newest run and how many were
 * made since `firstRunId`, counted up to `maxRuns`. The page is cut first; the runs of each of its automations are then
 * found by the index on automation and id.
 */
export async function selectAutomations(
  db: Database,
  query: { organizationId: string; cursor?: string; limit: number; firstRunId: string; maxRuns: number },
) {
  const page = db
    .select({ id: automations.id })
    .from(automations)
    .where(
      and(
        eq(automations.organizationId, query.organizationId),
        query.cursor ? lt(automations.id, query.cursor) : undefined,
      ),
    )
    .orderBy(desc(automations.id))
    .limit(query.limit)
  const lastRun = db
    .select({ id: automationRuns.id, status: automationRuns.status, at: automationRuns.queuedAt })
    .from(automationRuns)
    .where(eq(automationRuns.automationId, automations.id))
    .orderBy(desc(automationRuns.id))
    .limit(1)
    .as('last_run')
  const recentRuns = db
    .select({ id: automationRuns.id })
    .from(automationRuns)
    .where(and(eq(automationRuns.automationId, automations.id), gte(automationRuns.id, query.firstRunId)))
    .limit(query.maxRuns)
    .as('recent_runs')
  return db
    .select({
      automation: automations,
      triggerCount: db.$count(triggers, eq(triggers.automationId, automations.id)),
      lastRun: { id: lastRun.id, status: lastRun.status, at: lastRun.at },
      recentRuns: db.$count(recentRuns),
    })
    .from(automations)
    .leftJoinLateral(lastRun, sql`true`)
    .where(inArray(automations.id, page))
    .orderBy(desc(automations.id))
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
    audit: AuditRow
  },
): Promise<typeof automations.$inferSelect | null> {
  const now = edit.now.toISOString()
  // Strictly later than before, so that two edits within one millisecond cannot look like one.
  const updatedAt = sql`greatest(${now}::timestamptz, ${automations.updatedAt} + interval '1 millisecond')`
  const changed = db.$with('changed').as(
    db
      .update(automations)
      .set({ ...edit.change, updatedAt })
      .where(
        and(
          eq(automations.id, edit.automationId),
          eq(automations.organizationId, edit.organizationId),
          unchanged(edit.unchangedSince),
        ),
      )
      .returning(),
  )
  const audited = db.$with('audited', {}).as(auditedFrom('changed', edit.audit))
  const [row] = await db.with(changed, audited).select().from(changed)
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
  edit: { organizationId: string; automationId: string; unchangedSince: Date | null; audit: AuditRow },
): Promise<boolean> {
  const deleted = db.$with('deleted').as(
    db
      .delete(automations)
      .where(
        and(
          eq(automations.id, edit.automationId),
          eq(automations.organizationId, edit.organizationId),
          unchanged(edit.unchangedSince),
          notExists(liveRuns(db)),
        ),
      )
      .returning({ id: automations.id }),
  )
  const audited = db.$with('audited', {}).as(auditedFrom('deleted', edit.audit))
  return (await db.with(deleted, audited).select().from(deleted)).length > 0
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
