import { type Actor, authorize } from '#domain/identity'
import type { Kernel } from '#kernel/needs'
import type { PromptReceipt } from '#schema/contracts/sessions'
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
  needs: Needs & Pick<Kernel, 'ids'>,
  input: { actor: Actor; sessionId: string; text: string; idempotencyKey: string | null },
): Promise<PromptReceipt> {
  const { actor, sessionId, text } = input
  authorize(actor, 'prompt', 'session')
  await findSession(needs, { organizationId: actor.organizationId, sessionId })
  const idempotencyKey = input.idempotencyKey ?? needs.ids.next()
  return needs.sessionObjects.get(sessionId).prompt({ idempotencyKey, text, author: authorOf(actor) })
}

/** Stops what the agent is doing now; the session stays usable. Throws `auth.forbidden` and `session.not_found`. */
export async function cancelSession(
  needs: Needs,
  input: { actor: Actor; sessionId: string },
): Promise<{ canceled: boolean }> {
  const { actor, sessionId } = input
  authorize(actor, 'cancel', 'session')
  await findSession(needs, { organizationId: actor.organizationId, sessionId })
  return needs.sessionObjects.get(sessionId).cancel({ author: authorOf(actor) })
}

/** Events before `before` (null: the newest), in order, the oldest first. Throws `session.not_found`. */
export async function sessionHistory(
  needs: Needs,
  input: { organizationId: string; sessionId: string; before: number | null; limit: number },
): Promise<SessionHistory> {
  await findSession(needs, input)
  return needs.sessionObjects.get(input.sessionId).history({ before: input.before, limit: input.limit })
}
