/** Durations, named with their unit (decision D16). */
export const SECOND_MS = 1_000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** Backoff of the outbox and the inbox: min(30 s · 2^attempts, 5 min) (b1 §1.5). `attempts` counts from 0. */
export function backoffMs(attempts: number): number {
  return Math.min(30 * SECOND_MS * 2 ** attempts, 5 * MINUTE_MS)
}
