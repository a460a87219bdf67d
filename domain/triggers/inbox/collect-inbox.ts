import { earlier } from '#kernel/clock'
import { DAY_MS } from '#kernel/durations'
import type { Kernel } from '#kernel/needs'
import type { Blobs } from '#kernel/ports'
import {
  deleteEndedAcrossOrganizations,
  deleteSkippedAcrossOrganizations,
  listEndedAcrossOrganizations,
} from './collect.store.ts'

/** The ledger keeps what ended for a week (a2 §2.7, trap T3). */
const KEEP_MS = 7 * DAY_MS
const CHUNK = 5_000
/** So that one tick stays within the time of a cron handler; the next one goes on. */
const MAX_CHUNKS_PER_TICK = 20
/** Keys per call that R2 takes. */
const BLOBS_PER_CALL = 1_000

/**
 * Removes ledger rows that ended more than seven days ago, and their bodies in blob storage; rows that have not ended
 * stay at any age. Bodies go first: a tick that dies in between finds the rows again. Returns how many rows are gone.
 */
export async function collectInbox(needs: Pick<Kernel, 'db' | 'clock' | 'log'> & { blobs: Blobs }): Promise<number> {
  const endedBefore = earlier(needs.clock.now(), KEEP_MS)
  let collected = 0
  for (let chunk = 0; chunk < MAX_CHUNKS_PER_TICK; chunk += 1) {
    const rows = await listEndedAcrossOrganizations(needs.db, { endedBefore, limit: CHUNK })
    const keys = [...new Set(rows.flatMap(({ payloadRef }) => payloadRef ?? []))]
    for (let start = 0; start < keys.length; start += BLOBS_PER_CALL) {
      await needs.blobs.delete(keys.slice(start, start + BLOBS_PER_CALL))
    }
    if (rows.length > 0) collected += await deleteEndedAcrossOrganizations(needs.db, rows.map(({ id }) => id))
    if (rows.length < CHUNK) break
  }
  if (collected > 0) needs.log.info('inbox.collected', { rows: collected })
  return collected
}

/**
 * Removes events older than the ledger that started nothing: an automation that is switched off for good would gather
 * them for ever. Returns how many are gone.
 */
export async function collectSkippedEvents(needs: Pick<Kernel, 'db' | 'clock'>): Promise<number> {
  const createdBefore = earlier(needs.clock.now(), KEEP_MS)
  let collected = 0
  for (let chunk = 0; chunk < MAX_CHUNKS_PER_TICK; chunk += 1) {
    const gone = await deleteSkippedAcrossOrganizations(needs.db, { createdBefore, limit: CHUNK })
    collected += gone
    if (gone < CHUNK) break
  }
  return collected
}
