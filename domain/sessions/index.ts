export { liveSessionsOf } from './live-sessions.ts'
export { buildBootBundle } from './build-boot-bundle.ts'
export { callerKeyOf } from './caller-key.ts'
export { createSession, type CreateSessionNeeds, type SessionWish } from './create-session.ts'
export { bootStageDeadlineMs, decideAfterBootFailure } from './decide-boot.ts'
export { nextDispatchDeadline, nextPrompt, overduePrompts, promptNote, type WaitingPrompt } from './decide-dispatch.ts'
export { decideAfterLoss, decideLostLink, LINK_FIRST_LOOK_MS, type SandboxHealth } from './decide-lost-link.ts'
export { planResume } from './decide-resume.ts'
export { type ConsumerPace, isTooSlow, slowSince } from './decide-slow-consumer.ts'
export {
  decideToolCall,
  QUOTA_WINDOW_MS,
  type StoredToolCall,
  TOOL_DEADLINE_MS,
  TOOL_RETRY_AFTER_MS,
  TOOL_WAIT_MS,
} from './decide-tool-call.ts'
export { reserveSession, resumeSlot } from './reserve-session.ts'
export {
  QuotaUnavailable,
  SandboxSuperseded,
  SandboxUnauthenticated,
  SessionEnded,
  SessionNotFound,
  SessionsExhausted,
  SessionUnreachable,
  ToolCallConflict,
  ToolNotAvailable,
  ToolNotFound,
  ToolParamsInvalid,
  ToolQuotaExceeded,
  TooManyPrompts,
} from './errors.ts'
export { fitEvent, MAX_EVENT_CHARACTERS } from './fit-event.ts'
export { findSession, listSessions } from './list-sessions.ts'
export type {
  Answer,
  QuotaAnswer,
  Refusal,
  SandboxScope,
  SandboxToolCall,
  SessionEnd,
  SessionLiveStatus,
  SessionObject,
  SessionObjects,
  SessionOpening,
  SessionPrompt,
  SessionQuota,
  SessionRpc,
  ToolCallOutcome,
} from './ports.ts'
export { auditToolCalls, projectSession } from './project-session.ts'
export { MAX_UNFINISHED_PROMPTS, promptLifecycle } from './prompt.lifecycle.ts'
export { cancelSession, promptSession, sessionHistory } from './prompt-session.ts'
export { retryDelayMs } from './retry-delay.ts'
export { mintSandboxToken, readSandboxToken } from './sandbox-token.ts'
export { type SessionChange, sessionLifecycle } from './session.lifecycle.ts'
export type { SessionFacts } from './sessions.store.ts'
export { startSession } from './start-session.ts'
export type { AuditedToolCall } from './tool-audit.store.ts'
export { transcriptOf } from './transcript.ts'
