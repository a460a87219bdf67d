import { earlier, later } from '#kernel/clock'
import { backoffMs, DAY_MS, MINUTE_MS } from '#kernel/durations'
import { describeError } from '#kernel/errors'
import type { Kernel } from '#kernel/needs'
import { type ClaimedRow, messageOf, type OutboxMessage } from './outbox.entry.ts'
import {
  claimOutboxAcrossOrganizations,
  deleteDispatchedAcrossOrganizations,
  type OutboxSettlement,
  recoverOutboxAcrossOrganizations,
  settleOutboxAcrossOrganizations,
} from './outbox.store.ts'
import type { EffectQueue, RunQueue } from './ports.ts'

export type OutboxNeeds = Pick<Kernel, 'db' | 'clock' | 'log'> & { runQueue: RunQueue; effectQueue: EffectQueue }

/** Rows of one claim, tries of one row, and how long a claim may last before it counts as abandoned (b1 §1.5). */
const CLAIM_SIZE = 50
const MAX_ATTEMPTS = 5
const CLAIM_LASTS_MS = 5 * MINUTE_MS
/** A tick ends even when rows keep coming; the next minute goes on. */
const CLAIMS_PER_SWEEP = 20
/** Dispatched rows are kept for a week (b1 §1.5), and thrown out in bounded pieces. */
const KEEP_DISPATCHED_MS = 7 * DAY_MS
const COLLECT_AT_MOST = 5_000

/**
 * Hands freshly committed rows to their queues at once. Never throws: what it cannot deliver now, the minute's sweep
 * delivers.
 */
export async function kickOutbox(needs: OutboxNeeds, input: { ids: string[] }): Promise<void> {
  try {
    for (let start = 0; start < input.ids.length; start += CLAIM_SIZE) {
      await dispatch(needs, { ids: input.ids.slice(start, start + CLAIM_SIZE) })
    }
  } catch (error) {
    needs.log.warn('outbox.kick_failed', { rows: input.ids.length, error: describeError(error) })
  }
}

/** Takes up abandoned rows, then dispatches whatever is due, in all organizations. Returns how many rows it took. */
export async function sweepOutbox(needs: OutboxNeeds): Promise<{ taken: number }> {
  const now = needs.clock.now()
  const claimedBefore = earlier(now, CLAIM_LASTS_MS)
  const failed = await recoverOutboxAcrossOrganizations(needs.db, { claimedBefore, maxAttempts: MAX_ATTEMPTS, now })
  for (const id of failed) alertFailed(needs, id, 'The dispatcher disappeared too often')
  let taken = 0
  for (let claim = 0; claim < CLAIMS_PER_SWEEP; claim += 1) {
    const rows = await dispatch(needs, {})
    taken += rows
    if (rows < CLAIM_SIZE) break
  }
  return { taken }
}

/** Removes dispatched rows that are older than a week. Returns how many. */
export async function collectOutbox(needs: Pick<Kernel, 'db' | 'clock'>): Promise<{ removed: number }> {
  const before = earlier(needs.clock.now(), KEEP_DISPATCHED_MS)
  return { removed: await deleteDispatchedAcrossOrganizations(needs.db, { before, limit: COLLECT_AT_MOST }) }
}

async function dispatch(needs: OutboxNeeds, only: { ids?: string[] }): Promise<number> {
  const claimedAt = needs.clock.now()
  const rows = await claimOutboxAcrossOrganizations(needs.db, { ...only, limit: CLAIM_SIZE, now: claimedAt })
  if (rows.length === 0) return 0
  const settlements = await deliver(needs, rows)
  await settleOutboxAcrossOrganizations(needs.db, { claimedAt, now: needs.clock.now(), settlements })
  return rows.length
}

async function deliver(needs: OutboxNeeds, rows: ClaimedRow[]): Promise<OutboxSettlement[]> {
  const messages = rows.map((row) => ({ row, message: messageOf(row) }))
  const runs = messages.flatMap(({ message }) => (message?.queue === 'runs' ? [message.message] : []))
  const effects = messages.flatMap(({ message }) => (message?.queue === 'effects' ? [message.message] : []))
  const [runsError, effectsError] = await Promise.all([
    errorOf(() => (runs.length > 0 ? needs.runQueue.send(runs) : undefined)),
    errorOf(() => (effects.length > 0 ? needs.effectQueue.send(effects) : undefined)),
  ])
  const errorBy: Record<OutboxMessage['queue'], string | null> = { runs: runsError, effects: effectsError }
  return messages.map(({ row, message }) => {
    const settlement = settle(row, message ? { error: errorBy[message.queue] } : 'malformed', needs.clock.now())
    if (settlement.status === 'failed') alertFailed(needs, row.id, settlement.error)
    return settlement
  })
}

/** What becomes of a row: gone out, tried again later, or failed for good. */
function settle(row: ClaimedRow, sent: { error: string | null } | 'malformed', now: Date): OutboxSettlement {
  const unchanged = { id: row.id, attempts: row.attempts, availableAt: now }
  if (sent === 'malformed') {
    return { ...unchanged, status: 'failed', error: `Unknown kind or malformed payload: ${row.kind}` }
  }
  if (sent.error === null) return { ...unchanged, status: 'dispatched', error: null }
  const attempts = row.attempts + 1
  if (attempts >= MAX_ATTEMPTS) return { ...unchanged, attempts, status: 'failed', error: sent.error }
  const availableAt = later(now, backoffMs(row.attempts))
  return { id: row.id, attempts, status: 'pending', availableAt, error: sent.error }
}

async function errorOf(send: () => Promise<void> | undefined): Promise<string | null> {
  try {
    await send()
    return null
  } catch (error) {
    return describeError(error)
  }
}

function alertFailed(needs: OutboxNeeds, id: string, error: string | null) {
  needs.log.error('outbox.failed', { alert: true, outboxId: id, error })
}
