/** Names new things. Production gives UUIDv7 (sortable by creation, decision D16); tests give a counted sequence. */
export interface Ids {
  next(): string
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * The least id that an instant can give: what was made since then has this one or a greater. Where rows are in an index
 * by their id, this finds the recent ones without one by time.
 */
export function firstIdAt(instant: Date): string {
  const hex = instant.getTime().toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}

/** Whether a text can be the id of a row; asking Postgres for anything else is an error rather than "no row". */
export function isId(text: string): boolean {
  return UUID.test(text)
}
