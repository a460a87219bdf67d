import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import { instant } from '#schema/tables/columns'

/** One row per queue: when a canary message went round last (c2, Health). Belongs to the deployment. */
export const readinessCanaries = pgTable('readiness_canaries', {
  queue: text().primaryKey(),
  sentAt: instant().notNull(),
  /** When the oldest canary was sent that nobody has answered yet; null when all came back. */
  waitingSince: instant(),
  answeredAt: instant(),
  /** How long the last one took, from sending to its consumer. */
  roundTripMs: integer(),
})
