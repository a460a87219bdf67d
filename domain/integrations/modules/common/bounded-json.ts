const MAX_TEXT_CHARACTERS = 4_000
const MAX_KEY_CHARACTERS = 200
const MAX_CHARACTERS = 64_000
const MAX_VALUES = 2_000
const MAX_DEPTH = 8

/** A value small enough for the context of an event; `cut` says that something was left out. */
export interface Bounded {
  value: unknown
  cut: boolean
}

/**
 * Cuts JSON of anybody down to what an event may carry: texts to 4,000 characters, 64,000 characters and 2,000 values
 * in all, eight levels deep. What does not fit any more is left out, not replaced, so that no filter meets a value
 * that nobody sent; a text that is cut ends in an ellipsis.
 */
export function boundedJson(given: unknown): Bounded {
  const left: Budget = { values: MAX_VALUES, characters: MAX_CHARACTERS, cut: false }
  const value = bounded(given, left, 0)
  return { value: value === LEFT_OUT ? null : value, cut: left.cut }
}

/** The same for the fields of an object. */
export function boundedFields(given: Record<string, unknown>): { value: Record<string, unknown>; cut: boolean } {
  const left: Budget = { values: MAX_VALUES, characters: MAX_CHARACTERS, cut: false }
  return { value: fieldsOf(given, left, 0), cut: left.cut }
}

interface Budget {
  values: number
  characters: number
  cut: boolean
}

const LEFT_OUT = Symbol('left out')

function bounded(given: unknown, left: Budget, depth: number): unknown {
  const isBranch = given !== null && typeof given === 'object'
  if (left.values <= 0 || left.characters <= 0 || (isBranch && depth >= MAX_DEPTH)) {
    left.cut = true
    return LEFT_OUT
  }
  left.values -= 1
  if (typeof given === 'string') return textOf(given, left)
  if (Array.isArray(given)) return itemsOf(given, left, depth)
  return isBranch ? fieldsOf(given, left, depth) : given
}

function textOf(given: string, left: Budget): string {
  const limit = Math.min(MAX_TEXT_CHARACTERS, left.characters)
  left.characters -= Math.min(given.length, limit)
  if (given.length <= limit) return given
  left.cut = true
  return `${given.slice(0, limit - 1)}…`
}

function itemsOf(given: unknown[], left: Budget, depth: number): unknown[] {
  const items: unknown[] = []
  for (const item of given) {
    const kept = bounded(item, left, depth + 1)
    if (kept !== LEFT_OUT) items.push(kept)
    if (left.values <= 0) {
      left.cut ||= items.length < given.length
      break
    }
  }
  return items
}

function fieldsOf(given: object, left: Budget, depth: number): Record<string, unknown> {
  const fields: [string, unknown][] = []
  for (const [name, item] of Object.entries(given)) {
    if (name.length > MAX_KEY_CHARACTERS) left.cut = true
    else {
      left.characters -= name.length
      const kept = bounded(item, left, depth + 1)
      if (kept !== LEFT_OUT) fields.push([name, kept])
    }
  }
  return Object.fromEntries(fields)
}
