import { MAX_RESUME_EVENTS } from '#schema/contracts/session-socket'

/** After a reset a client gets this many of the latest events; older ones are read by the history route. */
export const RESET_TAIL_EVENTS = 200

/**
 * What a client that holds everything up to `lastSeq` is sent: the events after `afterSeq`. Too far behind, or ahead of
 * a log that it cannot have read here, it must drop what it has.
 */
export function planResume(input: { lastSeq: number; headSeq: number }): { afterSeq: number; reset: boolean } {
  const behind = input.headSeq - input.lastSeq
  if (behind >= 0 && behind <= MAX_RESUME_EVENTS) return { afterSeq: input.lastSeq, reset: false }
  return { afterSeq: Math.max(0, input.headSeq - RESET_TAIL_EVENTS), reset: true }
}
