import type { NumberedEvent } from '../journal.ts'

/** Events per frame, a limit of the contract; and bytes, so that a frame stays far below what a Worker takes. */
const MAX_EVENTS = 500
const MAX_CHARACTERS = 512 * 1024

/** As many of the first events as fit into one frame; one that is too large by itself goes alone. */
export function nextBatch(events: NumberedEvent[]): NumberedEvent[] {
  let characters = 0
  let count = 0
  for (const event of events.slice(0, MAX_EVENTS)) {
    characters += JSON.stringify(event).length
    if (count > 0 && characters > MAX_CHARACTERS) break
    count += 1
  }
  return events.slice(0, count)
}
