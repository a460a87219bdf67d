import type { SQL } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import type * as tables from '#schema/tables/index'

/**
 * Any Postgres that speaks drizzle. Production and tests reach it through Neon's HTTP protocol, which has no interactive
 * transactions: what must be atomic is one statement (decision D21).
 */
export type Database = PgDatabase<PgQueryResultHKT, typeof tables>

/** Runs one hand-written statement and returns its rows, which the caller parses. */
export async function queryRows(db: Database, statement: SQL): Promise<Record<string, unknown>[]> {
  const result = (await db.execute(statement)) as unknown as { rows: Record<string, unknown>[] }
  return result.rows
}
