import type { OutboxNeeds } from '#domain/automations'
import { later } from '#kernel/clock'
import { MINUTE_MS, SECOND_MS } from '#kernel/durations'
import { describeError } from '#kernel/errors'
import type { Blobs, Digest } from '#kernel/ports'
import type { HandOffNeeds } from '../hand-off.ts'
import type { DrainQueue } from '../ports.ts'
import { isRefusedStatement } from '../refused-statement.ts'
import { hydrateEvents, type HydrateNeeds } from './hydrate-events.ts'
import {
  claimRowsAcrossOrganizations,
  type ClaimedRow,
  type Finish,
  finishRowsAcrossOrganizations,
  INTERRUPTED,
} from './inbox.store.ts'
import { hearReadings } from './judge-readings.ts'
import type { HashedBody } from './read-body.ts'
import { type Reading, readRow } from './read-row.ts'
import { MAX_ATTEMPTS, settleRows } from './settle-rows.ts'

/** A consumer that has not settled its rows for so long is dead (a2 §2.7). */
const STALE_AFTER_MS = 5 * MINUTE_MS
/** After the last try a row may still be taken once more, alone: whoever died over it may have died over another. */
const MAX_CLAIMS = MAX_ATTEMPTS + 1
/** So that a storm of one organization never keeps the next one waiting for longer than this takes. */
const PER_STORM = 25
const AT_ONCE = 100
/** A drain goes on in another message before it has used up what a consumer may compute. */
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
async function processRound(
  needs: InboxNeeds,
  input: { ids: string[] | null; bodies?: Map<string, HashedBody> },
): Promise<{ report: InboxReport; isMore: boolean }> {
  const now = needs.clock.now()
  const claimToken = needs.ids.next()
  const { rows: claimed, isMore } = await claimRowsAcrossOrganizations(needs.db, {
    ids: input.ids,
    claimToken,
    now,
    freeAgainAt: later(now, STALE_AFTER_MS),
    perStorm: PER_STORM,
    limit: AT_ONCE,
    withPayloads: input.bodies === undefined,
  })
  if (claimed.length === 0) return { report: NOTHING_DONE, isMore: false }
  try {
    return { report: await processClaimed(needs, { claimed, claimToken, bodies: input.bodies }), isMore }
  } catch (error) {
    await release(needs, { claimed, claimToken, error })
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
  const heard = await hearReadings(needs, readings)
  // What needs no provider does not wait for one.
  const [complete, thin] = [heard.filter((one) => one.thin === null), heard.filter((one) => one.thin !== null)]
  const first = await settleRows(needs, { heard: complete, hydrated: new Map(), claimToken })
  const hydrated = await hydrateEvents(needs, thin.flatMap((one) => one.thin ?? []))
  const second = await settleRows(needs, { heard: thin, hydrated, claimToken })
  await comeBack(needs, [...first.dueTimes, ...second.dueTimes])
  return { processed: first.processed + second.processed, created: first.created + second.created }
}

/**
 * What was interrupted waits no longer than it has to: at best it is free again at once, at worst when its claim is
 * stale. A database that went away costs a row none of its attempts; a mistake does, since a row may have brought it
 * about, and then goes on alone.
 */
async function release(
  needs: InboxNeeds,
  input: { claimed: ClaimedRow[]; claimToken: string; error: unknown },
): Promise<void> {
  const { claimed, claimToken } = input
  const now = needs.clock.now()
  const why = isMistake(input.error) ? { error: INTERRUPTED } : { error: null, untried: true }
  const finishes = claimed.map(({ id }): Finish => ({ id, status: 'queued', nextAttemptAt: now.toISOString(), ...why }))
  await finishRowsAcrossOrganizations(needs.db, { finishes, claimToken, now }).catch((error: unknown) => {
    needs.log.warn('delivery.not_released', { rows: claimed.length, error: describeError(error) })
  })
}

/** Something that will happen again with the same rows, as opposed to a database that is away. */
const isMistake = (error: unknown) =>
  isRefusedStatement(error) || error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError

async function readingOf(
  needs: InboxNeeds,
  row: ClaimedRow,
  bodies: Map<string, HashedBody> | undefined,
): Promise<Reading> {
  const { identity } = row
  // The last consumer that died over it had nothing else to die over.
  if (row.attempt > MAX_CLAIMS) return { kind: 'failed', row, identity, error: 'too_many_attempts' }
  return readRow(needs, row, bodies?.get(row.id))
}

/** The first of what was put off is taken up when it is due; the sweep is only its safety net. */
async function comeBack(needs: InboxNeeds, dueTimes: number[]): Promise<void> {
  if (dueTimes.length === 0) return
  const delayMs = Math.min(...dueTimes) - needs.clock.now().getTime()
  await askForDrain(needs, Math.min(Math.max(Math.ceil(delayMs / SECOND_MS), 0), MAX_DELAY_SECONDS))
}

/** The rows are the truth: a drain that cannot be asked for costs until the sweep. */
export async function askForDrain(needs: Pick<InboxNeeds, 'log' | 'drainQueue'>, delaySeconds: number): Promise<void> {
  try {
    await needs.drainQueue.drain({ delaySeconds })
  } catch (error) {
    needs.log.warn('delivery.drain_not_asked', { delaySeconds, error: describeError(error) })
  }
}
