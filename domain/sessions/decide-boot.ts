import { MINUTE_MS, SECOND_MS } from '#kernel/durations'
import type { BootStage } from '#schema/contracts/session-events'

/** A boot is tried this often, waiting so long before the second and third time. */
const RETRY_DELAYS_MS = [SECOND_MS, 4 * SECOND_MS] as const
/** Setup commands of a project may be silent this long (D13). */
const SETUP_STAGE_MS = 15 * MINUTE_MS

export type BootDecision = { then: 'retry'; delayMs: number } | { then: 'fail' }

/**
 * What follows a failed attempt to boot: only what may pass by itself is tried again, and at most three times in all.
 * `attempt` counts from 1.
 */
export function decideAfterBootFailure(failure: { attempt: number; retryable: boolean }): BootDecision {
  const delayMs = failure.retryable ? RETRY_DELAYS_MS[failure.attempt - 1] : undefined
  return delayMs === undefined ? { then: 'fail' } : { then: 'retry', delayMs }
}

/** How long a boot stage may go without progress, in milliseconds (D13). */
export function bootStageDeadlineMs(stage: BootStage, stageTimeoutSeconds: number): number {
  const usual = stageTimeoutSeconds * SECOND_MS
  return stage === 'setup' ? Math.max(usual, SETUP_STAGE_MS) : usual
}
