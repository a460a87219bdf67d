export const MAX_ATTEMPTS: number

/** What OpenCode hands to a tool, as far as it is used. */
export interface ToolContext {
  sessionID: string
  messageID: string
  /** There at run time, though OpenCode's published type does not have it. */
  callID?: string | undefined
  abort?: AbortSignal | undefined
}

export interface World {
  fetch(url: string, init: RequestInit): Promise<Response>
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>
  random(): number
  readRuntime(): Promise<{
    platformUrl: string
    sessionId: string
    token: string
    traceparent?: string | undefined
    doorUrl: string
    doorSecret: string
  }>
}

type Call = (tool: string, params: Record<string, unknown>, context: ToolContext, world?: World) => Promise<string>
export const callPlatform: Call
export const callDaemon: Call
export function pauseMs(attempt: number, random: number): number
