import { MINUTE_MS, SECOND_MS } from '#kernel/durations'

/**
 * How long to wait before trying again what must succeed in the end: 1 s, doubled each time, at most 5 min. `attempt`
 * counts from 0.
 */
export function retryDelayMs(attempt: number): number {
  return Math.min(SECOND_MS * 2 ** Math.min(attempt, 20), 5 * MINUTE_MS)
}
