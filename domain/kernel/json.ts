/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/**
 * Key-sorted JSON: two equal values give the same text whatever the order of their keys. Used for hashes; Postgres jsonb
 * reorders keys, so its text must never be compared.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`
  }
  return JSON.stringify(value) ?? 'null'
}

/** How JSON writes U+0000 and lone surrogates; where a text merely speaks of them it is looked at for nothing. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/

/**
 * Makes a value fit for a jsonb column: Postgres refuses U+0000 and lone surrogates inside jsonb, and one such character in
 * an event must not fail a whole batch.
 */
export function storableJson<T>(value: T): T {
  // Nearly always there is nothing to mend, and the text tells that far sooner than a walk through the value.
  return UNSTORABLE.test(JSON.stringify(value) ?? '') ? mended(value) : value
}

function mended<T>(value: T): T {
  if (typeof value === 'string') return value.replaceAll('\u0000', '').toWellFormed() as T
  if (Array.isArray(value)) return value.map((item) => mended(item)) as T
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [mended(key), mended(item)])) as T
  }
  return value
}
