/** Keeps the beginning of a text. */
export function cutEnd(text: string, maxCharacters: number): string {
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters - 1)}…`
}

/** Keeps the end of a text, where results and errors stand. */
export function cutStart(text: string, maxCharacters: number): string {
  return text.length <= maxCharacters ? text : `…${text.slice(1 - maxCharacters)}`
}

/** Shortens every long text inside a JSON value, so that the whole stays small enough to show and to send. */
export function cutDeep(value: unknown, maxCharacters: number): unknown {
  if (typeof value === 'string') return cutEnd(value, maxCharacters)
  if (Array.isArray(value)) return value.slice(0, 200).map((item) => cutDeep(item, maxCharacters))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cutDeep(item, maxCharacters)]))
}

/** A safe sentence for what was thrown. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error && !error.message.includes(error.cause.message) ? error.cause.message : ''
  return cause === '' ? error.message : `${error.message} (${cause})`
}
