import { type StepPlatform, takeStep } from './take-step.ts'

/**
 * Takes steps of runs, all of a batch at the same time: they belong to different runs, and the lease settles the
 * rest.
 */
export async function takeSteps(platform: StepPlatform, batch: MessageBatch<unknown>): Promise<void> {
  await Promise.all(batch.messages.map((message) => takeStep(platform, message)))
}
