import { SessionsExhausted } from './errors.ts'
import type { SessionQuota } from './ports.ts'

const DETAILS = {
  concurrent: 'As many sessions are at work as the organization may have at the same time',
  daily: 'As many sessions were started in the last 24 hours as the organization may start',
}

/**
 * Takes a slot for a session that is about to boot, from wherever it waited: starting is not the only way to work. With
 * no slot left it says why in words, and when to ask again. Throws `quota.unavailable`.
 */
export async function resumeSlot(
  needs: { sessionQuota: SessionQuota },
  session: { organizationId: string; sessionId: string },
): Promise<{ ok: true } | { ok: false; why: string; retryAfterMs: number }> {
  const answer = await needs.sessionQuota.resume(session)
  return answer.ok ? answer : { ok: false, why: DETAILS[answer.reason], retryAfterMs: answer.retryAfterMs }
}

/**
 * Takes a slot for a session that is about to be made; again with the same key, the same slot. Throws
 * `quota.sessions_exhausted`, which says when to try again, and `quota.unavailable`.
 */
export async function reserveSession(
  needs: { sessionQuota: SessionQuota },
  input: { organizationId: string; key: string },
): Promise<void> {
  const answer = await needs.sessionQuota.reserve(input)
  if (answer.ok) return
  const { reason, retryAfterMs } = answer
  throw SessionsExhausted({ detail: DETAILS[reason], retryAfterMs, meta: { quota: reason } })
}
