import type { Env } from '#adapters/env'
import { consumeDeliveries } from './deliveries.ts'
import { consumeEffects } from './effects.ts'
import { consumeParked } from './parked.ts'
import { consumeRuns } from './runs.ts'

type Consumer = (batch: MessageBatch<unknown>, env: Env, ctx: ExecutionContext) => Promise<void>

/** Queue name → consumer: the whole map, as wrangler.toml subscribes it. */
const consumers = new Map<string, Consumer>([
  ['deliveries', consumeDeliveries],
  ['runs', consumeRuns],
  ['effects', consumeEffects],
  ['deliveries-dlq', consumeParked],
  ['runs-dlq', consumeParked],
  ['effects-dlq', consumeParked],
])

/** Every batch of every queue comes in here. One of a queue without a consumer goes back: a deployment is half done. */
export async function consume(batch: MessageBatch<unknown>, env: Env, ctx: ExecutionContext): Promise<void> {
  const consumer = consumers.get(batch.queue)
  if (!consumer) throw new TypeError(`Queue ${batch.queue} has no consumer`)
  await consumer(batch, env, ctx)
}
