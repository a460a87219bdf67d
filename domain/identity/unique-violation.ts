const UNIQUE_VIOLATION = '23505'
const MAX_DEPTH = 5

/** Whether a statement failed because another row has the same value where only one may. */
export function isUniqueViolation(error: unknown): boolean {
  let current: unknown = error
  for (let depth = 0; depth < MAX_DEPTH && current instanceof Error; depth += 1) {
    if ('code' in current && current.code === UNIQUE_VIOLATION) return true
    current = current.cause
  }
  return false
}
