import { SECOND_MS } from '#kernel/durations'

/** A lost link is looked at first after this long: most come back by themselves. */
export const LINK_FIRST_LOOK_MS = 5 * SECOND_MS
/** And then this often. */
const LOOK_AGAIN_MS = 10 * SECOND_MS

/** `unknown`: the provider did not answer. */
export type SandboxHealth = 'alive' | 'dead' | 'unknown'

export type LostLinkDecision = { then: 'wait'; delayMs: number } | { then: 'give_up'; alive: boolean }

/**
 * What to do about a link that has been away for `lostForMs`: a sandbox that is known to be dead is given up at once,
 * any other one after `patienceMs`. `alive` says whether it must still be terminated.
 */
export function decideLostLink(link: {
  health: SandboxHealth
  lostForMs: number
  patienceMs: number
}): LostLinkDecision {
  if (link.health === 'dead') return { then: 'give_up', alive: false }
  const left = link.patienceMs - link.lostForMs
  return left <= 0 ? { then: 'give_up', alive: true } : { then: 'wait', delayMs: Math.min(left, LOOK_AGAIN_MS) }
}

export type LossDecision = 'recover' | 'fail' | 'pause'

/**
 * What becomes of a session whose sandbox is gone for good. A prompt is given a second sandbox once; without a prompt
 * in hand a person's session just waits for the next one, while the session of a run has nobody who would prompt again.
 */
export function decideAfterLoss(session: {
  activePrompt: { recovered: boolean } | null
  hasWaitingPrompts: boolean
  isRun: boolean
}): LossDecision {
  if (session.activePrompt) return session.activePrompt.recovered ? 'fail' : 'recover'
  if (session.hasWaitingPrompts) return 'recover'
  return session.isRun ? 'fail' : 'pause'
}
