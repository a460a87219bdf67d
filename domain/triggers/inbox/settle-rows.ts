import { kickOutbox, type OutboxNeeds } from '#domain/automations'
import { later } from '#kernel/clock'
import { backoffMs } from '#kernel/durations'
import { handOff, type HandOffNeeds, type HandOffResult, recordRefused, type Wanted } from '../hand-off.ts'
import { leadsToEvent } from '../match-events.ts'
import { type Decided, emptyOutcome, outcomeOf } from './delivery-outcome.ts'
import type { Hydrated } from './hydrate-events.ts'
import { type ClaimedRow, type Finish, finishRowsAcrossOrganizations } from './inbox.store.ts'
import { type Heard, judge, type Judged } from './judge-readings.ts'

/** A row that five tries could not settle has failed for good (a2 §2.7). */
export const MAX_ATTEMPTS = 5
/** Rows that come after so many hand-offs wait for the next round: a round must end before its claim does (a2 §2.13). */
const MAX_HAND_OFFS = 1_000

/** What came of rows of a round. */
export interface Settled {
  processed: number
  created: number
  /** When those are due that were put off, in milliseconds. */
  dueTimes: number[]
}

/**
 * Asks the triggers, hands off what they want and settles the rows, in a number of statements that does not depend on how
 * many rows there are. Throws when the database is away.
 */
export async function settleRows(
  needs: HandOffNeeds & OutboxNeeds,
  input: { heard: Heard[]; hydrated: Map<string, Hydrated>; claimToken: string },
): Promise<Settled> {
  const { heard, hydrated, claimToken } = input
  if (heard.length === 0) return { processed: 0, created: 0, dueTimes: [] }
  const judged = judgeSome(heard, hydrated)
  const wanted = judged.map(wantedOf)
  const handedOff = await handOff(needs, { wanted })
  const finishes = judged.map((one) => ({ ...finishOf(one, handedOff, needs.clock.now()), known: one.known }))
  const given = finishes.filter(({ id, status }) => status === 'failed' && handedOff.refused.has(id))
  await recordRefused(needs, { wanted: wanted.filter(({ key }) => given.some(({ id }) => id === key)) })
  const settled = await finishRowsAcrossOrganizations(needs.db, { finishes, claimToken, now: needs.clock.now() })
  const outboxIds = [...handedOff.byVerdict.values()].flatMap(({ outboxId }) => outboxId ?? [])
  await kickOutbox(needs, { ids: outboxIds })
  tell(needs, finishes, settled)
  return { processed: settled.size, created: outboxIds.length, dueTimes: finishes.flatMap(dueTimeOf) }
}

/** Row by row, until there is enough to hand off; the others wait. At least the first one is judged, however much it wants. */
function judgeSome(heard: Heard[], hydrated: Map<string, Hydrated>): Judged[] {
  let handOffs = 0
  return heard.map((one) => {
    const isFull = handOffs >= MAX_HAND_OFFS
    const judged = judge(one, isFull ? WAITING : (hydrated.get(one.reading.row.id) ?? null))
    handOffs += judged.verdicts.filter(leadsToEvent).length
    return judged
  })
}

const WAITING: Hydrated = { kind: 'put_off', until: null, error: null, untried: true }

const wantedOf = ({ reading: { row }, verdicts }: Judged): Wanted => ({
  key: row.id,
  inboxId: row.id,
  traceId: row.traceId,
  verdicts,
})

function finishOf({ reading, verdicts, reason, stopped }: Judged, handedOff: HandOffResult, now: Date): Finish {
  const { row } = reading
  if (reading.kind === 'retry') return retryOrFail(row, { error: reading.error, until: null }, now)
  if (reading.kind === 'failed') return failed(row, reading.error)
  if (stopped?.kind === 'failed') return failed(row, stopped.error)
  if (stopped) return stopped.untried ? putOff(row, stopped) : retryOrFail(row, stopped, now)
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
  error: string | null
  /** Not before; null: as the number of tries has it. */
  until: Date | null
}

function retryOrFail(row: ClaimedRow, { error, until }: Delay, now: Date): Finish {
  if (row.attempt >= MAX_ATTEMPTS) return { id: row.id, status: 'failed', error: error ?? 'too_many_attempts', outcome: null }
  const usual = later(now, backoffMs(row.attempt - 1))
  const nextAttemptAt = (until !== null && until > usual ? until : usual).toISOString()
  return { id: row.id, status: 'queued', error, nextAttemptAt }
}

/** One that nobody came to keeps its place before what its organization received after it. */
const putOff = ({ id, receivedAt }: ClaimedRow, { error, until }: Delay): Finish => ({
  id,
  status: 'queued',
  error,
  nextAttemptAt: until?.toISOString() ?? receivedAt,
  untried: true,
})

function tell(needs: HandOffNeeds, finishes: Finish[], settled: Set<string>): void {
  for (const finish of finishes) {
    if (!settled.has(finish.id)) needs.log.warn('delivery.claim_lost', { inboxId: finish.id })
    else if (finish.status !== 'completed' && finish.error !== null) {
      needs.log.warn(`delivery.${finish.status === 'failed' ? 'failed' : 'postponed'}`, {
        inboxId: finish.id,
        error: finish.error,
      })
    }
  }
}

const dueTimeOf = (finish: Finish): number[] => (finish.status === 'queued' ? [Date.parse(finish.nextAttemptAt)] : [])
