import { SECOND_MS } from '#kernel/durations'

/** More than this sent and not yet read, for so long, and the connection is closed (a5 §5.10). */
const MAX_UNREAD_BYTES = 1_000_000
const TOLERATED_MS = 10 * SECOND_MS

export interface ConsumerPace {
  unreadBytes: number
  /** Since when it has more unread than it should; null while it keeps up. */
  slowSince: number | null
}

/** Since when a consumer is slow, given what it has not read yet. Times in milliseconds. */
export function slowSince(pace: ConsumerPace, nowMs: number): number | null {
  return pace.unreadBytes > MAX_UNREAD_BYTES ? (pace.slowSince ?? nowMs) : null
}

/** Whether a consumer has been slow for too long. */
export function isTooSlow(pace: ConsumerPace, nowMs: number): boolean {
  return pace.slowSince !== null && nowMs - pace.slowSince >= TOLERATED_MS
}
