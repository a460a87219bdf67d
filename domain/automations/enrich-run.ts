import { later } from '#kernel/clock'
import { MINUTE_MS } from '#kernel/durations'
import type { Kernel } from '#kernel/needs'
import type { RunStatus } from '#schema/contracts/runs'
import { buildEnrichment } from './build-enrichment.ts'
import { kickOutbox, type OutboxNeeds } from './dispatch-outbox.ts'
import { failRun } from './fail-run.ts'
import { loadRunContext, type RunContext } from './run-context.store.ts'
import { moveRun, type RunMove } from './run-moves.store.ts'
import type { RunRow } from './run.row.ts'
import { claimRun, findRunRow } from './runs.store.ts'

export type StepNeeds = Pick<Kernel, 'ids'> & OutboxNeeds

/** A step of a run as its message asks for it; `leaseOwner` names the message, for people who look for it. */
export interface StepInput {
  organizationId: string
  runId: string
  leaseOwner: string
}

/**
 * `done`: this call took the step to an end. `busy`: another holder's lease is live, ask again in a minute. `waiting`:
 * the organization has no session left, ask again in a minute, for as long as it takes. `gone`: there is nothing to do
 * any more.
 */
export type StepResult = 'done' | 'busy' | 'waiting' | 'gone'

/** How long a claim holds (b1 §1.6); whoever dies meanwhile is succeeded after it. */
const LEASE_MS = 5 * MINUTE_MS

/** Takes the lease of a run for a step, or says why not. */
export async function claimStep(
  needs: StepNeeds,
  step: StepInput & { statuses: readonly RunStatus[] },
): Promise<{ run: RunRow } | { result: 'busy' | 'gone'; run: RunRow | null }> {
  const { leaseOwner: owner, ...rest } = step
  const now = needs.clock.now()
  const claimed = await claimRun(needs.db, { ...rest, owner, now, until: later(now, LEASE_MS) })
  if (claimed) return { run: claimed }
  const run = await findRunRow(needs.db, step)
  const waiting = run !== null && step.statuses.includes(run.status) && run.promptSentAt === null
  return { result: waiting ? 'busy' : 'gone', run }
}

/** First step of a run: gathers what the agent will be told of the event, and makes the run ready to execute. */
export async function enrichRun(needs: StepNeeds, input: StepInput): Promise<StepResult> {
  const claim = await claimStep(needs, { ...input, statuses: ['queued', 'enriching'] })
  if ('result' in claim) return claim.result
  const { run } = claim
  if (run.status === 'queued' && !(await startEnrichment(needs, run))) return 'gone'
  const context = await loadRunContext(needs.db, input)
  if (!context) {
    const error = 'The automation, the trigger or the event is gone'
    await failRun(needs, { ...input, stage: 'enrichment', reason: 'missing_context', error })
    return 'done'
  }
  if (!context.automation.enabled) return skip(needs, run)
  return finish(needs, run, context)
}

async function startEnrichment(needs: StepNeeds, run: RunRow): Promise<boolean> {
  const now = needs.clock.now()
  const moved = await moveRun(needs.db, {
    organizationId: run.organizationId,
    runId: run.id,
    transition: 'enrich',
    at: now,
    only: { leaseVersion: run.leaseVersion },
    change: { enrichmentStartedAt: now, lastActivityAt: now },
    events: [{ id: needs.ids.next(), type: 'status_transition' }],
    outbox: [],
    endsLease: false,
  })
  return moved !== null
}

async function skip(needs: StepNeeds, run: RunRow): Promise<StepResult> {
  const now = needs.clock.now()
  const moved = await moveRun(needs.db, {
    organizationId: run.organizationId,
    runId: run.id,
    transition: 'skip',
    at: now,
    only: { leaseVersion: run.leaseVersion },
    change: { statusReason: 'automation_disabled', completedAt: now },
    events: [{ id: needs.ids.next(), type: 'status_transition', data: { reason: 'automation_disabled' } }],
    outbox: [],
    triggerEvent: { status: 'skipped', reason: 'automation_disabled' },
    endsLease: true,
  })
  return moved ? 'done' : 'gone'
}

/**
 * Saves the payload and hands the run to the next step in one statement: a ready run always has its message
 * announced.
 */
async function finish(needs: StepNeeds, run: RunRow, context: RunContext): Promise<StepResult> {
  const built = buildEnrichment(context)
  if ('problem' in built) {
    const { organizationId, id: runId } = run
    const failure = { stage: 'enrichment', reason: 'enrichment_failed', error: built.problem } as const
    await failRun(needs, { organizationId, runId, ...failure })
    return 'done'
  }
  const now = needs.clock.now()
  const runId = run.id
  const outbox: RunMove['outbox'] = [
    { id: needs.ids.next(), kind: 'enqueue_execute', payload: { runId } },
    { id: needs.ids.next(), kind: 'write_artifacts', payload: { runId, artifact: 'enrichment' } },
  ]
  const payloadSize = JSON.stringify(built.enrichment).length
  const moved = await moveRun(needs.db, {
    organizationId: run.organizationId,
    runId: run.id,
    transition: 'finishEnrichment',
    at: now,
    only: { leaseVersion: run.leaseVersion },
    change: { enrichment: built.enrichment, enrichmentCompletedAt: now },
    events: [
      { id: needs.ids.next(), type: 'enrichment_saved', data: { payloadSize } },
      { id: needs.ids.next(), type: 'status_transition' },
    ],
    outbox,
    endsLease: true,
  })
  if (!moved) return 'gone'
  await kickOutbox(needs, { ids: outbox.map((entry) => entry.id) })
  return 'done'
}
