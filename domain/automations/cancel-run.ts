import { type Actor, type AuditNeeds, auditRowOf, authorize, userIdOf } from '#domain/identity'
import type { Kernel } from '#kernel/needs'
import type { Run } from '#schema/contracts/runs'
import { kickOutbox, type OutboxNeeds } from './dispatch-outbox.ts'
import { RunNotFound, RunStateConflict } from './errors.ts'
import { findRun } from './list-runs.ts'
import { moveRun } from './run-moves.store.ts'
import { findRunRow } from './runs.store.ts'

/**
 * Cancels a run that has not ended. Its session ends after the commit, by an outbox row that stands in the same
 * statement, so that a crash in between loses nothing. Members cancel their own. Returns the canceled run. Throws
 * `auth.forbidden`, `run.not_found`, and `run.state_conflict` for a run that has ended.
 */
export async function cancelRun(
  needs: AuditNeeds & OutboxNeeds,
  input: { actor: Actor; runId: string },
): Promise<Run> {
  const { actor, runId } = input
  const { createdBy } = await findRun(needs, input)
  authorize(actor, 'cancel', { type: 'run', createdBy })
  const run = { organizationId: actor.organizationId, runId }
  const now = needs.clock.now()
  const endSession = { id: needs.ids.next(), kind: 'end_session' as const, payload: { runId } }
  const moved = await moveRun(needs.db, {
    ...run,
    transition: 'cancel',
    at: now,
    change: { statusReason: 'canceled', completedAt: now },
    events: [
      { id: needs.ids.next(), type: 'canceled', data: { userId: userIdOf(actor) } },
      { id: needs.ids.next(), type: 'status_transition' },
    ],
    outbox: [endSession],
    triggerEvent: { status: 'failed', reason: 'The run was canceled' },
    endsLease: true,
    audit: auditRowOf(needs, {
      actor,
      verb: 'cancel',
      subject: { kind: 'run', id: runId, label: null },
      after: { status: 'canceled' },
    }),
  })
  if (!moved) throw await refusal(needs, run)
  await kickOutbox(needs, { ids: [endSession.id] })
  return findRun(needs, input)
}

async function refusal(needs: Pick<Kernel, 'db'>, run: { organizationId: string; runId: string }) {
  const row = await findRunRow(needs.db, run)
  return row ? RunStateConflict({ detail: `The run is ${row.status}` }) : RunNotFound()
}
