import { canonicalJson, storableJson } from '#kernel/json'
import type { Kernel } from '#kernel/needs'
import type { Digest } from '#kernel/ports'
import type { Completion } from '#schema/contracts/runs'
import { kickOutbox, type OutboxNeeds } from './dispatch-outbox.ts'
import { RunCompletionConflict, RunNotFound, RunStateConflict } from './errors.ts'
import type { RunTransition } from './run.lifecycle.ts'
import { moveRun } from './run-moves.store.ts'
import { findRunRow } from './runs.store.ts'

type Needs = Pick<Kernel, 'ids'> & OutboxNeeds & { digest: Digest }

export interface RunCompletionInput {
  organizationId: string
  runId: string
  /** The session that hands the completion in: only the run's own may. */
  sessionId: string
  completion: Completion
}

const TRANSITION: Record<Completion['outcome'], RunTransition> = {
  succeeded: 'succeed',
  failed: 'fail',
  needs_human: 'needHuman',
}

/**
 * Ends a running run with what its agent handed in. The same completion id with the same content gives the stored
 * completion again, however often and in whatever order of keys. Throws `run.not_found` (also for a run of another
 * session or organization), `run.completion_conflict` for another content or id, and `run.state_conflict` for a run
 * that is not running.
 */
export async function completeRun(
  needs: Needs,
  input: RunCompletionInput,
): Promise<{ completion: Completion; repeated: boolean }> {
  const completion = storableJson(input.completion)
  const completionHash = await hashOf(needs.digest, completion)
  if (await move(needs, { ...input, completion }, completionHash)) return { completion, repeated: false }
  const run = await findRunRow(needs.db, input)
  if (!run || run.sessionId !== input.sessionId) throw RunNotFound()
  if (!run.completion) throw RunStateConflict({ detail: `The run is ${run.status}` })
  if (run.completionId !== completion.completionId) {
    throw RunCompletionConflict({ detail: `The run was completed as ${run.completionId}` })
  }
  if (run.completionHash !== completionHash) {
    throw RunCompletionConflict({ detail: 'The same completion id came with another content' })
  }
  return { completion: run.completion, repeated: true }
}

async function move(needs: Needs, input: RunCompletionInput, completionHash: string): Promise<boolean> {
  const { completion, organizationId, runId, sessionId } = input
  const now = needs.clock.now()
  const artifact = {
    id: needs.ids.next(),
    kind: 'write_artifacts' as const,
    payload: { runId, artifact: 'completion' as const },
  }
  const { completionId, outcome } = completion
  const failed = outcome === 'failed'
  const moved = await moveRun(needs.db, {
    organizationId,
    runId,
    transition: TRANSITION[outcome],
    at: now,
    only: { sessionId },
    change: {
      statusReason: outcome,
      completion,
      completionId,
      completionHash,
      completedAt: now,
      lastActivityAt: now,
      ...(failed ? { failureStage: 'execution', errorMessage: completion.summaryMarkdown } : {}),
    },
    events: [
      { id: needs.ids.next(), type: 'completion', data: { completionId, outcome } },
      { id: needs.ids.next(), type: 'status_transition' },
    ],
    outbox: [artifact],
    triggerEvent: { status: failed ? 'failed' : 'completed', reason: failed ? 'The agent reported a failure' : null },
    endsLease: true,
  })
  if (moved) await kickOutbox(needs, { ids: [artifact.id] })
  return moved !== null
}

/**
 * Over what the agent hands in; branch and commit are the platform's findings and may differ between two tries of one
 * call.
 */
function hashOf(digest: Digest, { completionId, outcome, summaryMarkdown, citations }: Completion): Promise<string> {
  return digest.sha256(canonicalJson({ completionId, outcome, summaryMarkdown, citations }))
}
