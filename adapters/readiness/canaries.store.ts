import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'

const At = z.coerce.date().nullable()

const Canary = z.object({
  due: z.boolean(),
  waiting_since: At,
  answered_at: At,
  round_trip_ms: z.coerce.number().nullable(),
})

/** What is known of the canaries of one queue, as it stood before this look. */
export interface CanaryState {
  /** Whether the caller is the one to send the next. */
  due: boolean
  waitingSince: Date | null
  answeredAt: Date | null
  roundTripMs: number | null
}

/** Looks at a queue's canary, and gives one caller at a time the turn to send the next, `everyMs` after the last. */
export async function lookAtCanary(
  db: Database,
  input: { queue: string; now: Date; everyMs: number },
): Promise<CanaryState> {
  const now = sql`${input.now.toISOString()}::timestamptz`
  const lastBefore = new Date(input.now.getTime() - input.everyMs).toISOString()
  const [row] = await queryRows(
    db,
    sql`
      with turn as (
        insert into readiness_canaries as known (queue, sent_at, waiting_since) values (${input.queue}, ${now}, ${now})
        on conflict (queue) do update
          set sent_at = excluded.sent_at, waiting_since = coalesce(known.waiting_since, excluded.sent_at)
          where known.sent_at <= ${lastBefore}::timestamptz
        returning queue
      )
      select exists (select 1 from turn) as due, known.waiting_since, known.answered_at, known.round_trip_ms
      from (select 1) as always left join readiness_canaries known on known.queue = ${input.queue}`,
  )
  const canary = Canary.parse(row)
  return {
    due: canary.due,
    waitingSince: canary.waiting_since,
    answeredAt: canary.answered_at,
    roundTripMs: canary.round_trip_ms,
  }
}

/** Notes that a canary came round; a younger one may still be on its way. */
export async function answerCanary(db: Database, input: { queue: string; sentAt: Date; now: Date }): Promise<void> {
  const sentAt = sql`${input.sentAt.toISOString()}::timestamptz`
  await queryRows(
    db,
    sql`
      update readiness_canaries
      set answered_at = ${input.now.toISOString()}::timestamptz,
        waiting_since = case when sent_at <= ${sentAt} then null else sent_at end,
        round_trip_ms = ${Math.max(0, input.now.getTime() - input.sentAt.getTime())}::int
      where queue = ${input.queue} and (answered_at is null or answered_at <= ${input.now.toISOString()}::timestamptz)`,
  )
}
