import type { Tagged } from '#schema/endpoints/client'
import { isStatus } from './client.ts'

/** How often an edit is tried again whose thing has changed in what the edit is not about. */
const MAX_TRIES = 3

export interface Edit<Thing> {
  /** What the person saw when they began. */
  seen: Tagged<Thing>
  /** Asks what is there now. */
  read: () => Promise<Tagged<Thing>>
  /** Sends the edit, which is refused with 412 when the thing is not any more what `ifMatch` names. */
  write: (ifMatch: string) => Promise<Tagged<Thing>>
  /** Whether two states are the same in what the person saw and may have decided by. */
  isSame: (one: Thing, other: Thing) => boolean
}

/**
 * Saves an edit only on top of what the person saw. When somebody else was faster nothing is saved, and the answer is
 * what is there now. Without a tag of what was seen, what is there now is read first and compared.
 */
export async function saveUnchanged<Thing>(edit: Edit<Thing>): Promise<{ saved: boolean; now: Tagged<Thing> }> {
  let base = edit.seen
  for (let attempt = 1; ; attempt += 1) {
    if (base.etag !== null) {
      try {
        return { saved: true, now: await edit.write(base.etag) }
      } catch (error) {
        if (!isStatus(error, 412) || attempt === MAX_TRIES) throw error
      }
    }
    base = await edit.read()
    if (!edit.isSame(edit.seen.body, base.body)) return { saved: false, now: base }
  }
}
