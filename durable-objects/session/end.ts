import { retryDelayMs } from '#domain/sessions'
import type { SessionOutcome } from '#schema/contracts/sessions'
import { CLOSE } from '#schema/contracts/session-socket'
import { closeSocket } from './clients.ts'
import { abandonCommands } from './commands.ts'
import type { LiveSession } from './live-session.ts'
import { endUnfinishedPrompts } from './prompt-states.ts'
import { reportRunFailure } from './run-report.ts'
import { deleteTermination, insertTermination, pendingTerminations } from './terminations.store.ts'

/**
 * Lets go of the current sandbox: nothing more is said to it or heard from it, and it is terminated until the provider
 * agrees. Its handle is stored before it is forgotten.
 */
export function releaseSandbox(session: LiveSession): void {
  const { sandboxId } = session.facts
  if (sandboxId !== null) terminateLater(session, sandboxId)
  for (const name of ['boot', 'boot-retry', 'link', 'alive', 'expiry', 'cancel', 'tool'] as const) {
    session.timers.disarm(name)
  }
  for (const socket of session.state.getWebSockets('link')) {
    closeSocket(socket, CLOSE.staleGeneration, 'This sandbox was let go')
  }
  session.link = null
  abandonCommands(session)
  session.openParts.clear()
  session.update({ sandboxId: null, sandboxExpiresAt: null, boot: null, linkLostAt: null })
}

export function terminateLater(session: LiveSession, sandboxId: string): void {
  insertTermination(session.sql, sandboxId)
  session.timers.arm('terminate', 0)
}

/** Timer `terminate`: tried until the provider agrees that each of them is gone. */
export function runTerminate(session: LiveSession, { attempt }: { attempt: number }): void {
  const pending = pendingTerminations(session.sql)
  if (pending.length === 0) return
  session.timers.arm('terminate', retryDelayMs(attempt), attempt + 1)
  session.background('terminate', terminateAll(session, pending))
}

async function terminateAll(session: LiveSession, sandboxIds: string[]): Promise<void> {
  for (const sandboxId of sandboxIds) {
    await session.platform.sandboxes.terminate(sandboxId)
    deleteTermination(session.sql, sandboxId)
  }
  if (pendingTerminations(session.sql).length === 0) session.timers.disarm('terminate')
}

/**
 * The session cannot go on by itself, for a written reason; its run fails with it. A person may still prompt it, which
 * boots it anew (D12).
 */
export function failSession(session: LiveSession, failure: { code: string; reason: string }): void {
  if (!session.move('fail', failure.reason, { endedAt: session.now(), outcome: 'failed' })) return
  session.emit([{ type: 'session.error', code: failure.code, message: failure.reason }])
  endUnfinishedPrompts(session, { change: 'fail', error: failure.reason })
  session.timers.disarm('dispatch')
  releaseSandbox(session)
  reportRunFailure(session, { reason: failure.code, error: failure.reason })
}

/** The sandbox goes, the work waits in its checkpoint; the next prompt boots the next one. */
export function pauseSession(session: LiveSession, pause: { pauseReason: string; reason: string }): void {
  const { pauseReason, reason } = pause
  if (!session.move('pause', reason, { pauseReason, pausedAt: session.now() })) return
  releaseSandbox(session)
}

/** Ends the session for good. Safe to repeat; the first end stands. */
export function endSession(
  session: LiveSession,
  end: { status: 'stopped' | 'failed'; outcome: SessionOutcome; reason: string | null },
): void {
  if (session.facts.final) return
  const { status, outcome, reason } = end
  const { facts } = session
  const change = status === 'stopped' ? 'stop' : 'fail'
  const isNews = facts.outcome !== outcome
  const beside = { final: true, outcome, endedAt: facts.endedAt ?? session.now(), pauseReason: null }
  if (!session.move(change, facts.status === 'failed' ? (facts.statusReason ?? reason) : reason, beside)) return
  endUnfinishedPrompts(session, endOfPrompts(outcome, reason))
  if (isNews) session.emit([{ type: 'session.outcome', outcome, summary: facts.summary }])
  session.timers.disarm('dispatch')
  session.timers.disarm('finish')
  releaseSandbox(session)
}

function endOfPrompts(outcome: SessionOutcome, reason: string | null) {
  if (outcome === 'canceled') return { change: 'cancel' as const, error: reason }
  if (outcome === 'failed') return { change: 'fail' as const, error: reason ?? 'The session failed' }
  return { change: 'finish' as const, error: null }
}
