import type { Env } from '#adapters/env'
import { openPlatform } from '#adapters/platform'
import { runJobs, SCHEDULE } from './jobs.ts'

/** Runs the jobs of one tick: `controller.cron` is the expression that fired. */
export async function runScheduled(controller: ScheduledController, env: Env, ctx: ExecutionContext): Promise<void> {
  const platform = openPlatform(env, { cron: controller.cron, tick: new Date(controller.scheduledTime).toISOString() })
  const jobs = SCHEDULE[controller.cron]
  if (jobs) await runJobs(platform, jobs)
  else platform.log.error('cron.unknown_expression', { alert: true, cron: controller.cron })
  ctx.waitUntil(platform.telemetry.flush())
}
