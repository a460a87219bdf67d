import { resumeSlot, retryDelayMs } from '#domain/sessions'
import { SECOND_MS } from '#kernel/durations'
import { describeError } from '#kernel/errors'
import { startBoot } from './boot.ts'
import type { LiveSession } from './live-session.ts'
import { armDispatch } from './prompt-states.ts'
import { restartWaiting, unfinishedPrompts } from './prompts.store.ts'

/** The organization answers well within this time; after it, whoever asked has died. */
const ANSWER_MS = 30 * SECOND_MS
const WAITING = 'Waiting for a free place: '

/**
 * Boots a session that is not at work for the prompts that wait in it, as soon as its organization has a slot for it. Until
 * then they wait, and it says why. Also timer `slot`, which asks again.
 */
export function wake(session: LiveSession, { attempt }: { attempt: number } = { attempt: 0 }): void {
  if (!isAwaited(session)) return explain(session, null)
  // Again, should this instance die before it has its answer.
  session.timers.arm('slot', ANSWER_MS, attempt)
  if (session.singleFlight.has('slot')) return
  const work = askForSlot(session, attempt).finally(() => session.singleFlight.delete('slot'))
  session.singleFlight.set('slot', work)
  session.background('slot', work)
}

async function askForSlot(session: LiveSession, attempt: number): Promise<void> {
  const { organizationId = '', sessionId = '' } = session.opening ?? {}
  const answer = await resumeSlot(session.platform, { organizationId, sessionId }).catch((error: unknown) => {
    session.platform.log.warn('session.no_slot_answer', { error: describeError(error) })
    session.timers.arm('slot', retryDelayMs(attempt), attempt + 1)
    return null
  })
  if (!answer) return
  // Canceled or ended meanwhile: the next projection gives the slot back.
  if (!isAwaited(session)) return session.timers.arm('projection', 0)
  if (!answer.ok) return wait(session, answer)
  session.timers.disarm('slot')
  startBoot(session)
}

/** Nothing is wrong with waiting for a slot: the time in which a prompt must be taken up begins when there is one. */
function wait(session: LiveSession, { why, retryAfterMs }: { why: string; retryAfterMs: number }): void {
  restartWaiting(session.sql, session.now())
  armDispatch(session)
  explain(session, `${WAITING}${why}`)
  session.timers.arm('slot', retryAfterMs)
}

/** Whether prompts wait for a sandbox that nobody boots yet. */
function isAwaited(session: LiveSession): boolean {
  const { status, final } = session.facts
  const isAsleep = status === 'pending' || status === 'paused' || status === 'failed'
  return isAsleep && !final && unfinishedPrompts(session.sql).length > 0
}

/** Writes down what the session waits for, or (null) that it waits no more. */
function explain(session: LiveSession, reason: string | null): void {
  const { status, statusReason } = session.facts
  const isNews = reason === null ? statusReason?.startsWith(WAITING) : statusReason !== reason
  if (!isNews) return
  session.update({ statusReason: reason })
  session.emit([{ type: 'session.status', status, reason }])
}
