import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm'
import type { Database } from '#kernel/database'
import type { PageQuery } from '#schema/contracts/common'
import { automations, triggers } from '#schema/tables/index'

export type TriggerRow = typeof triggers.$inferSelect

export async function insertTrigger(
  db: Database,
  row: Omit<TriggerRow, 'createdAt' | 'updatedAt' | 'triggerType'> & { now: Date },
): Promise<TriggerRow> {
  const { now, ...values } = row
  const [saved] = await db
    .insert(triggers)
    .values({ ...values, createdAt: now, updatedAt: now })
    .returning()
  return saved as TriggerRow
}

export async function findTriggerRow(db: Database, organizationId: string, id: string): Promise<TriggerRow | null> {
  const [row] = await db
    .select()
    .from(triggers)
    .where(and(eq(triggers.organizationId, organizationId), eq(triggers.id, id)))
    .limit(1)
  return row ?? null
}

/** The organization's triggers, or those of one automation, newest first, one more than asked for. */
export function listTriggerRows(
  db: Database,
  organizationId: string,
  input: { page: PageQuery; automationId: string | undefined },
): Promise<TriggerRow[]> {
  const { page, automationId } = input
  return db
    .select()
    .from(triggers)
    .where(
      and(
        eq(triggers.organizationId, organizationId),
        automationId === undefined ? undefined : eq(triggers.automationId, automationId),
        page.cursor === undefined ? undefined : lt(triggers.id, page.cursor),
      ),
    )
    .orderBy(desc(triggers.id))
    .limit(page.limit + 1)
}

/** Enabled triggers of several organizations with the automation each belongs to, in the order they were made. */
export function listActiveTriggersAcrossOrganizations(
  db: Database,
  input: { organizationIds: string[]; providers: string[] },
) {
  return db
    .select({
      id: triggers.id,
      organizationId: triggers.organizationId,
      provider: triggers.provider,
      eventType: triggers.eventType,
      config: triggers.config,
      automationId: automations.id,
      automationName: automations.name,
      automationEnabled: automations.enabled,
    })
    .from(triggers)
    .innerJoin(
      automations,
      and(eq(automations.id, triggers.automationId), eq(automations.organizationId, triggers.organizationId)),
    )
    .where(
      and(
        eq(triggers.enabled, true),
        inArray(triggers.organizationId, input.organizationIds),
        inArray(triggers.provider, input.providers),
      ),
    )
    .orderBy(triggers.id)
}
export type ActiveTrigger = Awaited<ReturnType<typeof listActiveTriggersAcrossOrganizations>>[number]

/** Instants of rows that Postgres stamped itself have microseconds; what was read has milliseconds. */
const unchanged = (unchangedSince: Date | null) =>
  unchangedSince === null
    ? undefined
    : sql`date_trunc('milliseconds', ${triggers.updatedAt}) = ${unchangedSince.toISOString()}::timestamptz`

/** Compare-and-set: null when the row is gone, or was changed since `unchangedSince` (null: whatever it is). */
export async function updateTriggerRow(
  db: Database,
  edit: {
    organizationId: string
    triggerId: string
    change: { config?: Record<string, unknown> | undefined; enabled?: boolean | undefined }
    unchangedSince: Date | null
    now: Date
  },
): Promise<TriggerRow | null> {
  const now = edit.now.toISOString()
  // Strictly later than before, so that two edits within one millisecond cannot look like one.
  const updatedAt = sql`greatest(${now}::timestamptz, ${triggers.updatedAt} + interval '1 millisecond')`
  const [row] = await db
    .update(triggers)
    .set({ ...edit.change, updatedAt })
    .where(
      and(
        eq(triggers.id, edit.triggerId),
        eq(triggers.organizationId, edit.organizationId),
        unchanged(edit.unchangedSince),
      ),
    )
    .returning()
  return row ?? null
}

/** Events of the trigger whose run has not ended. */
const hasLiveRun = sql`exists (
  select 1 from automation_runs join trigger_events on trigger_events.id = automation_runs.trigger_event_id
  where trigger_events.trigger_id = ${triggers.id} and automation_runs.status in ('queued','enriching','ready','running')
)`

/** Compare-and-delete; `in_use` when a run that it started has not ended, since the run would go with it. */
export async function deleteTriggerRow(
  db: Database,
  edit: { organizationId: string; triggerId: string; unchangedSince: Date | null },
): Promise<'deleted' | 'changed' | 'in_use' | 'missing'> {
  const isIt = and(eq(triggers.id, edit.triggerId), eq(triggers.organizationId, edit.organizationId))
  const deleted = await db
    .delete(triggers)
    .where(and(isIt, unchanged(edit.unchangedSince), sql`not ${hasLiveRun}`))
    .returning({ id: triggers.id })
  if (deleted.length > 0) return 'deleted'
  const [row] = await db.select({ inUse: sql<boolean>`${hasLiveRun}` }).from(triggers).where(isIt)
  if (!row) return 'missing'
  return row.inUse ? 'in_use' : 'changed'
}
