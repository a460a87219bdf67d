import { sql } from 'drizzle-orm'
import type { Database } from '#kernel/database'

/**
 * The same database, but something happens in between: before the n-th hand-written statement (counted from 1),
 * either another statement runs, as a second worker would do it, or the worker dies.
 */
export function interrupted(db: Database, at: { before: number; by: string | Error }): Database {
  let count = 0
  return new Proxy(db, {
    get(target, name, receiver) {
      if (name !== 'execute') return Reflect.get(target, name, receiver)
      return async (statement: Parameters<Database['execute']>[0]) => {
        count += 1
        if (count === at.before) {
          if (at.by instanceof Error) throw at.by
          await target.execute(sql.raw(at.by))
        }
        return target.execute(statement)
      }
    },
  })
}
