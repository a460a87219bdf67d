import type { Kernel } from '#kernel/needs'
import type { FailureStage } from '#schema/contracts/runs'
import { kickOutbox, type OutboxNeeds } from './dispatch-outbox.ts'
import { RunNotFound } from './errors.ts'
import { moveRun, type RunMove } from './run-moves.store.ts'
import { findRunRow } from './runs.store.ts'

export interface RunFailure {
  organizationId: string
  runId: string
  stage: FailureStage
  /** Stable code, for example `no_completion` (b1 §1.4). */
  reason: string
  /** A sentence for people. */
  error: string
}

/**
 * Fails a run that has not ended, and tells its trigger event. Its session is left as it is: the caller is the session
 * itself, which has let go of its sandbox and may still be prompted by a person. A run that has ended stays as it is:
 * whoever reports a failure late is not wrong, only late. Throws `run.not_found`.
 */
export async function failRun(
  needs: Pick<Kernel, 'ids'> & OutboxNeeds,
  failure: RunFailure,
): Promise<{ result: 'failed' | 'already_ended' }> {
  return endRun(needs, { ...failure, transition: 'fail', endsSession: false })
}

/** `endsSession`: whether the session ends for good after the commit, because it might still hold a sandbox. */
export interface RunEnd extends RunFailure {
  transition: 'fail' | 'timeOut'
  endsSession: boolean
}

/** Takes a live run to failed or timed out, and tells its trigger event. Throws `run.not_found`. */
export async function endRun(
  needs: Pick<Kernel, 'ids'> & OutboxNeeds,
  end: RunEnd,
): Promise<{ result: 'failed' | 'already_ended' }> {
  const now = needs.clock.now()
  const { organizationId, runId, stage, reason, error } = end
  const outbox: RunMove['outbox'] = end.endsSession
    ? [{ id: needs.ids.next(), kind: 'end_session', payload: { runId } }]
    : []
  const moved = await moveRun(needs.db, {
    organizationId,
    runId,
    transition: end.transition,
    at: now,
    change: { statusReason: reason, failureStage: stage, errorMessage: error, completedAt: now },
    events: [{ id: needs.ids.next(), type: 'status_transition', data: { reason, stage, error } }],
    outbox,
    triggerEvent: { status: 'failed', reason: `${reason}: ${error}` },
    endsLease: true,
  })
  if (moved) {
    await kickOutbox(needs, { ids: outbox.map((entry) => entry.id) })
    return { result: 'failed' }
  }
  if (await findRunRow(needs.db, { organizationId, runId })) return { result: 'already_ended' }
  throw RunNotFound()
}
