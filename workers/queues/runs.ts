import type { Env } from '#adapters/env'
import { openPlatform } from '#adapters/platform'
import { takeStep } from './take-step.ts'

/**
 * Takes steps of runs, all of a batch at the same time: they belong to different runs, and the lease settles the
 * rest.
 */
export async function consumeRuns(batch: MessageBatch, env: Env): Promise<void> {
  const platform = openPlatform(env, { queue: batch.queue })
  await Promise.all(batch.messages.map((message) => takeStep(platform, message)))
}
