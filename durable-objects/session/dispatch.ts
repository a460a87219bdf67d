import { nextPrompt, overduePrompts, promptNote } from '#domain/sessions'
import { SECOND_MS } from '#kernel/durations'
import { issueCommand } from './commands.ts'
import { waitingCommands } from './commands.store.ts'
import { failSession } from './end.ts'
import type { LiveSession } from './live-session.ts'
import { movePrompt } from './prompt-states.ts'
import { findPrompt, type Prompt, unfinishedPrompts, wasPrompted } from './prompts.store.ts'

/** An agent that does not confirm a cancel within this time is taken to have stopped. */
const CANCEL_CONFIRM_MS = 30 * SECOND_MS

/** Gives the agent its next prompt, if it is there and free. */
export function dispatchNext(session: LiveSession): void {
  const { status, generation, finishing } = session.facts
  if (finishing) return
  const prompt = nextPrompt(unfinishedPrompts(session.sql), { status, linked: session.link !== null })
  if (!prompt) return
  const firstOfGeneration = !wasPrompted(session.sql, generation)
  const recovered = prompt.recovered && prompt.generation !== generation
  const note = promptNote({ recovered, generation, firstOfGeneration })
  // Waiting starts anew: from here on it is the agent that must take it up.
  if (!movePrompt(session, prompt, 'dispatch', { generation, waitingSince: new Date(session.now()) })) return
  const text = note === null ? prompt.text : `${note}\n\n${prompt.text}`
  issueCommand(session, { kind: 'prompt', promptId: prompt.id, text })
}

/** The agent began with a prompt. */
export function promptStarted(session: LiveSession, promptId: string): void {
  const prompt = findPrompt(session.sql, promptId)
  if (prompt) movePrompt(session, prompt, 'start')
}

const CHANGE = { finished: 'finish', failed: 'fail', canceled: 'cancel' } as const

/** The agent is done with a prompt, one way or another; the next one's turn comes. */
export function promptFinished(
  session: LiveSession,
  end: { promptId: string; outcome: keyof typeof CHANGE; error: string | null },
): void {
  const prompt = findPrompt(session.sql, end.promptId)
  if (prompt && prompt.state !== 'queued') movePrompt(session, prompt, CHANGE[end.outcome], { error: end.error })
  session.openParts.clear()
  session.timers.disarm('cancel')
  if (end.outcome === 'failed' && isUnattended(session)) {
    return failSession(session, { code: 'agent_failed', reason: end.error ?? 'The agent failed' })
  }
  dispatchNext(session)
}

/** Nobody watches the session of a run: without its agent, only the run's deadline would end it. */
function isUnattended(session: LiveSession): boolean {
  const isCompleted = session.facts.finishing !== null || session.facts.outcome !== null
  return !!session.opening?.run && !isCompleted && unfinishedPrompts(session.sql).length === 0
}

/** Timer `dispatch`: tells the person whose prompt nobody took up. */
export function runDispatchDeadline(session: LiveSession): void {
  for (const prompt of overduePrompts(unfinishedPrompts(session.sql), new Date(session.now()))) {
    movePrompt(session, prompt, 'fail', { error: 'dispatch_timeout' })
  }
  dispatchNext(session)
}

/** Drops the waiting prompts and stops the one at work. False when nothing was going on. */
export function cancelPrompts(session: LiveSession, author: string): boolean {
  const prompts = unfinishedPrompts(session.sql)
  for (const prompt of prompts) {
    if (prompt.state === 'queued') movePrompt(session, prompt, 'cancel', { error: `Canceled by ${author}` })
    else cancelActive(session, prompt)
  }
  return prompts.length > 0
}

/** The agent is told once, and confirms by reporting the turn as canceled. */
function cancelActive(session: LiveSession, prompt: Prompt): void {
  const isTold = waitingCommands(session.sql, session.facts.generation).some(
    ({ command }) => command.kind === 'cancel' && command.promptId === prompt.id,
  )
  if (isTold || session.timers.isArmed('cancel')) return
  session.timers.arm('cancel', CANCEL_CONFIRM_MS)
  issueCommand(session, { kind: 'cancel', promptId: prompt.id })
}

/** Timer `cancel`: the agent did not confirm; its prompt must not block the ones behind it for ever. */
export function runCancelDeadline(session: LiveSession): void {
  for (const prompt of unfinishedPrompts(session.sql)) {
    if (prompt.state !== 'queued')
      movePrompt(session, prompt, 'cancel', { error: 'The agent did not confirm that it stopped' })
  }
  dispatchNext(session)
}
