import { earlier } from '#kernel/clock'
import { MINUTE_MS } from '#kernel/durations'
import { listLeftBehindAcrossOrganizations } from './inbox.store.ts'
import { type InboxNeeds, type InboxReport, processInbox, STALE_AFTER_MS } from './process-inbox.ts'

/** The queue has its chance first. */
const OVERDUE_AFTER_MS = MINUTE_MS
const MAX_ROWS_PER_TICK = 500
const BATCH = 100

/**
 * Processes rows that were left behind: due for more than a minute, or claimed by a consumer that died. At most 500 a
 * tick; two ticks at once are harmless, since each row is claimed by one of them. Throws when the database is away.
 */
export async function sweepInbox(needs: InboxNeeds): Promise<InboxReport> {
  const now = needs.clock.now()
  const ids = await listLeftBehindAcrossOrganizations(needs.db, {
    dueBefore: earlier(now, OVERDUE_AFTER_MS),
    staleBefore: earlier(now, STALE_AFTER_MS),
    limit: MAX_ROWS_PER_TICK,
  })
  const total: InboxReport = { processed: 0, created: 0 }
  for (let start = 0; start < ids.length; start += BATCH) {
    const report = await processInbox(needs, { ids: ids.slice(start, start + BATCH) })
    total.processed += report.processed
    total.created += report.created
  }
  if (ids.length > 0) needs.log.warn('inbox.swept', { found: ids.length, ...total })
  return total
}
