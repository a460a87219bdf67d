import { TOOL_DEADLINE_MS, type ToolCallOutcome } from '#domain/sessions'
import { describeError } from '#kernel/errors'
import type { PlatformTool } from '#schema/contracts/tools'
import type { LiveSession } from '../live-session.ts'
import { endToolCall, executingToolCalls, type ToolCallRow } from '../tool-calls.store.ts'
import { TOOLS } from './registry.ts'

/**
 * Starts a call and remembers the work, so that repeats join it. Whatever comes of it is stored before anybody is told.
 */
export function execute(
  session: LiveSession,
  call: { toolCallId: string; toolName: PlatformTool; params: Record<string, unknown> },
): void {
  const { toolCallId } = call
  const work = run(session, call).finally(() => session.toolsInFlight.delete(toolCallId))
  session.toolsInFlight.set(toolCallId, work)
  armToolDeadline(session)
  session.timers.arm('projection', 0)
  session.background('tool', work)
}

async function run(
  session: LiveSession,
  call: { toolCallId: string; toolName: PlatformTool; params: Record<string, unknown> },
): Promise<void> {
  const { toolCallId, toolName, params } = call
  try {
    const { result, accepted = false } = await TOOLS[toolName].run(session, { toolCallId, params })
    endToolCall(session.sql, { toolCallId, now: session.now(), accepted, result })
  } catch (error) {
    session.platform.log.error('session.tool_crashed', { toolName, error: describeError(error) })
    failToolCall(session, toolCallId, describeError(error))
  }
  session.timers.arm('projection', 0)
}

export function failToolCall(session: LiveSession, toolCallId: string, error: string): void {
  endToolCall(session.sql, { toolCallId, now: session.now(), accepted: false, error })
  session.timers.arm('projection', 0)
}

/** What a call came to; null while it executes. */
export function outcomeOf(row: ToolCallRow): ToolCallOutcome | null {
  if (row.result !== null) return { kind: 'reply', reply: { result: row.result } }
  if (row.error !== null) return { kind: 'crashed', error: 'tool_failed', message: row.error }
  return null
}

function armToolDeadline(session: LiveSession): void {
  const [oldest] = executingToolCalls(session.sql)
  if (oldest) session.timers.arm('tool', oldest.startedAt + TOOL_DEADLINE_MS - session.now())
}

/** Timer `tool`: a call that has not ended in time is given up, so that nothing waits for it for ever. */
export function runToolDeadline(session: LiveSession): void {
  const before = session.now() - TOOL_DEADLINE_MS
  for (const call of executingToolCalls(session.sql)) {
    if (call.startedAt <= before) failToolCall(session, call.toolCallId, 'timeout')
  }
  armToolDeadline(session)
}
