import type { SessionLiveStatus } from '#domain/sessions'
import type { RunRow } from './run.row.ts'

type StalledRun = Pick<RunRow, 'status' | 'sessionId' | 'deadlineAt' | 'completionId'>

export type Verdict =
  | { kind: 'end'; transition: 'fail' | 'timeOut'; reason: string; error: string; endsSession: boolean }
  | { kind: 'leave' }

const fail = (reason: string, error: string, endsSession: boolean): Verdict => ({
  kind: 'end',
  transition: 'fail',
  reason,
  error,
  endsSession,
})

/**
 * What can be said of a stalled run without its session; null when the session has to be asked (b1 §1.6, in this
 * order).
 */
export function decideAlone(run: StalledRun, now: Date): Verdict | null {
  if (run.status === 'running' && !run.sessionId) {
    return fail('missing_session', 'The run lost its session', false)
  }
  if (run.deadlineAt.getTime() < now.getTime()) {
    const error = `The run did not end before its deadline, ${run.deadlineAt.toISOString()}`
    return { kind: 'end', transition: 'timeOut', reason: 'deadline_exceeded', error, endsSession: true }
  }
  return run.sessionId ? null : { kind: 'leave' }
}

/**
 * What a session's own word means for its stalled run. A session that has let go of its sandbox is not ended for
 * good: a person may still go on with it (decision D12).
 */
export function decideBySession(run: StalledRun, live: SessionLiveStatus): Verdict {
  switch (live.status) {
    case 'stopped':
    case 'failed':
      if (run.completionId) return { kind: 'leave' }
      return fail('no_completion', `The session ended without a completion: ${live.statusReason ?? live.status}`, false)
    case 'starting':
    case 'running':
      if (live.sandboxAlive === false) return fail('sandbox_dead', 'The sandbox died while the agent worked', true)
      return { kind: 'leave' }
    case 'paused':
    case 'pending':
      return fail(`session_state_${live.status}`, `The session is ${live.status} although the run is running`, false)
  }
}
