import { and, desc, eq, inArray, lt } from 'drizzle-orm'
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
