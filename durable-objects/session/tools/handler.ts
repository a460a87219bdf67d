import type { LiveSession } from '../live-session.ts'
import type { ToolResult } from '#schema/contracts/tools'

/** What executes a platform tool. `accepted` counts against tools that a session may have accepted only so often. */
export interface ToolOutcome {
  result: ToolResult
  accepted?: boolean
}

export interface ToolCall {
  toolCallId: string
  /** Parsed already. */
  params: unknown
}

export type ToolHandler = (session: LiveSession, call: ToolCall) => Promise<ToolOutcome>

/** A failure that the agent should read and may be able to do something about. */
export const declined = (result: string): ToolOutcome => ({ result: { success: false, result } })
