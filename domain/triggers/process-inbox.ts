import { kickOutbox, type OutboxNeeds } from '#domain/automations'
import { earlier, later } from '#kernel/clock'
import { backoffMs, MINUTE_MS } from '#kernel/durations'
import { describeError } from '#kernel/errors'
import type { Blobs } from '#kernel/ports'
import { type Decided, emptyOutcome, outcomeOf } from './delivery-outcome.ts'
import { handOff, type HandOffNeeds, type HandOffResult } from './hand-off.ts'
import {
  claimRowsAcrossOrganizations,
  type ClaimedRow,
  type Finish,
  finishRowsAcrossOrganizations,
} from './inbox.store.ts'
import { configureTrigger, matchEvents, type Verdict } from './match-events.ts'
import type { Body } from './read-body.ts'
import { type Reading, readRow } from './read-row.ts'
import { listActiveTriggersAcrossOrganizations } from './triggers.store.ts'

/** A consumer that has not settled its rows for so long is dead (a2 §2.7). */
export const STALE_AFTER_MS = 5 * MINUTE_MS
/** A row that five tries could not settle has failed for good (a2 §2.7). */
const MAX_ATTEMPTS = 5

export type InboxNeeds = HandOffNeeds & OutboxNeeds & { blobs: Blobs }

export interface InboxReport {
  processed: number
  created: number
}

/**
 * Claims rows, matches their events and settles them. The number of round trips to the database does not depend on
 * how many rows there are. Throws when the database is away; rows claimed by then are given back, or become stale.
 * `bodies` holds what the caller has read already; without it the bodies come from the rows and from blob storage.
 */
export async function processInbox(
  needs: InboxNeeds,
  input: { ids: string[]; bodies?: Map<string, Body> },
): Promise<InboxReport> {
  const now = needs.clock.now()
  const claimToken = needs.ids.next()
  const claimed = await claimRowsAcrossOrganizations(needs.db, {
    ids: input.ids,
    claimToken,
    now,
    staleBefore: earlier(now, STALE_AFTER_MS),
    withPayloads: input.bodies === undefined,
  })
  if (claimed.length === 0) return { processed: 0, created: 0 }
  try {
    return await processClaimed(needs, { claimed, claimToken, bodies: input.bodies })
  } catch (error) {
    await release(needs, claimed, claimToken)
    throw error
  }
}

async function processClaimed(
  needs: InboxNeeds,
  input: { claimed: ClaimedRow[]; claimToken: string; bodies: Map<string, Body> | undefined },
): Promise<InboxReport> {
  const { claimed, claimToken } = input
  const readings: Reading[] = []
  // One after the other: a stored body may have 25 MB, and an isolate holds 128 MB in all.
  for (const row of claimed) readings.push(await readingOf(needs, row, input.bodies))
  const judged = await judge(needs, readings)
  const wanted = judged.map(({ reading: { row }, verdicts }) => ({ inboxId: row.id, traceId: row.traceId, verdicts }))
  const handedOff = await handOff(needs, { wanted })
  const finishes = judged.map((one) => finishOf(one, handedOff, needs.clock.now()))
  const settled = await finishRowsAcrossOrganizations(needs.db, { finishes, claimToken, now: needs.clock.now() })
  const outboxIds = [...handedOff.byVerdict.values()].flatMap(({ outboxId }) => outboxId ?? [])
  await kickOutbox(needs, { ids: outboxIds })
  report(needs, finishes, settled)
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

async function readingOf(needs: InboxNeeds, row: ClaimedRow, bodies: Map<string, Body> | undefined): Promise<Reading> {
  // Five consumers died over it: a sixth would take the rest of its batch along.
  if (row.attempt > MAX_ATTEMPTS) return { kind: 'failed', row, error: 'too_many_attempts' }
  return readRow(needs, row, bodies?.get(row.id))
}

interface Judged {
  reading: Reading
  verdicts: Verdict[]
  hasTriggers: boolean
}

async function judge(needs: InboxNeeds, readings: Reading[]): Promise<Judged[]> {
  const withEvents = readings.filter((reading) => reading.kind === 'events' && reading.events.length > 0)
  const triggers =
    withEvents.length === 0
      ? []
      : await listActiveTriggersAcrossOrganizations(needs.db, {
          organizationIds: [...new Set(withEvents.map(({ row }) => row.organizationId))],
          providers: [...new Set(withEvents.map(({ row }) => row.provider))],
        })
  const configured = Map.groupBy(triggers.map(configureTrigger), ({ trigger }) => groupOf(trigger))
  return readings.map((reading) => {
    const listening = configured.get(groupOf(reading.row)) ?? []
    const verdicts = reading.kind === 'events' ? matchEvents(reading.events, listening) : []
    return { reading, verdicts, hasTriggers: listening.length > 0 }
  })
}

const groupOf = (one: { organizationId: string; provider: string }) => `${one.provider} ${one.organizationId}`

function finishOf({ reading, verdicts, hasTriggers }: Judged, handedOff: HandOffResult, now: Date): Finish {
  const { row } = reading
  if (reading.kind === 'retry') return retryOrFail(row, reading.error, now)
  if (reading.kind === 'failed') {
    return { id: row.id, status: 'failed', error: reading.error, outcome: emptyOutcome(reading.error) }
  }
  if (handedOff.refused.has(row.id)) return retryOrFail(row, 'run_create_failed', now)
  const decided = verdicts.map(
    (verdict): Decided => ({ verdict, handedOff: handedOff.byVerdict.get(verdict) ?? null }),
  )
  const reason = reading.events.length === 0 ? reading.reason : hasTriggers ? null : 'no_trigger'
  const outcome = outcomeOf({ inboxId: row.id, events: reading.events.length, decided, reason })
  return { id: row.id, status: 'completed', outcome }
}

function retryOrFail(row: ClaimedRow, error: string, now: Date): Finish {
  if (row.attempt >= MAX_ATTEMPTS) return { id: row.id, status: 'failed', error, outcome: null }
  return { id: row.id, status: 'queued', error, nextAttemptAt: later(now, backoffMs(row.attempt - 1)).toISOString() }
}

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
