import { defineError } from '#kernel/errors'

export const SessionNotFound = defineError('session.not_found', 'not_found', 'Session not found')
export const SessionEnded = defineError('session.ended', 'conflict', 'The session has ended')
export const TooManyPrompts = defineError(
  'session.too_many_prompts',
  'conflict',
  'Too many prompts are waiting already',
)
export const SessionUnreachable = defineError(
  'session.unreachable',
  'unavailable',
  'The session does not answer right now',
)

export const SessionsExhausted = defineError(
  'quota.sessions_exhausted',
  'rate_limited',
  'The organization has no session left to start now',
)
export const QuotaUnavailable = defineError('quota.unavailable', 'unavailable', 'Quotas cannot be read right now')

export const SandboxUnauthenticated = defineError(
  'sandbox.unauthenticated',
  'unauthenticated',
  'The sandbox token is missing or not valid',
)
export const SandboxSuperseded = defineError('sandbox.superseded', 'unauthenticated', 'A newer sandbox took over')

export const ToolNotFound = defineError('tool.not_found', 'not_found', 'There is no such tool')
export const ToolNotAvailable = defineError('tool.not_available', 'forbidden', 'This session does not have that tool')
export const ToolParamsInvalid = defineError(
  'tool.params_invalid',
  'invalid',
  'The parameters of the tool are not valid',
)
export const ToolCallConflict = defineError(
  'tool.call_conflict',
  'conflict',
  'The id of this call was used for another call before',
)
export const ToolQuotaExceeded = defineError('tool.quota_exceeded', 'rate_limited', 'The tool was called too often')
