/** One page of a list; `nextCursor` is null on the last one. */
export interface Page<Item> {
  items: Item[]
  nextCursor: string | null
}

/** How many rows a list gives unless asked, and at most (b0 §0.4). */
export const DEFAULT_PAGE_SIZE = 50
export const MAX_PAGE_SIZE = 100

/**
 * Builds a page out of `limit + 1` rows in the order of their cursors. Ids are UUIDv7, so that the last id shown is a
 * stable cursor by creation time; rows whose ids have no order say where they stand themselves.
 */
export function pageOf<Row extends { id: string; position?: string }, Item>(
  rows: Row[],
  limit: number,
  view: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(view), nextCursor: last && rows.length > limit ? (last.position ?? last.id) : null }
}
