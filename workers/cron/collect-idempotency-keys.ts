import { collectIdempotencyKeys } from '#domain/identity'
import type { Job } from './job.ts'

/** Throws out the answers of creating requests that nobody may ask for any more. */
export const collectIdempotencyKeysJob: Job = {
  name: 'collect-idempotency-keys',
  run: async (platform) => ({ collected: await collectIdempotencyKeys(platform) }),
}
