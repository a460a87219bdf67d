import { type Actor, type AuditNeeds, authorize, recordAudit, type UserActor } from '#domain/identity'
import type { Kernel } from '#kernel/needs'
import type { PromptReceipt } from '#schema/contracts/sessions'
import { callerKeyOf } from './caller-key.ts'
import { findSession } from './list-sessions.ts'
import type { SessionHistory, SessionObjects } from './ports.ts'

type Needs = Pick<Kernel, 'db'> & { sessionObjects: SessionObjects }

/** Who is named beside a prompt. */
export function authorOf(actor: Actor): string {
  return actor.kind === 'user' ? actor.userName : 'Automation'
}

/**
 * Stores a prompt and sees to its delivery; the same key again gives the same receipt. Throws `auth.forbidden`,
 * `session.not_found`, `session.ended`, `session.too_many_prompts` and `session.unreachable`.
 */
export async function promptSession(
  needs: Needs & AuditNeeds,
  input: { actor: UserActor; sessionId: string; text: string; idempotencyKey: string | null },
): Promise<PromptReceipt> {
  const { actor, sessionId, text } = input
  authorize(actor, 'prompt', 'session')
  const { title: label } = await findSession(needs, { actor, sessionId })
  const idempotencyKey = callerKeyOf(actor, input.idempotencyKey ?? needs.ids.next())
  const receipt = await needs.sessionObjects.get(sessionId).prompt({ idempotencyKey, text, author: authorOf(actor) })
  const { promptId, duplicate } = receipt
  // Only the session's object knows whether it takes a prompt, so the entry comes behind it; the object keeps the author.
  // What was said stays in the session: whoever may read the audit log need not be somebody who may read that.
  const after = { promptId, characters: text.length }
  if (!duplicate) await recordAudit(needs, { actor, verb: 'prompt', subject: { kind: 'session', id: sessionId, label }, after })
  return receipt
}

/**
 * Stops what the agent is doing now; the session stays usable. Members stop what they started themselves. Throws
 * `auth.forbidden` and `session.not_found`.
 */
export async function cancelSession(
  needs: Needs & AuditNeeds,
  input: { actor: Actor; sessionId: string },
): Promise<{ canceled: boolean }> {
  const { actor, sessionId } = input
  const { title: label, createdBy } = await findSession(needs, { actor, sessionId })
  authorize(actor, 'cancel', { type: 'session', createdBy })
  const outcome = await needs.sessionObjects.get(sessionId).cancel({ author: authorOf(actor) })
  if (outcome.canceled) await recordAudit(needs, { actor, verb: 'cancel', subject: { kind: 'session', id: sessionId, label } })
  return outcome
}

/** Events before `before` (null: the newest), in order, the oldest first. Not for viewers. Throws `auth.forbidden`
 * and `session.not_found`. */
export async function sessionHistory(
  needs: Needs,
  input: { actor: Actor; sessionId: string; before: number | null; limit: number },
): Promise<SessionHistory> {
  authorize(input.actor, 'read_content', 'session')
  await findSession(needs, input)
  return needs.sessionObjects.get(input.sessionId).history({ before: input.before, limit: input.limit })
}
