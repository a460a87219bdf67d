import { kickOutbox, type OutboxNeeds } from '#domain/automations'
import { earlier, later } from '#kernel/clock'
import { backoffMs, MINUTE_MS, SECOND_MS } from '#kernel/durations'
import { describeError } from '#kernel/errors'
import type { Blobs, Digest } from '#kernel/ports'
import { type Decided, emptyOutcome, outcomeOf } from './delivery-outcome.ts'
import { handOff, type HandOffNeeds, type HandOffResult } from '../hand-off.ts'
import type { HydrateNeeds } from './hydrate-events.ts'
import {
  claimRowsAcrossOrganizations,
  type ClaimedRow,
  type Finish,
  finishRowsAcrossOrganizations,
} from './inbox.store.ts'
import { type Judged, judgeReadings } from './judge-readings.ts'
import type { DrainQueue } from '../ports.ts'
import type { HashedBody } from './read-body.ts'
import { type Reading, readRow } from './read-row.ts'

/** A consumer that has not settled its rows for so long is dead (a2 §2.7). */
export const STALE_AFTER_MS = 5 * MINUTE_MS
/** A row that five tries could not settle has failed for good (a2 §2.7). */
const MAX_ATTEMPTS = 5
/** So that a storm of one organization never keeps the next one waiting for longer than this takes. */
const PER_STORM = 25
const AT_ONCE = 100
/** A drain that ends too soon waits in the queue again; one that goes on too long keeps what arrives meanwhile waiting. */
const ROUNDS_PER_DRAIN = 5
/** The longest a message may wait in a queue, a limit of the platform. */
const MAX_DELAY_SECONDS = 43_200

export type InboxNeeds = HandOffNeeds &
  OutboxNeeds &
  HydrateNeeds & { blobs: Blobs; digest: Digest; drainQueue: DrainQueue }

export interface InboxReport {
  processed: number
  created: number
}
export const NOTHING_DONE: InboxReport = { processed: 0, created: 0 }

/**
 * Claims rows, matches their events and settles them; when others wait besides, or are put off, a drain is asked for.
 * The number of round trips to the database does not depend on how many rows there are. Throws when the database is
 * away; rows claimed by then are given back, or become stale.
 * `bodies` holds what the caller has read already; without it the bodies come from the rows and from blob storage.
 */
export async function processInbox(
  needs: InboxNeeds,
  input: { ids: string[]; bodies?: Map<string, HashedBody> },
): Promise<InboxReport> {
  if (input.ids.length === 0) return NOTHING_DONE
  const { report, isMore } = await processRound(needs, input)
  if (isMore) await askForDrain(needs, 0)
  return report
}

/**
 * Takes up what waits in the ledger, organizations by turns in each of a few rounds, and asks for another drain when
 * that was not all. Throws when the database is away.
 */
export async function drainInbox(needs: InboxNeeds): Promise<InboxReport> {
  const total = { ...NOTHING_DONE }
  for (let round = 1; ; round += 1) {
    const { report, isMore } = await processRound(needs, { ids: null })
    total.processed += report.processed
    total.created += report.created
    if (!isMore) return total
    if (round < ROUNDS_PER_DRAIN) continue
    await askForDrain(needs, 0)
    return total
  }
}

/** One round: at most a hundred rows, and of a batch 25 of an organization that is in a storm. */
export async function processRound(
  needs: InboxNeeds,
  input: { ids: string[] | null; bodies?: Map<string, HashedBody>; dueBefore?: Date },
): Promise<{ report: InboxReport; isMore: boolean }> {
  const now = needs.clock.now()
  const claimToken = needs.ids.next()
  const { rows: claimed, isMore } = await claimRowsAcrossOrganizations(needs.db, {
    ids: input.ids,
    claimToken,
    now,
    ...(input.dueBefore && { dueBefore: input.dueBefore }),
    staleBefore: earlier(now, STALE_AFTER_MS),
    perStorm: PER_STORM,
    limit: AT_ONCE,
    withPayloads: input.bodies === undefined,
  })
  if (claimed.length === 0) return { report: NOTHING_DONE, isMore: false }
  try {
    return { report: await processClaimed(needs, { claimed, claimToken, bodies: input.bodies }), isMore }
  } catch (error) {
    await release(needs, claimed, claimToken)
    throw error
  }
}

async function processClaimed(
  needs: InboxNeeds,
  input: { claimed: ClaimedRow[]; claimToken: string; bodies: Map<string, HashedBody> | undefined },
): Promise<InboxReport> {
  const { claimed, claimToken } = input
  const readings: Reading[] = []
  // One after the other: a stored body may have 25 MB, and an isolate holds 128 MB in all.
  for (const row of claimed) readings.push(await readingOf(needs, row, input.bodies))
  const judged = await judgeReadings(needs, readings)
  const wanted = judged.map(({ reading: { row }, verdicts }) => ({
    key: row.id,
    inboxId: row.id,
    traceId: row.traceId,
    verdicts,
  }))
  const handedOff = await handOff(needs, { wanted })
  const finishes = judged.map((one) => ({ ...finishOf(one, handedOff, needs.clock.now()), known: one.known }))
  const settled = await finishRowsAcrossOrganizations(needs.db, { finishes, claimToken, now: needs.clock.now() })
  const outboxIds = [...handedOff.byVerdict.values()].flatMap(({ outboxId }) => outboxId ?? [])
  await kickOutbox(needs, { ids: outboxIds })
  report(needs, finishes, settled)
  await comeBack(needs, finishes)
  return { processed: settled.size, created: outboxIds.length }
}

