import { backoffMs, SECOND_MS } from '#kernel/durations'
import { AppError } from '#kernel/errors'

/** How long a message waits that this version does not understand, or whose work somebody else holds (b1 §1.6). */
export const WAIT_SECONDS = 60

/** What a retry cannot cure is over and acknowledged; the rest comes again, later each time. */
export function retryOrAck(message: Message, error: unknown): void {
  const hopeless = error instanceof AppError && !error.retryable && error.kind !== 'internal'
  if (hopeless) return message.ack()
  const delayMs = (error instanceof AppError && error.options.retryAfterMs) || backoffMs(message.attempts - 1)
  return message.retry({ delaySeconds: Math.ceil(delayMs / SECOND_MS) })
}
