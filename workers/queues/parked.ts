import { type ObserveNeeds, observeWork } from '#kernel/observe-work'
import type { Blobs } from '#kernel/ports'
import { traceIdOf } from '#kernel/trace'

const RETRY_SECONDS = 60

type Needs = ObserveNeeds & { blobs: Blobs }

/**
 * What the dead letter queues hold: messages that ran out of tries. They wait in blob storage until somebody replays
 * them. Each is parked on its own: one that cannot be stored now comes again, and the others are done.
 */
export async function parkBatch(needs: Needs, batch: MessageBatch<unknown>): Promise<void> {
  for (const message of batch.messages) {
    try {
      await parkMessage(needs, { queue: batch.queue, message })
      message.ack()
    } catch {
      // It was told where it happened.
      message.retry({ delaySeconds: RETRY_SECONDS })
    }
  }
}

/**
 * Stores a message under `parked/<queue>/<id>` as JSON (bytes as `{"$bytes": "<base64>"}`), and tells of it in one wide
 * event, which is an alert. Throws when the blob storage is away.
 */
export async function parkMessage(needs: Needs, input: { queue: string; message: Message<unknown> }): Promise<void> {
  const queue = input.queue.replace(/-dlq$/, '')
  const { id, timestamp, attempts, body } = input.message
  const key = `parked/${queue}/${id}`
  const organizationId = organizationOf(body)
  const text = JSON.stringify({ queue, id, timestamp: timestamp.toISOString(), attempts, body }, withBytes)
  const fields = { queue, messageId: id, attempts, organizationId }
  const traceId = traceIdOf(textOf(body, 'traceId') ?? needs.ids.next())
  await observeWork(needs, { event: 'queue.dead_letter', kind: 'consumer', traceId, fields }, async () => {
    await needs.blobs.put(key, text, { contentType: 'application/json', organizationId })
    return { fields: { alert: true, blob: key }, failed: 'Given up on, and parked' }
  })
}

function withBytes(_key: string, value: unknown): unknown {
  if (!(value instanceof Uint8Array)) return value
  return { $bytes: btoa(Array.from(value, (byte) => String.fromCharCode(byte)).join('')) }
}

const organizationOf = (body: unknown): string => textOf(body, 'organizationId') ?? 'unknown'

/** What a message of any version says under a name, when it is a text. */
function textOf(body: unknown, name: string): string | null {
  const value = body !== null && typeof body === 'object' ? (body as Record<string, unknown>)[name] : null
  return typeof value === 'string' ? value : null
}
