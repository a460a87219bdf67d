import { drainInbox, type InboxNeeds } from '#domain/triggers'
import { describeError } from '#kernel/errors'
import { DrainMessage } from '#schema/contracts/messages'

/** Soon: what waits in the ledger has waited already. After a few tries the sweep of the next minute asks again. */
const RETRY_SECONDS = 2

/**
 * Works off what waits in the ledger. All messages of a batch are one drain: each would take up whatever waits, and asks
 * for the next. A queue of their own, so that neither what waits nor what arrives stands behind the other.
 */
export async function drainLedger(needs: InboxNeeds, batch: MessageBatch<unknown>): Promise<void> {
  const drains = batch.messages.filter(({ body }) => DrainMessage.safeParse(body).success)
  if (drains.length < batch.messages.length) {
    needs.log.error('drain.unreadable', { queue: batch.queue, messages: batch.messages.length - drains.length })
  }
  if (drains.length === 0) return batch.ackAll()
  try {
    const report = await drainInbox(needs)
    batch.ackAll()
    needs.log.info('ledger.drained', { messages: batch.messages.length, ...report })
  } catch (error) {
    needs.log.warn('drain.retried', { messages: batch.messages.length, error: describeError(error) })
    batch.retryAll({ delaySeconds: RETRY_SECONDS })
  }
}
