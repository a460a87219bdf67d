import {
  createSession,
  type CreateSessionNeeds,
  reserveSession,
  type SessionObjects,
  SessionsExhausted,
  type SessionWish,
} from '#domain/sessions'
import { AppError, describeError } from '#kernel/errors'
import type { RunStatus } from '#schema/contracts/runs'
import { buildPrompt } from './build-prompt.ts'
import { claimStep, type StepInput, type StepNeeds, type StepResult } from './enrich-run.ts'
import { endRunSession } from './end-run-session.ts'
import { endRun, failRun } from './fail-run.ts'
import { resolveTarget, type Target } from './resolve-target.ts'
import { loadRunContext, type RunContext } from './run-context.store.ts'
import type { RunRow } from './run.row.ts'
import { moveRun } from './run-moves.store.ts'
import { markPromptSent, releaseAfterFailure, releaseLease, saveRunSession } from './runs.store.ts'
import { branchOf, openingOf, titleOf } from './session-opening.ts'

export type ExecuteNeeds = StepNeeds & CreateSessionNeeds & { sessionObjects: SessionObjects }

/** Tries to make the session and hand over the prompt before the run fails (b1 §1.6). */
const MAX_TRIES = 3

/**
 * Second step of a run: a session in the automation's configuration, and the prompt in it, each at most once. Safe to
 * repeat after a crash at any point. A run for which the organization has no session left waits, ready, until its
 * deadline. Throws what is worth another delivery of the message; the third such try fails the run.
 */
export async function executeRun(needs: ExecuteNeeds, input: StepInput): Promise<StepResult> {
  const claim = await claimStep(needs, { ...input, statuses: ['ready', 'running'] })
  if ('result' in claim) {
    // An earlier try may have prompted the agent of a run that was stopped meanwhile, and died before it saw that.
    if (claim.run && wasStopped(claim.run.status)) await endRunSession(needs, input)
    return claim.result
  }
  const context = await loadRunContext(needs.db, input)
  if (!context || !claim.run.enrichment) {
    const error = 'The automation, the trigger, the event or its enrichment is gone'
    await failRun(needs, { ...input, stage: 'execution', reason: 'missing_context', error })
    return 'done'
  }
  const target = resolveTarget({
    defaultConfigurationId: context.automation.defaultConfigurationId,
    suggestedRepoId: claim.run.enrichment.suggestedRepoId,
  })
  if (target.type !== 'none' && !(await hasSlot(needs, claim.run))) return 'waiting'
  const run = claim.run.status === 'ready' ? await startExecution(needs, claim.run, target) : claim.run
  if (!run) return 'gone'
  if (target.type === 'none') {
    const error = 'The automation has no configuration to work in'
    await failRun(needs, { ...input, stage: 'execution', reason: 'missing_configuration', error })
    return 'done'
  }
  return handOver(needs, run, { context, configurationId: target.configurationId })
}

/**
 * Takes the slot of the run's session, the same one at each try. False when there is none: the lease is given back, and
 * the try does not count.
 */
async function hasSlot(needs: ExecuteNeeds, run: RunRow): Promise<boolean> {
  const { organizationId, id: runId, leaseVersion } = run
  try {
    await reserveSession(needs, { organizationId, key: sessionKeyOf(run) })
    return true
  } catch (error) {
    await releaseLease(needs.db, { organizationId, runId, leaseVersion, now: needs.clock.now() })
    if (SessionsExhausted.is(error)) return false
    throw error
  }
}

/** The key makes it the same session, and the same slot, however often it is wished for. */
const sessionKeyOf = (run: RunRow) => `run:${run.id}:session`

