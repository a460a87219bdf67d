import type { Platform } from '#adapters/platform'
import { observeWork } from '#kernel/observe-work'
import { type InboxNeeds, processDeliveries } from '#domain/triggers'
import { describeError } from '#kernel/errors'
import { DeliveryMessage } from '#schema/contracts/messages'
import { parkMessage } from './parked.ts'

/**
 * While the database is away the batch comes back after 2, 4, 8 … seconds, at most every five minutes (decision D5).
 */
const FIRST_RETRY_SECONDS = 2
const LAST_RETRY_SECONDS = 300

type Needs = InboxNeeds & Pick<Platform, 'telemetry'>

/**
 * Verified webhooks on their way into the ledger. All or nothing: the ledger makes repeats harmless, so a batch that fails
 * comes again as a whole. A message nobody can read is parked, since it would be as unreadable a hundred times.
 */
export async function settleDeliveries(needs: Needs, batch: MessageBatch<unknown>): Promise<void> {
  const messages: DeliveryMessage[] = []
  try {
    for (const message of batch.messages) {
      const parsed = DeliveryMessage.safeParse(message.body)
      if (parsed.success) messages.push(parsed.data)
      else await parkMessage(needs, { queue: batch.queue, message })
    }
    await tellEach(needs, messages, async () => {
      const report = await processDeliveries(needs, { messages })
      batch.ackAll()
      needs.log.info('deliveries.processed', { messages: batch.messages.length, ...report })
    })
  } catch (error) {
    const attempts = Math.max(...batch.messages.map((message) => message.attempts))
    const delaySeconds = Math.min(FIRST_RETRY_SECONDS * 2 ** (attempts - 1), LAST_RETRY_SECONDS)
    needs.log.error('deliveries.retried', {
      messages: batch.messages.length,
      attempts,
      delaySeconds,
      error: describeError(error),
    })
    batch.retryAll({ delaySeconds })
  }
}

/** The work is done once for all messages; each has a trace of its own, and so an event of its own. */
async function tellEach(needs: Needs, messages: DeliveryMessage[], work: () => Promise<void>): Promise<void> {
  const working = work()
  const told = messages.map(({ id, organizationId, provider, deliveryId, eventType, traceId }) => {
    const fields = { inboxId: id, organizationId, provider, deliveryId, eventType }
    return observeWork(needs, { event: 'delivery.message', kind: 'consumer', traceId, fields }, async () => {
      await working
      return {}
    })
  })
  // Each of them throws what the work threw; one is enough.
  await Promise.allSettled(told)
  await working
}
