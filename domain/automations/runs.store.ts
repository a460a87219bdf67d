import { and, desc, eq, lt, type SQL, sql } from 'drizzle-orm'
import { type Database, queryRows } from '#kernel/database'
import type { RunStatus } from '#schema/contracts/runs'
import { automationRunEvents, automationRuns, automations, triggerEvents } from '#schema/tables/index'
import { RunRow } from './run.row.ts'

interface RunKey {
  organizationId: string
  runId: string
}

const isRun = (run: RunKey) =>
  and(eq(automationRuns.id, run.runId), eq(automationRuns.organizationId, run.organizationId))

/** The run with the columns that rules look at. */
export async function findRunRow(db: Database, run: RunKey): Promise<RunRow | null> {
  const [row] = await queryRows(
    db,
    sql`select * from automation_runs where id = ${run.runId} and organization_id = ${run.organizationId}`,
  )
  return row ? RunRow.parse(row) : null
}

/**
 * Takes the lease of a run that stands in one of the statuses and has not prompted its agent yet. Null when another
 * holder's lease is live, or the run is elsewhere.
 */
export async function claimRun(
  db: Database,
  claim: RunKey & { statuses: readonly RunStatus[]; owner: string; now: Date; until: Date },
): Promise<RunRow | null> {
  const now = sql`${claim.now.toISOString()}::timestamptz`
  const [row] = await queryRows(
    db,
    sql`
      update automation_runs set lease_owner = ${claim.owner}, lease_expires_at = ${claim.until.toISOString()},
        lease_version = lease_version + 1, updated_at = ${now}
      where id = ${claim.runId} and organization_id = ${claim.organizationId} and status in ${claim.statuses}
        and prompt_sent_at is null and (lease_expires_at is null or lease_expires_at <= ${now})
      returning *`,
  )
  return row ? RunRow.parse(row) : null
}

/**
 * Gives the lease back after a failed try and counts it. Returns the number of failed tries; null when the lease was
 * lost.
 */
export async function releaseAfterFailure(
  db: Database,
  run: RunKey & { leaseVersion: number; now: Date },
): Promise<number | null> {
  const [row] = await db
    .update(automationRuns)
    .set({ leaseOwner: null, leaseExpiresAt: null, attempt: sql`${automationRuns.attempt} + 1`, updatedAt: run.now })
    .where(and(isRun(run), eq(automationRuns.leaseVersion, run.leaseVersion)))
    .returning({ attempt: automationRuns.attempt })
  return row?.attempt ?? null
}

/** Gives the lease back without counting a try: nothing was wrong, it was only too early. */
export async function releaseLease(db: Database, run: RunKey & { leaseVersion: number; now: Date }): Promise<void> {
  await db
    .update(automationRuns)
    .set({ leaseOwner: null, leaseExpiresAt: null, lastActivityAt: run.now, updatedAt: run.now })
    .where(and(isRun(run), eq(automationRuns.leaseVersion, run.leaseVersion)))
}

/** Notes the session of a run, whatever became of the run meanwhile: it is a fact. Returns the run as it stands now. */
export async function saveRunSession(
  db: Database,
  run: RunKey & { sessionId: string; now: Date },
): Promise<RunRow | null> {
  const now = sql`${run.now.toISOString()}::timestamptz`
  const [row] = await queryRows(
    db,
    sql`
      update automation_runs set session_id = ${run.sessionId}, last_activity_at = ${now}, updated_at = ${now},
        session_created_at = coalesce(session_created_at, ${now})
      where id = ${run.runId} and organization_id = ${run.organizationId}
      returning *`,
  )
  return row ? RunRow.parse(row) : null
}

/**
 * Notes that the prompt is stored in the session, whatever became of the run meanwhile: it is a fact. Ends our lease.
 * Returns the run as it stands now.
 */
export async function markPromptSent(
  db: Database,
  run: RunKey & { leaseVersion: number; now: Date },
): Promise<RunRow | null> {
  const now = sql`${run.now.toISOString()}::timestamptz`
  const [row] = await queryRows(
    db,
    sql`
      update automation_runs set prompt_sent_at = coalesce(prompt_sent_at, ${now}),
        last_activity_at = ${now}, updated_at = ${now},
        lease_owner = case when lease_version = ${run.leaseVersion}::int then null else lease_owner end,
        lease_expires_at = case when lease_version = ${run.leaseVersion}::int then null else lease_expires_at end
      where id = ${run.runId} and organization_id = ${run.organizationId}
      returning *`,
  )
  return row ? RunRow.parse(row) : null
}

/** Moves the last activity of a running run forward; never back. */
export async function touchRunRow(db: Database, run: RunKey & { at: Date }): Promise<void> {
  await db
    .update(automationRuns)
    .set({ lastActivityAt: run.at, updatedAt: run.at })
    .where(and(isRun(run), eq(automationRuns.status, 'running'), lt(automationRuns.lastActivityAt, run.at)))
}

/** Points a run at a stored artifact. */
export async function saveArtifactRef(
  db: Database,
  run: RunKey & { artifact: 'completion' | 'enrichment'; ref: string; now: Date },
): Promise<void> {
  const change =
    run.artifact === 'completion' ? { completionArtifactRef: run.ref } : { enrichmentArtifactRef: run.ref }
  await db.update(automationRuns).set({ ...change, updatedAt: run.now }).where(isRun(run))
}

/** Whose run it is: who started it by hand, else who made its automation. */
export const runMaker = sql<string | null>`coalesce(
  case when ${triggerEvents.provider} = 'manual' then ${triggerEvents.context} #>> '{manual,requestedBy}' end,
  ${automations.createdBy}
)`

const shown = {
  run: automationRuns,
  automationName: automations.name,
  createdBy: runMaker,
  eventTitle: triggerEvents.title,
  eventUrl: triggerEvents.url,
  deliveryId: triggerEvents.inboxId,
}

const selectShown = (db: Database) =>
  db
    .select(shown)
    .from(automationRuns)
    .innerJoin(automations, eq(automations.id, automationRuns.automationId))
    .innerJoin(triggerEvents, eq(triggerEvents.id, automationRuns.triggerEventId))

export type ShownRun = Awaited<ReturnType<typeof selectRuns>>[number]

/** Runs of an organization, newest first, beginning behind the cursor. */
export async function selectRuns(
  db: Database,
  query: { organizationId: string; cursor?: string; limit: number; status?: RunStatus; automationId?: string },
) {
  const conditions: (SQL | undefined)[] = [
    eq(automationRuns.organizationId, query.organizationId),
    query.cursor ? lt(automationRuns.id, query.cursor) : undefined,
    query.status ? eq(automationRuns.status, query.status) : undefined,
    query.automationId ? eq(automationRuns.automationId, query.automationId) : undefined,
  ]
  return selectShown(db)
    .where(and(...conditions))
    .orderBy(desc(automationRuns.id))
    .limit(query.limit)
}

/** One run as it is shown. */
export async function selectRun(db: Database, run: RunKey): Promise<ShownRun | null> {
  const [row] = await selectShown(db).where(isRun(run))
  return row ?? null
}

/** The timeline of a run, oldest first; null when the organization has no such run. */
export async function selectRunEvents(db: Database, run: RunKey) {
  const rows = await db
    .select({ runId: automationRuns.id, event: automationRunEvents })
    .from(automationRuns)
    .leftJoin(automationRunEvents, eq(automationRunEvents.runId, automationRuns.id))
    .where(isRun(run))
    .orderBy(automationRunEvents.id)
  return rows.length === 0 ? null : rows.flatMap((row) => (row.event ? [row.event] : []))
}