async function startExecution(needs: StepNeeds, run: RunRow, target: Target): Promise<RunRow | null> {
  const now = needs.clock.now()
  return moveRun(needs.db, {
    organizationId: run.organizationId,
    runId: run.id,
    transition: 'execute',
    at: now,
    only: { leaseVersion: run.leaseVersion },
    change: { executionStartedAt: now, lastActivityAt: now },
    events: [
      { id: needs.ids.next(), type: 'target_resolved', data: { ...target } },
      { id: needs.ids.next(), type: 'status_transition' },
    ],
    outbox: [],
    triggerEvent: { status: 'processing' },
    endsLease: false,
  })
}

interface Work {
  context: RunContext
  configurationId: string
}

async function handOver(needs: ExecuteNeeds, run: RunRow, work: Work): Promise<StepResult> {
  try {
    return await openSession(needs, run, work)
  } catch (error) {
    await countFailure(needs, run, error)
    return 'done'
  }
}

async function openSession(needs: ExecuteNeeds, run: RunRow, work: Work): Promise<StepResult> {
  const key = { organizationId: run.organizationId, runId: run.id }
  const { session, modelId } = await createSession(needs, wishOf(run, work))
  if (!(await noteSession(needs, run, session.id))) return 'gone'
  const object = needs.sessionObjects.get(session.id)
  const { configurationId } = work
  await object.open(openingOf(run, work.context, { sessionId: session.id, configurationId, modelId }))
  await object.prompt({ idempotencyKey: `run:${run.id}:prompt:v1`, text: promptOf(run, work), author: 'automation' })
  const now = needs.clock.now()
  const prompted = await markPromptSent(needs.db, { ...key, leaseVersion: run.leaseVersion, now })
  // Whoever stopped the run while the prompt was on its way may have ended the session before it was prompted.
  if (prompted && wasStopped(prompted.status)) await endRunSession(needs, key)
  return 'done'
}

/**
 * Writes down which session it is; false when the run ended or went to another holder, and the session must not be
 * prompted.
 */
async function noteSession(needs: ExecuteNeeds, run: RunRow, sessionId: string): Promise<boolean> {
  const key = { organizationId: run.organizationId, runId: run.id }
  const noted = await saveRunSession(needs.db, { ...key, sessionId, now: needs.clock.now() })
  if (!noted) return false
  if (wasStopped(noted.status)) await endRunSession(needs, key)
  return noted.status === 'running' && noted.leaseVersion === run.leaseVersion
}

function wishOf(run: RunRow, { context, configurationId }: Work): SessionWish {
  const { automation } = context
  return {
    organizationId: run.organizationId,
    createdBy: context.createdBy,
    configurationId,
    clientType: 'automation',
    title: titleOf(context),
    modelId: automation.modelId,
    branch: branchOf(run, automation),
    run: { runId: run.id, automationId: run.automationId, triggerEventId: run.triggerEventId },
    idempotencyKey: sessionKeyOf(run),
  }
}

function promptOf(run: RunRow, { context }: Work): string {
  if (!run.enrichment) return context.automation.agentInstructions
  return buildPrompt({
    runId: run.id,
    instructions: context.automation.agentInstructions,
    enrichment: run.enrichment,
  })
}

/**
 * Gives the lease back and lets the queue try again; fails the run at the last try, and at once for what no retry can
 * cure.
 */
async function countFailure(needs: ExecuteNeeds, run: RunRow, error: unknown): Promise<void> {
  const key = { organizationId: run.organizationId, runId: run.id }
  const hopeless = error instanceof AppError && !error.retryable && error.kind !== 'internal'
  const tries = await releaseAfterFailure(needs.db, { ...key, leaseVersion: run.leaseVersion, now: needs.clock.now() })
  if (tries === null) return
  if (!hopeless && tries < MAX_TRIES) throw error
  const failure = { stage: 'execution', reason: 'session_create_failed', error: describeError(error) } as const
  await endRun(needs, { ...key, ...failure, transition: 'fail', endsSession: true })
}

/** Ended from outside, by a person or the clock; any other end is the session's own doing. */
const wasStopped = (status: RunStatus) => status === 'canceled' || status === 'timed_out'
