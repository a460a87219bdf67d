import { failRun, RunNotFound, touchRun } from '#domain/automations'
import { retryDelayMs } from '#domain/sessions'
import { MINUTE_MS } from '#kernel/durations'
import type { LiveSession } from './live-session.ts'

/**
 * Notes activity of the agent: at once if the run has not heard for a minute, else when that minute is over (b1 §1.6).
 */
export function noteRunActivity(session: LiveSession): void {
  if (!session.opening?.run || session.timers.isArmed('run-activity')) return
  const since = session.now() - (session.facts.runTouchedAt ?? 0)
  session.timers.arm('run-activity', MINUTE_MS - since)
}

/** Timer `run-activity`. */
export function runActivity(session: LiveSession): void {
  const { opening, platform } = session
  if (!opening?.run) return
  session.update({ runTouchedAt: session.now() })
  session.background(
    'run-activity',
    touchRun(platform, { organizationId: opening.organizationId, runId: opening.run.runId }),
  )
}

/** Sees to it that the session's run fails too, however often the database is away. */
export function reportRunFailure(session: LiveSession, failure: { reason: string; error: string }): void {
  if (!session.opening?.run) return
  session.update({ runFailure: failure })
  session.timers.arm('run-failure', 0)
}

/** Timer `run-failure`. A run that has ended already stays as it is. */
export function runRunFailure(session: LiveSession, { attempt }: { attempt: number }): void {
  const { opening, facts } = session
  if (!opening?.run || !facts.runFailure) return
  session.timers.arm('run-failure', retryDelayMs(attempt), attempt + 1)
  session.background('run-failure', tell(session, { ...facts.runFailure, runId: opening.run.runId }))
}

async function tell(session: LiveSession, failure: { runId: string; reason: string; error: string }): Promise<void> {
  const organizationId = session.opening?.organizationId ?? ''
  try {
    await failRun(session.platform, { ...failure, organizationId, stage: 'execution' })
  } catch (error) {
    // Removed with its automation: nobody is left to be told.
    if (!RunNotFound.is(error)) throw error
  }
  session.update({ runFailure: null })
  session.timers.disarm('run-failure')
}
