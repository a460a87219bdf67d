import type { DeliveryOutcome, TriggerDecision } from '#schema/contracts/deliveries'
import type { HandedOff } from '../hand-off.store.ts'
import type { Verdict } from '../match-events.ts'

/** An organization with very many triggers still gets a row of bounded size; what matched is named first. */
const MAX_DECISIONS = 100

/** A verdict, and what the hand-off made of it where it came to one. */
export interface Decided {
  verdict: Verdict
  handedOff: HandedOff | null
}

/** What the ledger says of a processed delivery: how often what happened, and per trigger why. */
export function outcomeOf(input: {
  inboxId: string
  events: number
  decided: Decided[]
  reason: string | null
}): DeliveryOutcome {
  const results = input.decided.map((decided) => decisionOf(decided, input.inboxId))
  const count = (decision: TriggerDecision['decision']) => results.filter((one) => one.decision === decision).length
  const told = results.toSorted((a, b) => Number(a.decision === 'not_matched') - Number(b.decision === 'not_matched'))
  return {
    events: input.events,
    matched: count('matched') + count('duplicate'),
    created: count('matched'),
    duplicates: count('duplicate'),
    reason: input.reason,
    decisions: told.slice(0, MAX_DECISIONS),
    ...(told.length > MAX_DECISIONS && { omitted: told.length - MAX_DECISIONS }),
  }
}

/** The outcome of a delivery that could not be understood at all. */
export const emptyOutcome = (reason: string): DeliveryOutcome => ({
  events: 0,
  matched: 0,
  created: 0,
  duplicates: 0,
  reason,
  decisions: [],
})

function decisionOf({ verdict, handedOff }: Decided, inboxId: string): TriggerDecision {
  const { trigger, event } = verdict
  const about = {
    triggerId: trigger.id,
    automationId: trigger.automationId,
    automationName: trigger.automationName,
    eventTitle: event.title,
    runId: handedOff?.runId ?? null,
  }
  if (!handedOff) return { ...about, decision: verdict.decision, reason: verdict.reason }
  if (handedOff.triggerGone) return { ...about, decision: 'not_matched', reason: 'it was removed meanwhile' }
  // The same delivery again, after a consumer died between the hand-off and the end: it did start what is there.
  const ours = handedOff.fresh || handedOff.knownFrom === inboxId
  if (ours) return { ...about, decision: verdict.decision, reason: verdict.reason }
  return { ...about, decision: 'duplicate', reason: 'the same event came in an earlier delivery' }
}
