import { agentModeOf, findTool, toolsFor } from '#domain/agent'
import {
  type Answer,
  decideToolCall,
  QUOTA_WINDOW_MS,
  type SandboxToolCall,
  SandboxSuperseded,
  TOOL_RETRY_AFTER_MS,
  TOOL_WAIT_MS,
  ToolCallConflict,
  type ToolCallOutcome,
  ToolNotAvailable,
  ToolNotFound,
  ToolParamsInvalid,
  ToolQuotaExceeded,
} from '#domain/sessions'
import { canonicalJson } from '#kernel/json'
import { PlatformTool } from '#schema/contracts/tools'
import { accepted, refused } from '../answers.ts'
import type { LiveSession } from '../live-session.ts'
import { countToolCalls, findToolCall, insertToolCall, type ToolCallRow } from '../tool-calls.store.ts'
import { execute, failToolCall, outcomeOf } from './execute.ts'
import { TOOLS } from './registry.ts'

type Call = Pick<ToolCallRow, 'toolCallId' | 'toolName' | 'params' | 'paramsHash'> & { toolName: PlatformTool }

/**
 * A tool call of the session's sandbox (a6 §6.5): executed once per id, whoever repeats it and whatever dies in
 * between; the stored answer is given to every repeat for the life of the session. Waits 25 s for the answer, then says
 * `executing`.
 */
export async function callTool(session: LiveSession, input: SandboxToolCall): Promise<Answer<ToolCallOutcome>> {
  const { generation } = session.facts
  if (!session.opening || input.generation !== generation) return refused(SandboxSuperseded)
  const checked = check(session, input)
  if (!checked.ok) return checked
  const { toolCallId, params } = input
  const paramsHash = await session.platform.digest.sha256(canonicalJson(params))
  session.touch()
  const call: Call = { toolCallId, toolName: checked.value, params, paramsHash }
  return begin(session, call)
}

/** Is there such a tool, does this session have it, and does it take these parameters. */
function check(session: LiveSession, { toolName, params }: SandboxToolCall): Answer<PlatformTool> {
  const known = PlatformTool.safeParse(toolName)
  if (!known.success) return refused(ToolNotFound, toolName)
  const { opening } = session
  const mode = opening && agentModeOf({ ...opening, repositoryCount: 1 })
  if (!mode || !toolsFor(mode).includes(toolName)) return refused(ToolNotAvailable, toolName)
  const parsed = TOOLS[known.data].params.safeParse(params)
  if (parsed.success) return accepted(known.data)
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  return refused(ToolParamsInvalid, problems.join('; ').slice(0, 1_000))
}

/**
 * From looking up the id to writing its row there is no await: of twenty equal calls one begins, and the others join
 * it.
 */
async function begin(session: LiveSession, call: Call): Promise<Answer<ToolCallOutcome>> {
  const stored = findToolCall(session.sql, call.toolCallId)
  const tool = findTool(call.toolName)
  const since = session.now() - QUOTA_WINDOW_MS
  const decision = decideToolCall({
    call,
    stored,
    inFlight: session.toolsInFlight.has(call.toolCallId),
    retrySafe: tool?.retrySafe ?? false,
    quota: {
      ...countToolCalls(session.sql, { toolName: call.toolName, since }),
      callsPerHour: tool?.callsPerHour ?? null,
      acceptedCalls: tool?.acceptedCalls ?? null,
    },
  })
  switch (decision) {
    case 'conflict':
      return refused(ToolCallConflict)
    case 'refuse_quota':
      return refused(ToolQuotaExceeded)
    case 'answer':
      return answer(session, call.toolCallId)
    case 'interrupted':
      failToolCall(session, call.toolCallId, 'interrupted')
      return answer(session, call.toolCallId)
    case 'execute':
      insertToolCall(session.sql, { ...call, auditId: session.platform.ids.next(), startedAt: session.now() })
      execute(session, call)
      return waitFor(session, call.toolCallId)
    case 'rerun':
      execute(session, call)
      return waitFor(session, call.toolCallId)
    case 'join':
      return waitFor(session, call.toolCallId)
  }
}

async function waitFor(session: LiveSession, toolCallId: string): Promise<Answer<ToolCallOutcome>> {
  const patience = Promise.withResolvers<void>()
  const timer = setTimeout(patience.resolve, TOOL_WAIT_MS)
  await Promise.race([session.toolsInFlight.get(toolCallId), patience.promise])
  clearTimeout(timer)
  return answer(session, toolCallId)
}

/** What is stored of a call, or that it is still executing. */
function answer(session: LiveSession, toolCallId: string): Answer<ToolCallOutcome> {
  const row = findToolCall(session.sql, toolCallId)
  const outcome = row && outcomeOf(row)
  if (outcome) return accepted(outcome)
  return accepted({ kind: 'reply', reply: { status: 'executing', retry_after_ms: TOOL_RETRY_AFTER_MS } })
}
