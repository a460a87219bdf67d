import type { Env } from '#adapters/env'
import { runScheduled } from './cron/schedule.ts'
import { app } from './http/app.ts'
import { consume } from './queues/index.ts'

export { Organization } from '../durable-objects/organization/organization.ts'
export { RateLimiter } from '../durable-objects/rate-limiter/rate-limiter.ts'
export { Session } from '../durable-objects/session/session.ts'

/** The Worker: HTTP, queues and cron. Rules live in domain/, these only translate. */
export default {
  fetch: app.fetch,
  queue: consume,
  scheduled: runScheduled,
} satisfies ExportedHandler<Env>
