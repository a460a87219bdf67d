/** Names new things. Production gives UUIDv7 (sortable by creation, decision D16); tests give a counted sequence. */
export interface Ids {
  next(): string
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether a text can be the id of a row; asking Postgres for anything else is an error rather than "no row". */
export function isId(text: string): boolean {
  return UUID.test(text)
}
