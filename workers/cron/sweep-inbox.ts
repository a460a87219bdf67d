import { sweepInbox } from '#domain/triggers'
import type { Job } from './job.ts'

/** Takes up deliveries that their consumer left behind, or that are due for another try. */
export const sweepInboxJob: Job = {
  name: 'sweep-inbox',
  run: async (platform) => ({ swept: await sweepInbox(platform) }),
}
