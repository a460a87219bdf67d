import { earlier } from '#kernel/clock'
import { MINUTE_MS } from '#kernel/durations'
import { type InboxNeeds, type InboxReport, NOTHING_DONE, processRound } from './process-inbox.ts'

/** The queue has its chance first. */
const OVERDUE_AFTER_MS = MINUTE_MS
const MAX_ROUNDS_PER_TICK = 5

/**
 * Processes rows that were left behind: due for more than a minute, or claimed by a consumer that died. At most five
 * rounds a tick, organizations by turns; two ticks at once are harmless, since each row is claimed by one of them.
 * Throws when the database is away.
 */
export async function sweepInbox(needs: InboxNeeds): Promise<InboxReport> {
  const dueBefore = earlier(needs.clock.now(), OVERDUE_AFTER_MS)
  const total: InboxReport = { ...NOTHING_DONE }
  for (let round = 0; round < MAX_ROUNDS_PER_TICK; round += 1) {
    const { report, isMore } = await processRound(needs, { ids: null, dueBefore })
    total.processed += report.processed
    total.created += report.created
    if (!isMore) break
  }
  if (total.processed > 0) needs.log.warn('inbox.swept', { ...total })
  return total
}
