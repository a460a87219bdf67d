import type { Env } from '#adapters/env'
import { openPlatform } from '#adapters/platform'
import { carryOut } from './carry-out.ts'

/** Carries out what follows committed states; each effect may come twice and then changes nothing. */
export async function consumeEffects(batch: MessageBatch, env: Env): Promise<void> {
  const platform = openPlatform(env, { queue: batch.queue })
  await Promise.all(batch.messages.map((message) => carryOut(platform, message)))
}
