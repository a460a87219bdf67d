import { sweepInbox } from '#domain/triggers'
import type { Job } from './job.ts'

/** Has deliveries taken up that their consumer left behind, or that are due for another try. */
export const sweepInboxJob: Job = { name: 'sweep-inbox', run: (platform) => sweepInbox(platform) }
