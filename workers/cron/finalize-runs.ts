import { finalizeStalledRuns } from '#domain/automations'
import { MINUTE_MS } from '#kernel/durations'
import type { Job } from './job.ts'

/** Ends or takes up runs that stopped moving. */
export const finalizeRunsJob: Job = {
  name: 'finalize-runs',
  run: (platform) =>
    finalizeStalledRuns(platform, { inactivityMs: platform.config.RUN_INACTIVITY_MINUTES * MINUTE_MS }),
}
