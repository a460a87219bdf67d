import { earlier } from '#kernel/clock'
import { MINUTE_MS } from '#kernel/durations'
import { hasOverdueAcrossOrganizations } from './inbox.store.ts'
import { askForDrain, type InboxNeeds } from './process-inbox.ts'

/** The queue has its chance first. */
const OVERDUE_AFTER_MS = MINUTE_MS

/**
 * Asks for a drain when rows were left behind: due for more than a minute, or claimed by a consumer that died. Processing
 * them calls providers, which is nothing for a cron handler. Throws when the database is away.
 */
export async function sweepInbox(
  needs: Pick<InboxNeeds, 'db' | 'clock' | 'log' | 'drainQueue'>,
): Promise<{ overdue: boolean }> {
  const now = needs.clock.now()
  const overdue = await hasOverdueAcrossOrganizations(needs.db, {
    dueBefore: earlier(now, OVERDUE_AFTER_MS),
    freeBefore: now,
  })
  if (overdue) {
    needs.log.warn('inbox.overdue')
    await askForDrain(needs, 0)
  }
  return { overdue }
}
