import { hidesSecret } from '#kernel/secret-names'
import { redactedText } from '#kernel/secret-shapes'

export const REDACTED = '[redacted]'

/** How much of a value is kept; the rest is cut, and said to be cut. */
export interface Bounds {
  /** Characters of one text. */
  text: number
  /** Items of one list, and fields of one object. */
  items: number
  depth: number
}

const LOG_BOUNDS: Bounds = { text: 2_000, items: 50, depth: 6 }

/**
 * A copy of a value that may be written where people read it: fields whose name promises a secret are replaced, texts
 * lose whatever looks like one, and everything has a bounded size. Pure; never throws, also on cycles and getters'
 * results such as dates and errors, which become text.
 */
export function redact(value: unknown, bounds: Bounds = LOG_BOUNDS): unknown {
  return walk(value, { name: '', depth: 0, bounds })
}

/** The fields of an object, each redacted. */
export function redactFields(fields: Record<string, unknown>, bounds: Bounds = LOG_BOUNDS): Record<string, unknown> {
  return fieldsOf(fields, { name: '', depth: 0, bounds })
}

interface Place {
  /** The field that holds the value; items of a list stand under the name of their list. */
  name: string
  depth: number
  bounds: Bounds
}

function walk(value: unknown, place: Place): unknown {
  if (value === null || value === undefined || typeof value === 'boolean') return value
  if (hidesSecret(place.name, value)) return REDACTED
  if (typeof value === 'number') return value
  if (typeof value === 'string') return cut(redactedText(value, place.name), place.bounds)
  return typeof value === 'object' ? objectOf(value, place) : String(value)
}

function objectOf(value: object, place: Place): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (value instanceof Error) return cut(redactedText(value.message, ''), place.bounds)
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if (place.depth >= place.bounds.depth) return '[deeper]'
  return Array.isArray(value) ? listOf(value, place) : fieldsOf(value, place)
}

function listOf(list: unknown[], place: Place): unknown[] {
  const { items } = place.bounds
  const kept = list.slice(0, items).map((item) => walk(item, { ...place, depth: place.depth + 1 }))
  return list.length > items ? [...kept, `[${list.length - items} more]`] : kept
}

function fieldsOf(value: object, place: Place): Record<string, unknown> {
  const { bounds } = place
  const entries = Object.entries(value)
  const kept = entries.slice(0, bounds.items).map(([name, item]): [string, unknown] => {
    const shownName = cut(redactedText(name, ''), bounds)
    return [shownName, walk(item, { name, depth: place.depth + 1, bounds })]
  })
  if (entries.length > bounds.items) kept.push(['[more]', entries.length - bounds.items])
  return Object.fromEntries(kept)
}

function cut(text: string, { text: most }: Bounds): string {
  return text.length > most ? `${text.slice(0, most).toWellFormed()}… [${text.length - most} more characters]` : text
}
