import { type SQL, sql } from 'drizzle-orm'
import { auditedFrom, type AuditRow } from '#domain/identity'
import { type Database, queryRows } from '#kernel/database'
import { storableJson } from '#kernel/json'
import type { Completion, Enrichment, FailureStage } from '#schema/contracts/runs'
import type { OutboxEntry } from './outbox.entry.ts'
import { RunRow } from './run.row.ts'
import { runLifecycle, type RunTransition, targetOf } from './run.lifecycle.ts'

/** Columns a move may set beside the status; nothing else can change the status of a run. */
export interface RunChange {
  statusReason?: string
  failureStage?: FailureStage
  errorMessage?: string | null
  enrichmentStartedAt?: Date
  enrichmentCompletedAt?: Date
  enrichment?: Enrichment
  executionStartedAt?: Date
  lastActivityAt?: Date
  completedAt?: Date
  completion?: Completion
  completionId?: string
  completionHash?: string
}

export interface RunMove {
  organizationId: string
  runId: string
  transition: RunTransition
  at: Date
  /** Further conditions: the lease is still ours; the session is the run's own. */
  only?: { leaseVersion?: number; sessionId?: string }
  change?: RunChange
  /** Written beside the transition itself, for example `enrichment_saved`. */
  events: { id: string; type: string; data?: Record<string, unknown> }[]
  /** Work this state announces, inserted with it; `end_session` is left out for a run without a session. */
  outbox: ({ id: string } & OutboxEntry)[]
  /** What becomes of the event that started the run. */
  triggerEvent?: { status: 'processing' | 'completed' | 'failed' | 'skipped'; reason?: string | null }
  /** Whether the lease ends with this move, so that the next stage can claim the run at once. */
  endsLease: boolean
  /** Set for what a person decided: stands in the audit log exactly when the run was moved. */
  audit?: AuditRow
}

/**
 * The one way to change the status of a run: a compare-and-set from the legal states of the transition, together with
 * its run events, outbox rows and trigger event, in one statement. Null when the run was not in such a state, or the
 * conditions no longer hold: somebody else moved it first.
 */
export async function moveRun(db: Database, move: RunMove): Promise<RunRow | null> {
  const from = runLifecycle.sourcesOf(move.transition)
  const at = sql`${move.at.toISOString()}::timestamptz`
  const [row] = await queryRows(
    db,
    sql`
      with before as (
        select id, status from automation_runs
        where id = ${move.runId} and organization_id = ${move.organizationId} and status in ${from} ${conditions(move)}
        for update
      ), moved as (
        update automation_runs run set ${assignments(move)}
        from before where run.id = before.id
        returning run.*, before.status as from_status
      ), events as (
        insert into automation_run_events (id, run_id, type, from_status, to_status, data, created_at)
        select event.id, moved.id, event.type,
          case when event.type = 'status_transition' then moved.from_status end,
          case when event.type = 'status_transition' then moved.status end,
          event.data, ${at}
        from moved, jsonb_to_recordset(${eventsOf(move)}::jsonb) as event(id uuid, type text, data jsonb)
      ), announced as (
        insert into outbox (id, organization_id, kind, payload, available_at, created_at, updated_at)
        select entry.id, moved.organization_id, entry.kind,
          jsonb_strip_nulls(jsonb_build_object('traceId', moved.trace_id)) || entry.payload, ${at}, ${at}, ${at}
        from moved,
          jsonb_to_recordset(${JSON.stringify(move.outbox)}::jsonb) as entry(id uuid, kind text, payload jsonb)
        where entry.kind <> 'end_session' or moved.session_id is not null
      ) ${triggerEventUpdate(move)} ${audited(move)}
      select * from moved`,
  )
  return row ? RunRow.parse(row) : null
}

function conditions(move: RunMove): SQL {
  const { leaseVersion, sessionId } = move.only ?? {}
  const parts = [sql``]
  if (leaseVersion !== undefined) parts.push(sql`and lease_version = ${leaseVersion}`)
  if (sessionId !== undefined) parts.push(sql`and session_id = ${sessionId}`)
  return sql.join(parts, sql` `)
}

const COLUMNS = {
  statusReason: 'status_reason',
  failureStage: 'failure_stage',
  errorMessage: 'error_message',
  enrichmentStartedAt: 'enrichment_started_at',
  enrichmentCompletedAt: 'enrichment_completed_at',
  enrichment: 'enrichment_json',
  executionStartedAt: 'execution_started_at',
  lastActivityAt: 'last_activity_at',
  completedAt: 'completed_at',
  completion: 'completion_json',
  completionId: 'completion_id',
  completionHash: 'completion_hash',
} satisfies Record<keyof RunChange, string>

function assignments(move: RunMove): SQL {
  const change: RunChange = move.change ?? {}
  const parts = [sql`status = ${targetOf(move.transition)}`, sql`updated_at = ${move.at.toISOString()}`]
  if (move.endsLease) parts.push(sql`lease_owner = null`, sql`lease_expires_at = null`)
  for (const key of Object.keys(COLUMNS) as (keyof RunChange)[]) {
    const value = change[key]
    if (value !== undefined) parts.push(sql`${sql.identifier(COLUMNS[key])} = ${parameterOf(value)}`)
  }
  return sql.join(parts, sql`, `)
}

function parameterOf(value: NonNullable<RunChange[keyof RunChange]> | null): string | null {
  if (value === null) return null
  if (typeof value === 'string') return storableJson(value)
  return value instanceof Date ? value.toISOString() : JSON.stringify(storableJson(value))
}

function eventsOf(move: RunMove): string {
  return JSON.stringify(move.events.map(({ id, type, data }) => ({ id, type, data: storableJson(data ?? {}) })))
}

function audited({ audit }: RunMove): SQL {
  if (!audit) return sql``
  const before = sql`(select jsonb_build_object('status', from_status) from moved)`
  return sql`, audited as (${auditedFrom('moved', audit, { before })})`
}

function triggerEventUpdate(move: RunMove): SQL {
  const change = move.triggerEvent
  if (!change) return sql``
  const reason = storableJson(change.reason ?? null)
  const ended = change.status === 'processing' ? null : move.at.toISOString()
  return sql`, trigger_event as (
    update trigger_events event set status = ${change.status}, processed_at = ${ended},
      error_message = ${change.status === 'failed' ? reason : null},
      skip_reason = ${change.status === 'skipped' ? reason : null}
    from moved where event.id = moved.trigger_event_id and event.organization_id = moved.organization_id
  )`
}
