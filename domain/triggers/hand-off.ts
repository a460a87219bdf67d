import { later } from '#kernel/clock'
import { MINUTE_MS } from '#kernel/durations'
import { describeError } from '#kernel/errors'
import type { Kernel } from '#kernel/needs'
import { type Candidate, type HandedOff, handOffAcrossOrganizations } from './hand-off.store.ts'
import type { Verdict } from './match-events.ts'
import { isRefusedStatement } from './refused-statement.ts'

export type HandOffNeeds = Pick<Kernel, 'db' | 'clock' | 'ids' | 'log'> & { config: { RUN_DEADLINE_MINUTES: number } }

/** Verdicts of one ledger row that lead to an event. */
export interface Wanted {
  inboxId: string
  traceId: string
  verdicts: Verdict[]
}

export interface HandOffResult {
  byVerdict: Map<Verdict, HandedOff>
  /** Ledger rows whose events the database refuses; they come alone again later. */
  refused: Set<string>
}

/**
 * Starts the runs of a whole batch in one statement. When the database refuses what is in it, each ledger row is
 * tried alone, so that one poisonous event does not hold up the others. Throws when the database is away.
 */
export async function handOff(needs: HandOffNeeds, input: { wanted: Wanted[] }): Promise<HandOffResult> {
  const named = input.wanted.flatMap((row) =>
    row.verdicts.filter(leadsToEvent).map((verdict) => ({ verdict, candidate: candidateOf(needs, row, verdict) })),
  )
  const refused = new Set<string>()
  const results = await statementsOf(needs, named.map(({ candidate }) => candidate), refused)
  const byEvent = new Map(results.map((result) => [result.eventId, result]))
  const byVerdict = new Map<Verdict, HandedOff>()
  for (const { verdict, candidate } of named) {
    const result = byEvent.get(candidate.eventId)
    if (result) byVerdict.set(verdict, result)
  }
  return { byVerdict, refused }
}

const leadsToEvent = ({ decision }: Verdict) => decision === 'matched' || decision === 'automation_disabled'

function candidateOf(needs: HandOffNeeds, row: Wanted, { trigger, event, decision }: Verdict): Candidate {
  return {
    eventId: needs.ids.next(),
    runId: needs.ids.next(),
    runEventId: needs.ids.next(),
    outboxId: needs.ids.next(),
    organizationId: trigger.organizationId,
    triggerId: trigger.id,
    inboxId: row.inboxId,
    traceId: row.traceId,
    event,
    disabled: decision === 'automation_disabled',
  }
}

async function statementsOf(needs: HandOffNeeds, candidates: Candidate[], refused: Set<string>): Promise<HandedOff[]> {
  if (candidates.length === 0) return []
  const now = needs.clock.now()
  const deadlineAt = later(now, needs.config.RUN_DEADLINE_MINUTES * MINUTE_MS)
  try {
    return await handOffAcrossOrganizations(needs.db, { candidates, now, deadlineAt })
  } catch (error) {
    if (!isRefusedStatement(error)) throw error
    const rows = Map.groupBy(candidates, ({ inboxId }) => inboxId)
    if (rows.size > 1) {
      const results: HandedOff[] = []
      for (const alone of rows.values()) results.push(...(await statementsOf(needs, alone, refused)))
      return results
    }
    for (const inboxId of rows.keys()) refused.add(inboxId)
    needs.log.error('delivery.run_create_failed', { inboxIds: [...rows.keys()], error: describeError(error) })
    return []
  }
}
