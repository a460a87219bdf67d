import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'

const Applied = z.object({ at: z.coerce.number().nullable() })

/** When the youngest applied migration was made, in milliseconds since 1970: what drizzle keeps of it. Null for none. */
export async function lastMigrationAt(db: Database): Promise<number | null> {
  const [row] = await queryRows(db, sql`select max(created_at) as at from drizzle.__drizzle_migrations`)
  return Applied.parse(row).at
}
