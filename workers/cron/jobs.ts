import type { Platform } from '#adapters/platform'
import { observeWork } from '#kernel/observe-work'
import { describeError } from '#kernel/errors'
import { traceIdOf } from '#kernel/trace'
import { collectIdempotencyKeysJob } from './collect-idempotency-keys.ts'
import {
  collectInboxJob,
  collectOutboxJob,
  collectSkippedEventsJob,
  collectSpentAccessJob,
} from './collect-garbage.ts'
import { finalizeRunsJob } from './finalize-runs.ts'
import type { Job } from './job.ts'
import { sweepInboxJob } from './sweep-inbox.ts'
import { sweepOutboxJob } from './sweep-outbox.ts'
import { fireSchedulesJob, queueDuePollsJob, renewWebhooksJob } from './wake-triggers.ts'

/** What happens when: the keys are the cron expressions of wrangler.toml. */
export const SCHEDULE: Record<string, Job[]> = {
  '* * * * *': [fireSchedulesJob, queueDuePollsJob, sweepInboxJob, sweepOutboxJob, finalizeRunsJob],
  '*/10 * * * *': [],
  '7 * * * *': [collectInboxJob, collectSkippedEventsJob, collectOutboxJob, collectIdempotencyKeysJob],
  '23 3 * * *': [collectSpentAccessJob, renewWebhooksJob],
}

/**
 * One after another, so that a tick never asks more of the database than one job does; one failing never stops the
 * others.
 */
export async function runJobs(platform: Platform, jobs: Job[]): Promise<void> {
  for (const job of jobs) {
    const work = {
      event: 'cron.job',
      kind: 'internal' as const,
      traceId: traceIdOf(platform.ids.next()),
      fields: { job: job.name },
    }
    await observeWork(platform, work, async () => {
      try {
        return { fields: await job.run(platform) }
      } catch (error) {
        return { failed: describeError(error), fields: { alert: true } }
      }
    })
  }
}
