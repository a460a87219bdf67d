import { collectOutbox } from '#domain/automations'
import { collectSpentAccess } from '#domain/identity'
import { collectInbox } from '#domain/triggers'
import type { Job } from './job.ts'

/** Each throws out what is old in its own slice; two jobs, because one failing must not keep the other from running. */
export const collectInboxJob: Job = {
  name: 'collect-inbox',
  run: async (platform) => ({ collected: await collectInbox(platform) }),
}
export const collectSpentAccessJob: Job = {
  name: 'collect-spent-access',
  run: async (platform) => {
    await collectSpentAccess(platform)
    return {}
  },
}
export const collectOutboxJob: Job = { name: 'collect-outbox', run: (platform) => collectOutbox(platform) }
