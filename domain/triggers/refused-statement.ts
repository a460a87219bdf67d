import { sqlStateOf } from '#kernel/database'

/** SQLSTATE classes that blame the data of a statement: cardinality, data, integrity, a limit of the program. */
const REFUSAL = /^(21|22|23|54)[0-9A-Z]{3}$/

/**
 * Whether the database understood a statement and refused what is in it. Trying again cannot help then, and one row
 * may be to blame for all; a database that is away, overloaded or behind on migrations is another matter.
 */
export const isRefusedStatement = (error: unknown): boolean => REFUSAL.test(sqlStateOf(error) ?? '')
