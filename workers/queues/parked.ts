import { describeError } from '#kernel/errors'
import type { Log } from '#kernel/log'
import type { Blobs } from '#kernel/ports'

const RETRY_SECONDS = 60

type Needs = { blobs: Blobs; log: Log }

/**
 * What the dead letter queues hold: messages that ran out of tries. They wait in blob storage until somebody replays
 * them. Each is parked on its own: one that cannot be stored now comes again, and the others are done.
 */
export async function parkBatch(needs: Needs, batch: MessageBatch<unknown>): Promise<void> {
  for (const message of batch.messages) {
    try {
      await parkMessage(needs, { queue: batch.queue, message })
      message.ack()
    } catch (error) {
      needs.log.error('queue.park_failed', { queue: batch.queue, messageId: message.id, error: describeError(error) })
      message.retry({ delaySeconds: RETRY_SECONDS })
    }
  }
}

/**
 * Stores a message under `parked/<queue>/<id>` as JSON (bytes as `{"$bytes": "<base64>"}`) and raises an alert.
 * Throws when the blob storage is away.
 */
export async function parkMessage(needs: Needs, input: { queue: string; message: Message<unknown> }): Promise<void> {
  const queue = input.queue.replace(/-dlq$/, '')
  const { id, timestamp, attempts, body } = input.message
  const key = `parked/${queue}/${id}`
  const text = JSON.stringify({ queue, id, timestamp: timestamp.toISOString(), attempts, body }, withBytes)
  await needs.blobs.put(key, text, { contentType: 'application/json', organizationId: organizationOf(body) })
  needs.log.error('queue.parked', { alert: true, queue, messageId: id, attempts, blob: key })
}

function withBytes(_key: string, value: unknown): unknown {
  if (!(value instanceof Uint8Array)) return value
  return { $bytes: btoa(Array.from(value, (byte) => String.fromCharCode(byte)).join('')) }
}

function organizationOf(body: unknown): string {
  const named = body !== null && typeof body === 'object' && 'organizationId' in body ? body.organizationId : null
  return typeof named === 'string' ? named : 'unknown'
}
