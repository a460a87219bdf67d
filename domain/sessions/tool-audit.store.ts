import { sql } from 'drizzle-orm'
import { type Database, queryRows } from '#kernel/database'
import { storableJson } from '#kernel/json'

/** One tool call as the audit shows it; the object's own row decides about repeats. */
export interface AuditedToolCall {
  /** Id of the audit row, made when the call began. */
  id: string
  toolCallId: string
  toolName: string
  params: Record<string, unknown>
  status: 'executing' | 'completed' | 'failed'
  result: unknown
  error: string | null
  startedAt: Date
  completedAt: Date | null
}

/**
 * Writes tool calls of one session into the audit: new ones are inserted, ended ones brought to their end, and a row
 * that has ended never changes. Nothing is written by an instance whose epoch is older than the session's.
 */
export async function writeToolCalls(
  db: Database,
  input: { organizationId: string; sessionId: string; epoch: number; calls: AuditedToolCall[] },
): Promise<void> {
  const rows = input.calls.map((call) => ({
    id: call.id,
    tool_call_id: call.toolCallId,
    tool_name: call.toolName,
    params: call.params,
    status: call.status,
    result: call.result ?? null,
    error: call.error,
    created_at: call.startedAt.toISOString(),
    completed_at: call.completedAt?.toISOString() ?? null,
    duration_ms: call.completedAt ? call.completedAt.getTime() - call.startedAt.getTime() : null,
  }))
  await queryRows(
    db,
    sql`
      insert into session_tool_invocations (id, organization_id, session_id, tool_call_id, tool_name, params, status,
        result, error, created_at, completed_at, duration_ms)
      select call.id, session.organization_id, session.id, call.tool_call_id, call.tool_name, call.params, call.status,
        call.result, call.error, call.created_at, call.completed_at, call.duration_ms
      from sessions session, jsonb_to_recordset(${JSON.stringify(storableJson(rows))}::jsonb)
        as call(id uuid, tool_call_id text, tool_name text, params jsonb, status text, result jsonb, error text,
          created_at timestamptz, completed_at timestamptz, duration_ms int)
      where session.id = ${input.sessionId}::uuid and session.organization_id = ${input.organizationId}
        and session.epoch <= ${input.epoch}
      on conflict (session_id, tool_call_id) do update set status = excluded.status, result = excluded.result,
        error = excluded.error, completed_at = excluded.completed_at, duration_ms = excluded.duration_ms
      where session_tool_invocations.status = 'executing'`,
  )
}
