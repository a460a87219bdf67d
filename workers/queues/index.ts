import type { Env } from '#adapters/env'
import { openPlatform, type Platform } from '#adapters/platform'
import { takeCanaries } from './canaries.ts'
import { settleDeliveries } from './deliveries.ts'
import { drainLedger } from './drains.ts'
import { carryOutBatch } from './effects.ts'
import { parkBatch } from './parked.ts'
import { takePolls } from './polls.ts'
import { takeSteps } from './runs.ts'

type Consumer = (platform: Platform, batch: MessageBatch<unknown>) => Promise<void>

/** Queue name → consumer: the whole map, as wrangler.toml subscribes it. */
const consumers = new Map<string, Consumer>([
  ['deliveries', settleDeliveries],
  ['drains', drainLedger],
  ['polls', takePolls],
  ['runs', takeSteps],
  ['effects', carryOutBatch],
  ['deliveries-dlq', parkBatch],
  ['polls-dlq', parkBatch],
  ['runs-dlq', parkBatch],
  ['effects-dlq', parkBatch],
])

/** Every batch of every queue comes in here. One of a queue without a consumer goes back: a deployment is half done. */
export async function consume(batch: MessageBatch<unknown>, env: Env, ctx: ExecutionContext): Promise<void> {
  const consumer = consumers.get(batch.queue)
  if (!consumer) throw new TypeError(`Queue ${batch.queue} has no consumer`)
  const platform = openPlatform(env, { queue: batch.queue })
  try {
    const work = await takeCanaries(platform, batch)
    if (work.messages.length > 0) await consumer(platform, work)
  } finally {
    ctx.waitUntil(platform.telemetry.flush())
  }
}
