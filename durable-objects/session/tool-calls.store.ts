import { z } from 'zod'
import type { AuditedToolCall, StoredToolCall } from '#domain/sessions'
import { ToolResult } from '#schema/contracts/tools'

export interface ToolCallRow extends StoredToolCall {
  toolCallId: string
  params: Record<string, unknown>
  /** Set when completed. */
  result: ToolResult | null
  /** Set when failed. */
  error: string | null
  startedAt: number
  auditId: string
  completedAt: number | null
}

const Row = z
  .object({
    tool_call_id: z.string(),
    audit_id: z.string(),
    tool_name: z.string(),
    params_hash: z.string(),
    params: z.string(),
    status: z.enum(['executing', 'completed', 'failed']),
    result: z.string().nullable(),
    error: z.string().nullable(),
    started_at: z.number(),
    completed_at: z.number().nullable(),
  })
  .transform((row): ToolCallRow => ({
    toolCallId: row.tool_call_id,
    auditId: row.audit_id,
    toolName: row.tool_name,
    paramsHash: row.params_hash,
    params: z.record(z.string(), z.unknown()).parse(JSON.parse(row.params)),
    status: row.status,
    result: row.result === null ? null : ToolResult.parse(JSON.parse(row.result)),
    error: row.error,
    startedAt: row.started_at,
    completedAt: row.completed_at,
  }))

const calls = (rows: SqlStorageCursor<Record<string, SqlStorageValue>>) => rows.toArray().map((row) => Row.parse(row))

export function findToolCall(sql: SqlStorage, toolCallId: string): ToolCallRow | null {
  return calls(sql.exec('select * from tool_calls where tool_call_id = ?', toolCallId))[0] ?? null
}

export function insertToolCall(
  sql: SqlStorage,
  call: Pick<ToolCallRow, 'toolCallId' | 'auditId' | 'toolName' | 'paramsHash' | 'params' | 'startedAt'>,
): void {
  sql.exec(
    `insert into tool_calls (tool_call_id, audit_id, tool_name, params_hash, params, status, started_at)
     values (?, ?, ?, ?, ?, 'executing', ?)`,
    call.toolCallId,
    call.auditId,
    call.toolName,
    call.paramsHash,
    JSON.stringify(call.params),
    call.startedAt,
  )
}

/** Ends a call; a call that has ended never changes. */
export function endToolCall(
  sql: SqlStorage,
  end: { toolCallId: string; now: number; accepted: boolean } & ({ result: ToolResult } | { error: string }),
): void {
  const result = 'result' in end ? JSON.stringify(end.result) : null
  const error = 'error' in end ? end.error : null
  sql.exec(
    `update tool_calls set status = ?, result = ?, error = ?, accepted = ?, completed_at = ?
     where tool_call_id = ? and status = 'executing'`,
    error === null ? 'completed' : 'failed',
    result,
    error,
    end.accepted ? 1 : 0,
    end.now,
    end.toolCallId,
  )
}

/** Distinct calls of a tool since an instant, and its accepted ones ever. */
export function countToolCalls(
  sql: SqlStorage,
  tool: { toolName: string; since: number },
): { callsInWindow: number; accepted: number } {
  const row = sql
    .exec<{ window: number; accepted: number | null }>(
      `select count(*) filter (where started_at > ?) as window, sum(accepted) as accepted
       from tool_calls where tool_name = ?`,
      tool.since,
      tool.toolName,
    )
    .one()
  return { callsInWindow: row.window, accepted: row.accepted ?? 0 }
}

export function executingToolCalls(sql: SqlStorage): ToolCallRow[] {
  return calls(sql.exec(`select * from tool_calls where status = 'executing' order by started_at`))
}

/** Calls that the audit has not seen in their present status; at most `limit`. */
export function unauditedToolCalls(sql: SqlStorage, limit: number): AuditedToolCall[] {
  const rows = calls(
    sql.exec('select * from tool_calls where audited is not status order by started_at limit ?', limit),
  )
  return rows.map((row) => ({
    id: row.auditId,
    toolCallId: row.toolCallId,
    toolName: row.toolName,
    params: row.params,
    status: row.status,
    result: row.result,
    error: row.error,
    startedAt: new Date(row.startedAt),
    completedAt: row.completedAt === null ? null : new Date(row.completedAt),
  }))
}

export function markAudited(sql: SqlStorage, call: { toolCallId: string; status: string }): void {
  sql.exec('update tool_calls set audited = ? where tool_call_id = ?', call.status, call.toolCallId)
}
