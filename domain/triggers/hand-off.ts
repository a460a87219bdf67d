import type { AuditRow } from '#domain/identity'
import { later } from '#kernel/clock'
import { MINUTE_MS } from '#kernel/durations'
import { describeError } from '#kernel/errors'
import type { Kernel } from '#kernel/needs'
import {
  type Candidate,
  type HandedOff,
  handOffAcrossOrganizations,
  recordRefusedAcrossOrganizations,
} from './hand-off.store.ts'
import { leadsToEvent, type Verdict } from './match-events.ts'
import { isRefusedStatement } from './refused-statement.ts'

/** In one statement (a2 §2.13); a large batch takes several. */
const HAND_OFFS_AT_ONCE = 200

export type HandOffNeeds = Pick<Kernel, 'db' | 'clock' | 'ids' | 'log'> & { config: { RUN_DEADLINE_MINUTES: number } }

/** What is handed off together or not at all: the verdicts of one ledger row, of one polled event, of one firing. */
export interface Wanted {
  /** Tells them apart within one call. */
  key: string
  /** The ledger row; null for what was polled or fired by the clock. */
  inboxId: string | null
  traceId: string
  verdicts: Verdict[]
}

export interface HandOffResult {
  byVerdict: Map<Verdict, HandedOff>
  /** Keys of those whose events the database refuses; they come alone again later. */
  refused: Set<string>
}

/**
 * Starts the runs of a whole batch, in one statement unless there are very many. When the database refuses what is in it, each ledger row is
 * tried alone, so that one poisonous event does not hold up the others. Throws when the database is away; with `audit`,
 * the entry of the one run that a person asked for, also when it refuses.
 */
export async function handOff(
  needs: HandOffNeeds,
  input: { wanted: Wanted[]; audit?: AuditRow },
): Promise<HandOffResult> {
  const named = input.wanted.flatMap((row) =>
    row.verdicts.filter(leadsToEvent).map((verdict) => ({ verdict, candidate: candidateOf(needs, row, verdict) })),
  )
  const refused = new Set<string>()
  const results: HandedOff[] = []
  for (const wave of wavesOf(named.map(({ candidate }) => candidate))) {
    results.push(...(await statementsOf(needs, wave, { refused, audit: input.audit ?? null })))
  }
  const byEvent = new Map(results.map((result) => [result.eventId, result]))
  const byVerdict = new Map<Verdict, HandedOff>()
  for (const { verdict, candidate } of named) {
    const result = byEvent.get(candidate.eventId)
    if (result) byVerdict.set(verdict, result)
  }
  return { byVerdict, refused }
}

/**
 * Leaves a trace of events that the database refuses, once nobody tries them any more: a skipped event of each trigger
 * that wanted one, without what was refused (a2 §2.8). Throws when the database is away.
 */
export async function recordRefused(needs: HandOffNeeds, input: { wanted: Wanted[] }): Promise<void> {
  const refused = input.wanted.flatMap((row) =>
    row.verdicts.filter(leadsToEvent).map((verdict) => candidateOf(needs, row, verdict)),
  )
  for (let start = 0; start < refused.length; start += HAND_OFFS_AT_ONCE) {
    const candidates = refused.slice(start, start + HAND_OFFS_AT_ONCE)
    await recordRefusedAcrossOrganizations(needs.db, { candidates, now: needs.clock.now() })
  }
}

type Keyed = Candidate & { key: string }

function candidateOf(needs: HandOffNeeds, row: Wanted, { trigger, event, decision }: Verdict): Keyed {
  return {
    eventId: needs.ids.next(),
    runId: needs.ids.next(),
    runEventId: needs.ids.next(),
    outboxId: needs.ids.next(),
    organizationId: trigger.organizationId,
    triggerId: trigger.id,
    key: row.key,
    inboxId: row.inboxId,
    traceId: row.traceId,
    event,
    disabled: decision === 'automation_disabled',
  }
}

/** What may repeat another of them is asked after it: a statement does not see what it writes itself. */
function wavesOf(candidates: Keyed[]): Keyed[][] {
  const waves: Keyed[][] = []
  let left = candidates
  while (left.length > 0) {
    const wave: Keyed[] = []
    const rest: Keyed[] = []
    const own = new Set<string>()
    const earlier = new Set<string>()
    for (const candidate of left) {
      const [key, ...others] = keysOf(candidate)
      const repeats = earlier.has(key) || others.some((other) => own.has(other))
      if (repeats) rest.push(candidate)
      else {
        wave.push(candidate)
        own.add(key)
        for (const other of others) earlier.add(other)
      }
    }
    waves.push(wave)
    left = rest
  }
  return waves
}

/** The key of an event for its trigger, and those under which it may be recorded already. */
function keysOf({ triggerId, event }: Keyed): [string, ...string[]] {
  const others = (event.earlierKeys ?? []).filter((key) => key !== event.dedupKey)
  return [`${triggerId} ${event.dedupKey}`, ...others.map((key) => `${triggerId} ${key}`)]
}

async function statementsOf(
  needs: HandOffNeeds,
  candidates: Keyed[],
  told: { refused: Set<string>; audit: AuditRow | null },
): Promise<HandedOff[]> {
  if (candidates.length === 0) return []
  const now = needs.clock.now()
  const deadlineAt = later(now, needs.config.RUN_DEADLINE_MINUTES * MINUTE_MS)
  if (candidates.length > HAND_OFFS_AT_ONCE) {
    const results: HandedOff[] = []
    for (let start = 0; start < candidates.length; start += HAND_OFFS_AT_ONCE) {
      results.push(...(await statementsOf(needs, candidates.slice(start, start + HAND_OFFS_AT_ONCE), told)))
    }
    return results
  }
  try {
    return await handOffAcrossOrganizations(needs.db, { candidates, now, deadlineAt, audit: told.audit })
  } catch (error) {
    if (told.audit || !isRefusedStatement(error)) throw error
    const rows = Map.groupBy(candidates, ({ key }) => key)
    if (rows.size > 1) {
      const results: HandedOff[] = []
      for (const alone of rows.values()) results.push(...(await statementsOf(needs, alone, told)))
      return results
    }
    for (const key of rows.keys()) told.refused.add(key)
    needs.log.error('delivery.run_create_failed', { keys: [...rows.keys()], error: describeError(error) })
    return []
  }
}
