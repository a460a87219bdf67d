import { sqlStateOf } from '#kernel/database'

const UNIQUE_VIOLATION = '23505'

/** Whether a statement failed because another row has the same value where only one may. */
export const isUniqueViolation = (error: unknown): boolean => sqlStateOf(error) === UNIQUE_VIOLATION
