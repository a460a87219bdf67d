import { lifecycle } from '#kernel/lifecycle'
import type { RunStatus } from '#schema/contracts/runs'

/** What can happen to a run, and the one state each leads to. */
const TARGETS = {
  enrich: 'enriching',
  finishEnrichment: 'ready',
  execute: 'running',
  succeed: 'succeeded',
  needHuman: 'needs_human',
  fail: 'failed',
  timeOut: 'timed_out',
  cancel: 'canceled',
  skip: 'skipped',
  resolveSucceeded: 'succeeded',
  resolveFailed: 'failed',
} as const satisfies Record<string, RunStatus>
export type RunTransition = keyof typeof TARGETS

const on = (...transitions: RunTransition[]): Partial<Record<RunTransition, RunStatus>> =>
  Object.fromEntries(transitions.map((transition) => [transition, TARGETS[transition]]))

/** The ten states of a run and every legal edge (b1 §1.4). */
export const runLifecycle = lifecycle<RunStatus, RunTransition>({
  queued: on('enrich', 'fail', 'timeOut', 'cancel', 'skip'),
  enriching: on('finishEnrichment', 'fail', 'timeOut', 'cancel', 'skip'),
  ready: on('execute', 'fail', 'timeOut', 'cancel'),
  running: on('succeed', 'needHuman', 'fail', 'timeOut', 'cancel'),
  failed: on('resolveSucceeded', 'resolveFailed'),
  needs_human: on('resolveSucceeded', 'resolveFailed'),
  timed_out: on('resolveSucceeded', 'resolveFailed'),
  succeeded: on(),
  canceled: on(),
  skipped: on(),
})

/** The state a transition leads to. */
export const targetOf = (transition: RunTransition): RunStatus => TARGETS[transition]

/** States in which something is still to happen by itself; the others have ended, though a person may resolve some. */
export const LIVE_RUN_STATUSES = runLifecycle.sourcesOf('cancel')

/** Whether nothing happens to the run any more by itself. */
export function hasEnded(status: RunStatus): boolean {
  return !LIVE_RUN_STATUSES.includes(status)
}

/** Whether some transition leads from one state to the other. */
export function isLegalMove(from: RunStatus, to: RunStatus): boolean {
  return Object.values(runLifecycle.transitions[from]).includes(to)
}
