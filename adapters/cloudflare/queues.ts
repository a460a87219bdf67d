import type { EffectQueue, RunQueue } from '#domain/automations'
import type { DrainMessage } from '#schema/contracts/messages'
import type { DrainQueue, PollQueue } from '#domain/triggers'

/** Messages per `sendBatch`, a limit of the platform. */
const MAX_BATCH = 100

const sender = <Message>(queue: Queue) => ({
  async send(messages: Message[], options: { delaySeconds?: number } = {}) {
    for (let start = 0; start < messages.length; start += MAX_BATCH) {
      const batch = messages.slice(start, start + MAX_BATCH).map((body) => ({ body }))
      await queue.sendBatch(batch, options)
    }
  },
})

/** A message without a delivery: whoever takes it looks for rows that wait. */
export const drainQueue = (queue: Queue): DrainQueue => ({
  async drain(options = {}) {
    await queue.send({ v: 1, kind: 'drain' } satisfies DrainMessage, options)
  },
})

export const pollQueue = (queue: Queue): PollQueue => sender(queue)
export const runQueue = (queue: Queue): RunQueue => sender(queue)
export const effectQueue = (queue: Queue): EffectQueue => sender(queue)
