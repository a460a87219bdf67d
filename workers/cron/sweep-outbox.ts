import { sweepOutbox } from '#domain/automations'
import type { Job } from './job.ts'

/** Dispatches what the kick after the commit missed. */
export const sweepOutboxJob: Job = { name: 'sweep-outbox', run: (platform) => sweepOutbox(platform) }
