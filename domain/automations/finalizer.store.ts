import { sql } from 'drizzle-orm'
import { type Database, queryRows } from '#kernel/database'
import { LIVE_RUN_STATUSES } from './run.lifecycle.ts'
import { RunRow } from './run.row.ts'

/**
 * Live runs past their deadline, and running ones without activity since the instant; those that were looked at
 * longest ago first, so that no number of healthy ones keeps the others waiting.
 */
export async function selectStalledAcrossOrganizations(
  db: Database,
  query: { now: Date; inactiveSince: Date; limit: number },
): Promise<RunRow[]> {
  const inactiveSince = sql`${query.inactiveSince.toISOString()}::timestamptz`
  const rows = await queryRows(
    db,
    sql`
      select * from automation_runs
      where status in ${LIVE_RUN_STATUSES} and (
        deadline_at < ${query.now.toISOString()}::timestamptz
        or (status = 'running' and coalesce(last_activity_at, execution_started_at, queued_at) < ${inactiveSince})
      )
      order by last_checked_at nulls first, deadline_at
      limit ${query.limit}`,
  )
  return rows.map((row) => RunRow.parse(row))
}

/** Notes that a run was looked at, so that the next ones have their turn. */
export async function markChecked(
  db: Database,
  run: { organizationId: string; runId: string; at: Date },
): Promise<void> {
  await queryRows(
    db,
    sql`
      update automation_runs set last_checked_at = ${run.at.toISOString()}
      where id = ${run.runId} and organization_id = ${run.organizationId}`,
  )
}

/**
 * Runs whose next step nobody holds and nothing announces any more: their message was lost. `quietSince` is how long
 * ago the run was last written and its last message dispatched.
 */
export async function selectLostAcrossOrganizations(
  db: Database,
  query: { now: Date; quietSince: Date; limit: number },
): Promise<RunRow[]> {
  const now = sql`${query.now.toISOString()}::timestamptz`
  const quietSince = sql`${query.quietSince.toISOString()}::timestamptz`
  const rows = await queryRows(
    db,
    sql`
      select run.* from automation_runs run
      where (run.status in ('queued', 'enriching', 'ready') or (run.status = 'running' and run.prompt_sent_at is null))
        and (run.lease_expires_at is null or run.lease_expires_at <= ${now})
        and run.updated_at < ${quietSince} and run.deadline_at >= ${now}
        and not exists (
          select 1 from outbox entry
          where entry.payload->>'runId' = run.id::text and entry.organization_id = run.organization_id
            and entry.kind in ('enqueue_enrich', 'enqueue_execute')
            and (entry.status in ('pending', 'processing')
              or (entry.status = 'dispatched' and entry.updated_at > ${quietSince}))
        )
      order by run.last_checked_at nulls first, run.queued_at
      limit ${query.limit}`,
  )
  return rows.map((row) => RunRow.parse(row))
}

/** Announces the next step of lost runs anew, and notes that they were looked at. */
export async function insertLostAcrossOrganizations(
  db: Database,
  input: { now: Date; entries: { id: string; organizationId: string; kind: string; runId: string }[] },
): Promise<void> {
  const now = sql`${input.now.toISOString()}::timestamptz`
  const entries = input.entries.map((entry) => ({
    id: entry.id,
    organization_id: entry.organizationId,
    kind: entry.kind,
    run_id: entry.runId,
  }))
  await queryRows(
    db,
    sql`
      with entry as (
        select * from jsonb_to_recordset(${JSON.stringify(entries)}::jsonb)
          as given(id uuid, organization_id text, kind text, run_id uuid)
      ), looked_at as (
        update automation_runs run set last_checked_at = ${now}
        from entry where run.id = entry.run_id and run.organization_id = entry.organization_id
      )
      insert into outbox (id, organization_id, kind, payload, available_at, created_at, updated_at)
      select entry.id, entry.organization_id, entry.kind,
        jsonb_strip_nulls(jsonb_build_object('runId', entry.run_id, 'traceId', run.trace_id)), ${now}, ${now}, ${now}
      from entry
      join automation_runs run on run.id = entry.run_id and run.organization_id = entry.organization_id`,
  )
}