/**
 * What was interrupted waits no longer than it has to: at best it is free again at once, at worst when its claim is
 * stale.
 */
async function release(needs: InboxNeeds, claimed: ClaimedRow[], claimToken: string): Promise<void> {
  const now = needs.clock.now()
  const nextAttemptAt = now.toISOString()
  const finishes = claimed.map(({ id }): Finish => ({ id, status: 'queued', error: 'interrupted', nextAttemptAt }))
  await finishRowsAcrossOrganizations(needs.db, { finishes, claimToken, now }).catch((error: unknown) => {
    needs.log.warn('delivery.not_released', { rows: claimed.length, error: describeError(error) })
  })
}

async function readingOf(
  needs: InboxNeeds,
  row: ClaimedRow,
  bodies: Map<string, HashedBody> | undefined,
): Promise<Reading> {
  const { identity } = row
  // Five consumers died over it: a sixth would take the rest of its batch along.
  if (row.attempt > MAX_ATTEMPTS) return { kind: 'failed', row, identity, error: 'too_many_attempts' }
  return readRow(needs, row, bodies?.get(row.id))
}

function finishOf({ reading, verdicts, reason, stopped }: Judged, handedOff: HandOffResult, now: Date): Finish {
  const { row } = reading
  if (reading.kind === 'retry') return retryOrFail(row, { error: reading.error, until: null }, now)
  if (reading.kind === 'failed') return failed(row, reading.error)
  if (stopped?.kind === 'failed') return failed(row, stopped.error)
  if (stopped) return stopped.untried ? putOff(row, stopped, now) : retryOrFail(row, stopped, now)
  if (handedOff.refused.has(row.id)) return retryOrFail(row, { error: 'run_create_failed', until: null }, now)
  const decided = verdicts.map(
    (verdict): Decided => ({ verdict, handedOff: handedOff.byVerdict.get(verdict) ?? null }),
  )
  const why = reading.events.length === 0 ? reading.reason : reason
  const outcome = outcomeOf({ inboxId: row.id, events: reading.events.length, decided, reason: why })
  return { id: row.id, status: 'completed', outcome }
}

const failed = ({ id }: ClaimedRow, error: string): Finish => ({
  id,
  status: 'failed',
  error,
  outcome: emptyOutcome(error),
})

interface Delay {
  error: string
  /** Not before; null: as the number of tries has it. */
  until: Date | null
}

function retryOrFail(row: ClaimedRow, { error, until }: Delay, now: Date): Finish {
  if (row.attempt >= MAX_ATTEMPTS) return { id: row.id, status: 'failed', error, outcome: null }
  const usual = later(now, backoffMs(row.attempt - 1))
  const nextAttemptAt = (until !== null && until > usual ? until : usual).toISOString()
  return { id: row.id, status: 'queued', error, nextAttemptAt }
}

const putOff = ({ id }: ClaimedRow, { error, until }: Delay, now: Date): Finish => ({
  id,
  status: 'queued',
  error,
  nextAttemptAt: (until ?? now).toISOString(),
  untried: true,
})

function report(needs: InboxNeeds, finishes: Finish[], settled: Set<string>): void {
  for (const finish of finishes) {
    if (!settled.has(finish.id)) needs.log.warn('delivery.claim_lost', { inboxId: finish.id })
    else if (finish.status !== 'completed') {
      needs.log.warn(`delivery.${finish.status === 'failed' ? 'failed' : 'postponed'}`, {
        inboxId: finish.id,
        error: finish.error,
      })
    }
  }
}

/** The first of what was put off is taken up when it is due; the sweep is only its safety net. */
async function comeBack(needs: InboxNeeds, finishes: Finish[]): Promise<void> {
  const dueTimes = finishes.flatMap((finish) => (finish.status === 'queued' ? [Date.parse(finish.nextAttemptAt)] : []))
  if (dueTimes.length === 0) return
  const delayMs = Math.min(...dueTimes) - needs.clock.now().getTime()
  await askForDrain(needs, Math.min(Math.max(Math.ceil(delayMs / SECOND_MS), 0), MAX_DELAY_SECONDS))
}

/** The rows are the truth: a drain that cannot be asked for costs until the sweep. */
async function askForDrain(needs: InboxNeeds, delaySeconds: number): Promise<void> {
  try {
    await needs.drainQueue.drain({ delaySeconds })
  } catch (error) {
    needs.log.warn('delivery.drain_not_asked', { delaySeconds, error: describeError(error) })
  }
}
