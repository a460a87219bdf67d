import { and, eq } from 'drizzle-orm'
import type { Database } from '#kernel/database'
import { automationRuns, automations, triggerEvents, triggers } from '#schema/tables/index'
import { runMaker } from './runs.store.ts'

export type RunContext = NonNullable<Awaited<ReturnType<typeof loadRunContext>>>

/** What a run was started for: its automation, trigger and event, and whose it is; null when one of them is gone. */
export async function loadRunContext(db: Database, run: { organizationId: string; runId: string }) {
  const [row] = await db
    .select({ automation: automations, trigger: triggers, event: triggerEvents, createdBy: runMaker })
    .from(automationRuns)
    .innerJoin(automations, eq(automations.id, automationRuns.automationId))
    .innerJoin(triggers, eq(triggers.id, automationRuns.triggerId))
    .innerJoin(triggerEvents, eq(triggerEvents.id, automationRuns.triggerEventId))
    .where(
      and(
        eq(automationRuns.id, run.runId),
        eq(automationRuns.organizationId, run.organizationId),
        eq(automations.organizationId, run.organizationId),
        eq(triggerEvents.organizationId, run.organizationId),
      ),
    )
  return row ?? null
}
