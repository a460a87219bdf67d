import type { BootBundle } from '#schema/contracts/boot-bundle'
import type { SessionEvent } from '#schema/contracts/session-events'
import type { ClientType, PromptReceipt, SessionOutcome, SessionStatus, SessionType } from '#schema/contracts/sessions'
import type { ToolCallReply } from '#schema/contracts/tools'

/** What a session's object is told once, when the session is made; telling it again changes nothing. */
export interface SessionOpening {
  sessionId: string
  organizationId: string
  configurationId: string
  sessionType: SessionType
  clientType: ClientType
  title: string
  modelId: string
  /** Set for the session of a run: the agent must end it with `automation_complete`. */
  run: { runId: string; automationId: string; completionId: string } | null
  /** Branch that the work is pushed to. */
  branch: string
  /** Text appended to the system prompt. */
  instructions: string
  /** Of the request or the delivery that made the session; everything done for it carries it on. */
  traceId: string
  /** Extra files of the workspace, for example the trigger context. */
  files: { path: string; content: string }[]
}

/** What the object knows of itself now; asking never wakes a sandbox. */
export interface SessionLiveStatus {
  status: SessionStatus
  statusReason: string | null
  /** Null when there is no sandbox. */
  sandboxAlive: boolean | null
  /** ISO instant of the last activity of the agent or a person. */
  lastActivityAt: string | null
}

export interface SessionPrompt {
  idempotencyKey: string
  text: string
  author: string
}

export interface SessionEnd {
  status: 'stopped' | 'failed'
  outcome: SessionOutcome
  reason: string
}

export interface SessionHistory {
  items: SessionEvent[]
  nextBefore: number | null
}

/**
 * One live session: its Durable Object, seen from the rest of the product. Every call may throw `session.unreachable`.
 */
export interface SessionObject {
  open(opening: SessionOpening): Promise<void>
  /** Stores the prompt and sees to its delivery; throws `session.ended` and `session.too_many_prompts`. */
  prompt(input: SessionPrompt): Promise<PromptReceipt>
  /** Stops the running turn and drops the waiting prompts; false when nothing was going on. */
  cancel(input: { author: string }): Promise<{ canceled: boolean }>
  status(): Promise<SessionLiveStatus>
  history(input: { before: number | null; limit: number }): Promise<SessionHistory>
  /** Ends the session for good: terminates the sandbox and projects the end. Safe to repeat. */
  terminate(input: SessionEnd): Promise<void>
  /** Has it look at once who of its watchers is still a member; the sockets of the others close. */
  recheckMembers(input?: { stoppedAdminId?: string | undefined }): Promise<void>
}

export interface SessionObjects {
  get(sessionId: string): SessionObject
}

export type QuotaAnswer = { ok: true } | { ok: false; reason: 'concurrent' | 'daily'; retryAfterMs: number }

/**
 * How many sessions an organization may start and have (c1 Quotas). One place decides for each organization, so that
 * two requests never take the same last slot. May throw `quota.unavailable`.
 */
export interface SessionQuota {
  /** Takes a slot under a key; the same key takes one only. It lapses by itself unless a session settles it. */
  reserve(input: { organizationId: string; key: string }): Promise<QuotaAnswer>
  /** Takes a slot for a session that is not at work and is to boot; who holds one keeps it. It is no start. */
  resume(input: { organizationId: string; sessionId: string }): Promise<QuotaAnswer>
  /** The session of that key exists now. */
  settle(input: { organizationId: string; key: string; sessionId: string }): Promise<void>
  /** Nothing came of it: as if it had never been reserved. */
  drop(input: { organizationId: string; key: string }): Promise<void>
  /** What the session says of itself: whether it holds its slot still. Without such words the slot lapses. */
  note(input: { organizationId: string; sessionId: string; active: boolean }): Promise<void>
}

/** A declared error as data: classes do not survive the way out of an object. */
export interface Refusal {
  code: string
  detail: string | null
  retryAfterMs: number | null
}

/** What an object answers: the value, or why not. */
export type Answer<Value> = { ok: true; value: Value } | { ok: false; refusal: Refusal }

export interface SandboxToolCall {
  toolCallId: string
  toolName: string
  params: Record<string, unknown>
  /** Of the sandbox that calls; only the current one is listened to. */
  generation: number
}

/** What a tool call came to: an answer for the agent, or the crash of its handler, which stays stored too. */
export type ToolCallOutcome =
  { kind: 'reply'; reply: ToolCallReply } | { kind: 'crashed'; error: string; message: string }

/** How the methods of the object look over RPC; the class implements it, adapters and edges call it. */
export interface SessionRpc {
  open(opening: SessionOpening): Promise<Answer<null>>
  prompt(input: SessionPrompt): Promise<Answer<PromptReceipt>>
  cancel(input: { author: string }): Promise<Answer<{ canceled: boolean }>>
  status(): Promise<Answer<SessionLiveStatus>>
  history(input: { before: number | null; limit: number }): Promise<Answer<SessionHistory>>
  terminate(input: SessionEnd): Promise<Answer<null>>
  recheckMembers(input?: { stoppedAdminId?: string | undefined }): Promise<Answer<null>>
  /** Executes a platform tool once per id; refuses with the codes of `errors.ts`. */
  callTool(input: SandboxToolCall): Promise<Answer<ToolCallOutcome>>
  /** What the sandbox of that generation boots from. */
  bundle(input: { generation: number }): Promise<Answer<BootBundle>>
  /** Whose sandbox asks: organization and configuration, for the current generation only. */
  sandboxScope(input: { generation: number }): Promise<Answer<SandboxScope>>
  /** Notes that a checkpoint of the working trees was stored. */
  recordCheckpoint(input: { generation: number; ref: string; bytes: number }): Promise<Answer<null>>
}

/** What a sandbox's token stands for. */
export interface SandboxScope {
  sessionId: string
  organizationId: string
  configurationId: string
}
