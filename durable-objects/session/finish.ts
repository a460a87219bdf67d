import { SECOND_MS } from '#kernel/durations'
import { endSession, pauseSession } from './end.ts'
import { startBoot } from './boot.ts'
import type { LiveSession } from './live-session.ts'
import { movePrompt } from './prompt-states.ts'
import { unfinishedPrompts } from './prompts.store.ts'

/**
 * So long the sandbox lives on after an accepted completion, for the tool's answer and the agent's last words (b1
 * §1.6).
 */
const LAST_WORDS_MS = 2 * SECOND_MS

/** The agent has handed in its completion: a moment later the session stops, or waits for a person (D10). */
export function finishSoon(session: LiveSession, then: 'stop' | 'pause'): void {
  session.update({ finishing: then })
  session.timers.arm('finish', LAST_WORDS_MS)
}

/** Timer `finish`. No snapshot on this way: what was to be kept is pushed or in a checkpoint. */
export function runFinish(session: LiveSession): void {
  const { finishing, outcome } = session.facts
  if (!finishing) return
  session.update({ finishing: null })
  if (finishing === 'stop')
    return endSession(session, { status: 'stopped', outcome: outcome ?? 'completed', reason: null })
  const prompts = unfinishedPrompts(session.sql)
  for (const prompt of prompts) movePrompt(session, prompt, 'finish')
  // A person was quicker than these two seconds.
  if (prompts.some(({ state }) => state === 'queued')) return startBoot(session)
  pauseSession(session, { pauseReason: 'needs_human', reason: 'The agent needs a person' })
}
