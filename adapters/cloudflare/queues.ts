import type { EffectQueue, RunQueue } from '#domain/automations'

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

export const runQueue = (queue: Queue): RunQueue => sender(queue)
export const effectQueue = (queue: Queue): EffectQueue => sender(queue)
