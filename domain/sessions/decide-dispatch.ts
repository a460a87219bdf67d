import { MINUTE_MS } from '#kernel/durations'
import type { PromptState, SessionStatus } from '#schema/contracts/sessions'

/** A prompt that is not taken up within this time is reported failed, so that nobody waits for nothing (D14). */
export const DISPATCH_DEADLINE_MS = 10 * MINUTE_MS

export interface WaitingPrompt {
  id: string
  state: PromptState
  /** Since when it could have been dispatched: when it was stored, or when the prompt before it ended. */
  waitingSince: Date
}

/** Which prompt goes to the agent now: the oldest waiting one, if the agent is there and free. */
export function nextPrompt<Prompt extends WaitingPrompt>(
  unfinished: Prompt[],
  session: { status: SessionStatus; linked: boolean },
): Prompt | null {
  if (session.status !== 'running' || !session.linked) return null
  if (unfinished.some(({ state }) => state !== 'queued')) return null
  return unfinished[0] ?? null
}

/** Which prompts waited too long. Behind one that is being worked on there is nothing wrong with waiting. */
export function overduePrompts<Prompt extends WaitingPrompt>(unfinished: Prompt[], now: Date): Prompt[] {
  if (unfinished.some(({ state }) => state === 'running')) return []
  return unfinished.filter(({ waitingSince }) => now.getTime() - waitingSince.getTime() >= DISPATCH_DEADLINE_MS)
}

/** When to look for overdue prompts next; null when none can become overdue. */
export function nextDispatchDeadline(unfinished: WaitingPrompt[]): Date | null {
  if (unfinished.some(({ state }) => state === 'running')) return null
  const [first] = unfinished.map(({ waitingSince }) => waitingSince.getTime()).sort((a, b) => a - b)
  return first === undefined ? null : new Date(first + DISPATCH_DEADLINE_MS)
}

/** What is told to an agent in front of a prompt, when its sandbox is not the one in which the conversation began. */
export function promptNote(prompt: {
  recovered: boolean
  generation: number
  firstOfGeneration: boolean
}): string | null {
  if (prompt.recovered) {
    return (
      'Note: the sandbox in which this was first worked on was lost. Your working tree was restored from the last ' +
      'checkpoint, if there was one; what was said and done before is in `.proliferate/transcript.md`. ' +
      'Look at the state of the work first, then go on.'
    )
  }
  if (prompt.generation > 1 && prompt.firstOfGeneration) {
    return (
      'Note: this session continues in a new sandbox. ' +
      'What was said and done before is in `.proliferate/transcript.md`.'
    )
  }
  return null
}
