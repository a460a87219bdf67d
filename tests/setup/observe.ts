import { and, asc, eq, sql } from 'drizzle-orm'
import type { Database } from '#kernel/database'
import { automationRunEvents, automationRuns, outbox, triggerEvents } from '#schema/tables/index'
import type { SeededRun } from './seed.ts'

type Seen = { db: Database }

/** The run as it stands in the database, with every column. */
export async function runOf({ db }: Seen, run: Pick<SeededRun, 'runId'>) {
  const [row] = await db.select().from(automationRuns).where(eq(automationRuns.id, run.runId))
  if (!row) throw new Error(`No run ${run.runId}`)
  return row
}

/** The timeline of a run as `type` or `from → to`, oldest first. */
export async function timelineOf({ db }: Seen, run: Pick<SeededRun, 'runId'>): Promise<string[]> {
  const rows = await db
    .select()
    .from(automationRunEvents)
    .where(eq(automationRunEvents.runId, run.runId))
    .orderBy(asc(automationRunEvents.id))
  return rows.map(({ type, fromStatus, toStatus }) => (toStatus ? `${fromStatus} → ${toStatus}` : type))
}

/** The outbox rows about a run, oldest first. */
export async function outboxOf({ db }: Seen, run: Pick<SeededRun, 'runId' | 'organizationId'>) {
  return db
    .select()
    .from(outbox)
    .where(and(eq(outbox.organizationId, run.organizationId), sql`payload->>'runId' = ${run.runId}`))
    .orderBy(asc(outbox.id))
}

/** The event that started a run. */
export async function triggerEventOf({ db }: Seen, run: Pick<SeededRun, 'triggerEventId'>) {
  const [row] = await db.select().from(triggerEvents).where(eq(triggerEvents.id, run.triggerEventId))
  if (!row) throw new Error(`No trigger event ${run.triggerEventId}`)
  return row
}
