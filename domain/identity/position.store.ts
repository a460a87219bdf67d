import { type SQL, sql } from 'drizzle-orm'

type Table = 'members' | 'organizations' | 'users'

const createdAt = (table: Table) => sql`${sql.identifier(table)}.created_at`
const id = (table: Table) => sql`${sql.identifier(table)}.id`

/**
 * Where a row stands by age among those whose ids have no order: microseconds since 1970, and its id. A cursor made of
 * values and not of the row's id alone, because a page goes on behind a row that is gone by then.
 */
export const positionOf = (table: Table): SQL =>
  sql`(extract(epoch from ${createdAt(table)}) * 1000000)::bigint || '_' || ${id(table)}`

/** `and …` for the rows behind a position, from the oldest or from the newest on; nothing for the first page. */
export function behind(table: Table, cursor: string | null, order: 'oldest first' | 'newest first'): SQL {
  if (cursor === null) return sql``
  const at = cursor.indexOf('_')
  const [microseconds, lastId] = [cursor.slice(0, at), cursor.slice(at + 1)]
  const last = sql`(timestamptz 'epoch' + ${microseconds}::bigint * interval '1 microsecond', ${lastId}::text)`
  const operator = sql.raw(order === 'oldest first' ? '>' : '<')
  return sql`and (${createdAt(table)}, ${id(table)}) ${operator} ${last}`
}
