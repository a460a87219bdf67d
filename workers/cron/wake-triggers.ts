import { fireSchedules, queueDuePolls, renewWebhooks } from '#domain/triggers'
import type { Job } from './job.ts'

/** Sends the poll groups that are due to their queue. */
export const queueDuePollsJob: Job = { name: 'queue-due-polls', run: (platform) => queueDuePolls(platform) }

/** Starts what the clock has come round to. */
export const fireSchedulesJob: Job = {
  name: 'fire-schedules',
  run: async (platform) => ({ ...(await fireSchedules(platform)) }),
}

/** Renews the registrations that providers would forget. */
export const renewWebhooksJob: Job = { name: 'renew-webhooks', run: (platform) => renewWebhooks(platform) }
