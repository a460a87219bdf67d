/** SQLSTATE classes that blame the data of a statement: cardinality, data, integrity, a limit of the program. */
const REFUSAL = /^(21|22|23|54)[0-9A-Z]{3}$/
const MAX_DEPTH = 5

/**
 * Whether the database understood a statement and refused what is in it. Trying again cannot help then, and one row
 * may be to blame for all; a database that is away, overloaded or behind on migrations is another matter.
 */
export function isRefusedStatement(error: unknown): boolean {
  let current: unknown = error
  for (let depth = 0; depth < MAX_DEPTH && current instanceof Error; depth += 1) {
    if ('code' in current && typeof current.code === 'string' && REFUSAL.test(current.code)) return true
    current = current.cause
  }
  return false
}
