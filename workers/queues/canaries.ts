import type { Platform } from '#adapters/platform'
import { describeError } from '#kernel/errors'
import { CanaryMessage } from '#schema/contracts/messages'

/**
 * Takes the canaries of /readyz out of a batch and notes that they came round; returns the batch without them. A canary
 * is never tried again: one that could not be noted is one that did not come back.
 */
export async function takeCanaries(
  platform: Pick<Platform, 'canaries' | 'log'>,
  batch: MessageBatch<unknown>,
): Promise<MessageBatch<unknown>> {
  const canaries = batch.messages.flatMap((message) => {
    const parsed = CanaryMessage.safeParse(message.body)
    return parsed.success ? [{ message, sentAt: parsed.data.sentAt }] : []
  })
  if (canaries.length === 0) return batch
  for (const { message, sentAt } of canaries) {
    try {
      await platform.canaries.cameRound({ queue: batch.queue, sentAt: new Date(sentAt) })
    } catch (error) {
      platform.log.warn('readiness.canary_not_noted', { queue: batch.queue, error: describeError(error) })
    }
    message.ack()
  }
  const taken = new Set(canaries.map(({ message }) => message))
  return restOf(batch, batch.messages.filter((message) => !taken.has(message)))
}

/** The same batch with fewer messages; what is done to all is done to these. */
function restOf(batch: MessageBatch<unknown>, messages: readonly Message<unknown>[]): MessageBatch<unknown> {
  return {
    queue: batch.queue,
    metadata: batch.metadata,
    messages,
    ackAll: () => messages.forEach((message) => message.ack()),
    retryAll: (options) => messages.forEach((message) => message.retry(options)),
  }
}
