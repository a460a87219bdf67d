import type { SessionLiveStatus, SessionObjects } from '#domain/sessions'
import { earlier } from '#kernel/clock'
import { AppError, describeError } from '#kernel/errors'
import { decideAlone, decideBySession, type Verdict } from './decide-stalled-run.ts'
import type { StepNeeds } from './enrich-run.ts'
import { endRun } from './fail-run.ts'
import { markChecked, selectStalledAcrossOrganizations } from './finalizer.store.ts'
import { requeueLostRuns } from './requeue-lost-runs.ts'
import type { RunRow } from './run.row.ts'

type Needs = StepNeeds & { sessionObjects: SessionObjects }

/** Runs looked at in one tick (b1 §1.6), and sessions asked at the same time. */
const RUNS_PER_TICK = 50
const ASKED_AT_ONCE = 10

/**
 * Heals runs that stopped moving, in all organizations: each ends failed or timed out with a written reason, or is
 * noted as alive; one whose message was lost is announced again. One run's trouble does not keep the others waiting.
 * `inactivityMs`: how long a running run may be without activity before its session is asked.
 */
export async function finalizeStalledRuns(
  needs: Needs,
  input: { inactivityMs: number },
): Promise<{ looked: number; ended: number; requeued: number }> {
  const requeued = await requeueLostRuns(needs)
  const now = needs.clock.now()
  const inactiveSince = earlier(now, input.inactivityMs)
  const runs = await selectStalledAcrossOrganizations(needs.db, { now, inactiveSince, limit: RUNS_PER_TICK })
  let ended = 0
  for (let start = 0; start < runs.length; start += ASKED_AT_ONCE) {
    const results = await Promise.all(runs.slice(start, start + ASKED_AT_ONCE).map((run) => finalize(needs, run)))
    ended += results.filter((result) => result).length
  }
  return { looked: runs.length, ended, requeued }
}

async function finalize(needs: Needs, run: RunRow): Promise<boolean> {
  try {
    return await carryOut(needs, run, await decide(needs, run))
  } catch (error) {
    needs.log.error('run.finalizer_failed', { runId: run.id, error: describeError(error) })
    return false
  }
}

async function decide(needs: Needs, run: RunRow): Promise<Verdict> {
  const now = needs.clock.now()
  const verdict = decideAlone(run, now)
  if (verdict || !run.sessionId) return verdict ?? { kind: 'leave' }
  const live = await askSession(needs, run.sessionId)
  // A session that does not answer proves nothing; the run is looked at again when its turn comes, until its deadline.
  if (live === 'unreachable') return { kind: 'leave' }
  if (live === 'unknown') return decideAlone({ ...run, sessionId: null }, now) ?? { kind: 'leave' }
  return decideBySession(run, live)
}

async function askSession(needs: Needs, sessionId: string): Promise<SessionLiveStatus | 'unreachable' | 'unknown'> {
  try {
    return await needs.sessionObjects.get(sessionId).status()
  } catch (error) {
    if (error instanceof AppError && error.kind === 'not_found') return 'unknown'
    needs.log.warn('run.session_unreachable', { sessionId, error: describeError(error) })
    return 'unreachable'
  }
}

async function carryOut(needs: Needs, run: RunRow, verdict: Verdict): Promise<boolean> {
  const key = { organizationId: run.organizationId, runId: run.id }
  if (verdict.kind === 'leave') {
    await markChecked(needs.db, { ...key, at: needs.clock.now() })
    return false
  }
  const { transition, reason, error, endsSession } = verdict
  const { result } = await endRun(needs, { ...key, transition, reason, error, endsSession, stage: 'finalizer' })
  return result === 'failed'
}
