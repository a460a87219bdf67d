import type { Run, RunStatus } from '#schema/contracts/runs'

export interface RunStage {
  name: 'queued' | 'enriching' | 'ready' | 'running' | 'done'
  state: 'done' | 'succeeded' | 'current' | 'failed' | 'attention' | 'skipped' | 'waiting'
  /** When the stage began; null when it did not, or has not yet. */
  at: string | null
  /** How long it took; null while it lasts, and for the end, which is a moment. */
  durationMs: number | null
}

const ENDS: readonly RunStatus[] = ['succeeded', 'failed', 'needs_human', 'timed_out', 'canceled', 'skipped']

/** Whether nothing more happens to the run by itself. */
export function hasEnded(run: Pick<Run, 'status'>): boolean {
  return ENDS.includes(run.status)
}

/**
 * A run as the five stages people follow: queued, enriching, ready, running, done. A run that ended early shows where:
 * the stage it stood in takes the colour of its end, the ones it never reached are skipped.
 */
export function stagesOf(run: Run): RunStage[] {
  const begins: [RunStage['name'], string | null][] = [
    ['queued', run.queuedAt],
    ['enriching', run.enrichmentStartedAt],
    ['ready', run.enrichmentCompletedAt],
    ['running', run.executionStartedAt],
    ['done', hasEnded(run) ? run.completedAt : null],
  ]
  const reached = begins.map(([name, at]) => at !== null || name === run.status)
  const current = hasEnded(run) ? begins.length - 1 : reached.lastIndexOf(true)
  const lastWorked = reached.slice(0, -1).lastIndexOf(true)
  return begins.map(([name, at], index): RunStage => {
    const next = begins.slice(index + 1).find(([, begun]) => begun !== null)?.[1] ?? null
    const durationMs = at === null || next === null ? null : Math.max(0, Date.parse(next) - Date.parse(at))
    const state = stateOf(run, { index, current, lastWorked, reached: reached[index] ?? false })
    return { name, state, at, durationMs }
  })
}

interface Place {
  index: number
  current: number
  /** The last stage before the end that the run was in. */
  lastWorked: number
  reached: boolean
}

function stateOf(run: Run, { index, current, lastWorked, reached }: Place): RunStage['state'] {
  if (!hasEnded(run)) return index < current ? 'done' : index === current ? 'current' : 'waiting'
  if (index === current) return END_STATES[run.status] ?? 'done'
  if (!reached) return 'skipped'
  return index === lastWorked && isBroken(run) ? 'failed' : 'done'
}

const END_STATES: Partial<Record<RunStatus, RunStage['state']>> = {
  succeeded: 'succeeded',
  failed: 'failed',
  timed_out: 'failed',
  needs_human: 'attention',
  canceled: 'skipped',
  skipped: 'skipped',
}

function isBroken(run: Run): boolean {
  return run.status === 'failed' || run.status === 'timed_out'
}

/** How long the run took, or has taken by `now`, in milliseconds. */
export function runDurationMs(run: Run, now: number): number {
  return Math.max(0, (run.completedAt === null ? now : Date.parse(run.completedAt)) - Date.parse(run.queuedAt))
}
