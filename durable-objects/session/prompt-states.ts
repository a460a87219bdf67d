import { nextDispatchDeadline, type promptLifecycle, promptLifecycle as lifecycle } from '#domain/sessions'
import type { LiveSession } from './live-session.ts'
import { type Prompt, restartWaiting, unfinishedPrompts, writePrompt } from './prompts.store.ts'

export type PromptChange = Parameters<(typeof promptLifecycle)['next']>[1]

/**
 * Moves a prompt by its lifecycle and tells everybody; null when its present state does not allow it. A prompt that
 * ends makes room for the one behind it.
 */
export function movePrompt(
  session: LiveSession,
  prompt: Prompt,
  change: PromptChange,
  beside: Partial<Pick<Prompt, 'error' | 'recovered' | 'generation' | 'waitingSince'>> = {},
): Prompt | null {
  const state = lifecycle.next(prompt.state, change)
  if (!state) return null
  const moved = { ...prompt, ...beside, state }
  writePrompt(session.sql, moved)
  session.emit([{ type: 'prompt.changed', promptId: moved.id, state, error: moved.error }])
  if (lifecycle.isFinal(state)) restartWaiting(session.sql, session.now())
  armDispatch(session)
  return moved
}

/** Ends every prompt that has not ended. One that cannot finish, since it never began, is canceled instead. */
export function endUnfinishedPrompts(
  session: LiveSession,
  end: { change: 'finish' | 'fail' | 'cancel'; error: string | null },
): void {
  for (const prompt of unfinishedPrompts(session.sql)) {
    const error = end.error?.slice(0, 4_000) ?? null
    if (!movePrompt(session, prompt, end.change, { error })) {
      movePrompt(session, prompt, 'cancel', { error: 'The session ended before it was taken up' })
    }
  }
}

/** Sets the timer that reports prompts which nobody takes up (D14). */
export function armDispatch(session: LiveSession): void {
  const deadline = nextDispatchDeadline(unfinishedPrompts(session.sql))
  if (deadline) session.timers.arm('dispatch', deadline.getTime() - session.now())
  else session.timers.disarm('dispatch')
}
