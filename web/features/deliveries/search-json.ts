/** A value inside of a JSON document, by the keys and positions that lead to it. */
export type JsonPath = readonly (string | number)[]

export const pathKey = (path: JsonPath) => JSON.stringify(path)

/** What a search of a document found: the values that fit, in the order they are shown in, and all that contain them. */
export interface Found {
  hits: readonly string[]
  /** The same, to look one up. */
  marked: ReadonlySet<string>
  around: ReadonlySet<string>
}

export const NOTHING_FOUND: Found = { hits: [], marked: new Set(), around: new Set() }

/** What of a long list or a deep document is looked at, at most. */
const MOST_VALUES = 50_000

/** Finds the keys and the simple values that contain a text, whatever its case. */
export function searchJson(document: unknown, text: string): Found {
  const wanted = text.trim().toLowerCase()
  if (wanted === '') return NOTHING_FOUND
  const hits: string[] = []
  const around = new Set<string>()
  let left = MOST_VALUES
  const visit = (value: unknown, path: JsonPath) => {
    left -= 1
    if (left < 0) return
    const key = path.at(-1)
    const parts = partsOf(value)
    const told = parts === null ? JSON.stringify(value) : ''
    if (isIn(wanted, typeof key === 'string' ? key : '') || isIn(wanted, told)) {
      hits.push(pathKey(path))
      for (let depth = 0; depth < path.length; depth += 1) around.add(pathKey(path.slice(0, depth)))
    }
    for (const [name, part] of parts ?? []) visit(part, [...path, name])
  }
  visit(document, [])
  return { hits, marked: new Set(hits), around }
}

const isIn = (wanted: string, text: string | undefined) => (text ?? '').toLowerCase().includes(wanted)

/** What an object or a list consists of; null for a simple value. */
export function partsOf(value: unknown): [string | number, unknown][] | null {
  if (Array.isArray(value)) return value.map((part: unknown, index) => [index, part])
  return typeof value === 'object' && value !== null ? Object.entries(value) : null
}
