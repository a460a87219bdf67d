import type { SessionObjects } from '#domain/sessions'
import type { Kernel } from '#kernel/needs'
import type { SessionOutcome } from '#schema/contracts/sessions'
import type { RunRow } from './run.row.ts'
import { findRunRow } from './runs.store.ts'

type SessionEnd = { status: 'stopped' | 'failed'; outcome: SessionOutcome; reason: string }

/**
 * Ends the session of a run that ended without its agent's word: failed, timed out or canceled. Any other run, and
 * one without a session, is left alone. Safe to repeat. Throws `session.unreachable`.
 */
export async function endRunSession(
  needs: Pick<Kernel, 'db'> & { sessionObjects: SessionObjects },
  input: { organizationId: string; runId: string },
): Promise<{ ended: boolean }> {
  const run = await findRunRow(needs.db, input)
  const end = run && sessionEndOf(run)
  if (!run?.sessionId || !end) return { ended: false }
  await needs.sessionObjects.get(run.sessionId).terminate(end)
  return { ended: true }
}

/**
 * How the session of a run ends; null while the run lives, and for one its agent completed: then the session ends by
 * itself.
 */
export function sessionEndOf(run: Pick<RunRow, 'status' | 'completionId' | 'errorMessage'>): SessionEnd | null {
  if (run.completionId !== null) return null
  switch (run.status) {
    case 'canceled':
      return { status: 'stopped', outcome: 'canceled', reason: 'The run was canceled' }
    case 'failed':
    case 'timed_out':
      return { status: 'failed', outcome: 'failed', reason: run.errorMessage ?? `The run is ${run.status}` }
    default:
      return null
  }
}
