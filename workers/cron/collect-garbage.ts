import { collectOutbox } from '#domain/automations'
import { collectSpentAccess } from '#domain/identity'
import { collectInbox, collectSkippedEvents } from '#domain/triggers'
import type { Job } from './job.ts'

/** Each throws out what is old in its own slice; a job each, because one failing must not keep the others from running. */
export const collectInboxJob: Job = {
  name: 'collect-inbox',
  run: async (platform) => ({ collected: await collectInbox(platform) }),
}
export const collectSkippedEventsJob: Job = {
  name: 'collect-skipped-events',
  run: async (platform) => ({ collected: await collectSkippedEvents(platform) }),
}
export const collectSpentAccessJob: Job = {
  name: 'collect-spent-access',
  run: async (platform) => {
    await collectSpentAccess(platform)
    return {}
  },
}
export const collectOutboxJob: Job = { name: 'collect-outbox', run: (platform) => collectOutbox(platform) }
