import { HOUR_MS, MINUTE_MS } from '#kernel/durations'

/** How long the caller of a tool is kept waiting before it is told to ask again (D18). */
export const TOOL_WAIT_MS = 25_000
/** When it should ask again. */
export const TOOL_RETRY_AFTER_MS = 2_000
/** A call that has not ended by then is given up (a6 §6.5). */
export const TOOL_DEADLINE_MS = 15 * MINUTE_MS
/** The window in which calls are counted. */
export const QUOTA_WINDOW_MS = HOUR_MS

export interface StoredToolCall {
  toolName: string
  paramsHash: string
  status: 'executing' | 'completed' | 'failed'
}

export type ToolCallDecision = 'join' | 'answer' | 'conflict' | 'rerun' | 'interrupted' | 'refuse_quota' | 'execute'

/**
 * What a call of a tool leads to (a6 §6.5): the same id is executed once, whoever repeats it and whatever dies in
 * between. `inFlight` is whether this instance is executing it right now; an `executing` row without that was left
 * behind by an eviction.
 */
export function decideToolCall(input: {
  call: { toolName: string; paramsHash: string }
  stored: StoredToolCall | null
  inFlight: boolean
  retrySafe: boolean
  quota: QuotaUse
}): ToolCallDecision {
  const { call, stored } = input
  if (!stored) return isExhausted(input.quota) ? 'refuse_quota' : 'execute'
  if (stored.toolName !== call.toolName || stored.paramsHash !== call.paramsHash) return 'conflict'
  if (stored.status !== 'executing') return 'answer'
  if (input.inFlight) return 'join'
  return input.retrySafe ? 'rerun' : 'interrupted'
}

export interface QuotaUse {
  /** Distinct other calls within the window, and how many may be. */
  callsInWindow: number
  callsPerHour: number | null
  /** Accepted calls in the whole session, and how many may be. */
  accepted: number
  acceptedCalls: number | null
}

function isExhausted(quota: QuotaUse): boolean {
  if (quota.callsPerHour !== null && quota.callsInWindow >= quota.callsPerHour) return true
  return quota.acceptedCalls !== null && quota.accepted >= quota.acceptedCalls
}
