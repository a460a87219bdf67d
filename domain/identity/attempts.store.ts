import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'

const Counted = z.object({ count: z.coerce.number(), since: z.coerce.date() })

/**
 * Counts one attempt under a key and gives how many there were since the window began; a window that is over begins
 * anew. One statement: of attempts at once each gets its own number.
 */
export async function countAttemptAcrossOrganizations(
  db: Database,
  attempt: { key: string; now: Date; windowStart: Date },
): Promise<z.infer<typeof Counted>> {
  const { key, now, windowStart } = attempt
  const rows = await queryRows(
    db,
    sql`insert into attempts (key, count, since) values (${key}, 1, ${now.toISOString()}::timestamptz)
        on conflict (key) do update set
          count = case when attempts.since < ${windowStart.toISOString()}::timestamptz then 1 else attempts.count + 1 end,
          since = case when attempts.since < ${windowStart.toISOString()}::timestamptz then excluded.since
                       else attempts.since end
        returning count, since`,
  )
  return Counted.parse(rows[0])
}

export async function forgetAttemptsAcrossOrganizations(db: Database, key: string): Promise<void> {
  await queryRows(db, sql`delete from attempts where key = ${key}`)
}
