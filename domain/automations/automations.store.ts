import { and, count, desc, eq, lt } from 'drizzle-orm'
import type { Database } from '#kernel/database'
import { automations, triggers } from '#schema/tables/index'

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
