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

const SQLSTATE = /^[0-9A-Z]{5}$/
/** Drivers wrap what the database says a few times. */
const MAX_CAUSES = 5

/** The code with which the database refused a statement (SQLSTATE), or null when it said none: it may not have been reached. */
export function sqlStateOf(error: unknown): string | null {
  let current = error
  for (let depth = 0; depth < MAX_CAUSES && current instanceof Error; depth += 1) {
    if ('code' in current && typeof current.code === 'string' && SQLSTATE.test(current.code)) return current.code
    current = current.cause
  }
  return null
}
