import type { Env } from '#adapters/env'
import { openPlatform } from '#adapters/platform'
import { type InboxNeeds, processDeliveries } from '#domain/triggers'
import { describeError } from '#kernel/errors'
import { DeliveryMessage } from '#schema/contracts/messages'
import { parkMessage } from './parked.ts'

/**
 * While the database is away the batch comes back after 2, 4, 8 … seconds, at most every five minutes (decision D5).
 */
const FIRST_RETRY_SECONDS = 2
const LAST_RETRY_SECONDS = 300

/** Verified webhooks on their way into the ledger. */
export async function consumeDeliveries(batch: MessageBatch<unknown>, env: Env): Promise<void> {
  await settleDeliveries(openPlatform(env, { queue: batch.queue }), batch)
}

/**
 * All or nothing: the ledger makes repeats harmless, so a batch that fails comes again as a whole. A message nobody
 * can read is parked, since it would be as unreadable a hundred times.
 */
export async function settleDeliveries(needs: InboxNeeds, batch: MessageBatch<unknown>): Promise<void> {
  try {
    const messages: DeliveryMessage[] = []
    for (const message of batch.messages) {
      const parsed = DeliveryMessage.safeParse(message.body)
      if (parsed.success) messages.push(parsed.data)
      else await parkMessage(needs, { queue: batch.queue, message })
    }
    const report = await processDeliveries(needs, { messages })
    batch.ackAll()
    needs.log.info('deliveries.processed', { messages: batch.messages.length, ...report })
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
