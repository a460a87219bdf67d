import { sql } from 'drizzle-orm'
import { type Database, queryRows } from '#kernel/database'

/**
 * Does a piece of work while the database takes no entry of the audit log, but those of `taken` (a condition in SQL);
 * what stands in there stays.
 */
export async function withAuditRefused<Result>(
  db: Database,
  work: () => Result | Promise<Result>,
  taken = 'false',
): Promise<Result> {
  await queryRows(db, sql.raw(`alter table audit_log add constraint audit_refused check (${taken}) not valid`))
  try {
    return await work()
  } finally {
    await queryRows(db, sql`alter table audit_log drop constraint audit_refused`)
  }
}
