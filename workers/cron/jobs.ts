import type { Platform } from '#adapters/platform'
import { describeError } from '#kernel/errors'
import { collectInboxJob, collectOutboxJob } from './collect-garbage.ts'
import { finalizeRunsJob } from './finalize-runs.ts'
import type { Job } from './job.ts'
import { sweepInboxJob } from './sweep-inbox.ts'
import { sweepOutboxJob } from './sweep-outbox.ts'

/** What happens when: the keys are the cron expressions of wrangler.toml. */
export const SCHEDULE: Record<string, Job[]> = {
  '* * * * *': [sweepInboxJob, sweepOutboxJob, finalizeRunsJob],
  '*/10 * * * *': [],
  '7 * * * *': [collectInboxJob, collectOutboxJob],
  '23 3 * * *': [],
}

/**
 * One after another, so that a tick never asks more of the database than one job does; one failing never stops the
 * others.
 */
export async function runJobs(platform: Platform, jobs: Job[]): Promise<void> {
  for (const job of jobs) {
    try {
      platform.log.info('cron.job_done', { job: job.name, ...(await job.run(platform)) })
    } catch (error) {
      platform.log.error('cron.job_failed', { alert: true, job: job.name, error: describeError(error) })
    }
  }
}
