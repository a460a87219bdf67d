import type { Delivery, DeliveryOutcome, TriggerDecision } from '#schema/contracts/deliveries'
import { counted } from '../../ui/format.ts'

/** What stands in `error` of a delivery that failed, for people. */
const ERRORS: Record<string, string> = {
  invalid_json: 'The body is not valid JSON',
  invalid_payload: 'The body does not have the form this event has',
  too_many_attempts: 'Given up after too many attempts',
  unknown_provider: 'Nobody here reads what this service sends',
  body_missing: 'The body is no longer stored',
  hydrate_failed: 'The service did not answer when it was asked for details',
  run_create_failed: 'The run could not be created',
  interrupted: 'Processing was interrupted',
}

/** What stands in `outcome.reason` when nothing could match at all. */
const REASONS: Record<string, string> = {
  unsupported_event: 'Nothing to do: events of this kind start no runs',
  no_trigger: 'No automation listens to this kind of event',
  no_integration: 'No connection of this organization is what it is about',
  ambiguous_integration: 'Several connections could be what it is about',
  connection_changed: 'It told of a change of the connection, which was noted',
  ...ERRORS,
}

/** What became of a delivery, in one sentence. */
export function outcomeInWords(delivery: Delivery): string {
  if (delivery.status === 'queued') {
    return delivery.error === null ? 'Waiting to be processed' : `Will be tried again: ${errorInWords(delivery.error)}`
  }
  if (delivery.status === 'processing') return 'Being processed'
  if (delivery.status === 'failed') return errorInWords(delivery.error ?? 'failed')
  return delivery.outcome === null ? 'Processed' : verdictInWords(delivery.outcome)
}

function verdictInWords(outcome: DeliveryOutcome): string {
  if (outcome.created > 0) return `Started ${counted(outcome.created, 'run')}`
  if (outcome.reason !== null) return REASONS[outcome.reason] ?? outcome.reason
  if (outcome.duplicates > 0) return 'Seen before: an earlier delivery of the same event was handled'
  const [decision, ...others] = outcome.decisions
  if (decision === undefined) return 'No automation listens to this kind of event'
  if (others.length === 0) return `No run: ${decision.reason ?? DECISIONS[decision.decision].toLowerCase()}`
  return `No run: none of ${counted(outcome.decisions.length, 'automation')} matched`
}

/** What it was about, where that is known: the events that were read from it. */
export function aboutOf({ outcome }: Pick<Delivery, 'outcome'>): string | null {
  const titles = new Set(outcome?.decisions.map(({ eventTitle }) => eventTitle))
  const [title] = titles
  if (title === undefined) return null
  return titles.size === 1 ? title : `${title} and ${counted(titles.size - 1, 'other')}`
}

export function errorInWords(error: string): string {
  return ERRORS[error] ?? error
}

/** What one automation decided about one event, as a label. */
export const DECISIONS: Record<TriggerDecision['decision'], string> = {
  matched: 'Matched',
  duplicate: 'Duplicate',
  not_matched: 'Not matched',
  automation_disabled: 'Automation is off',
  invalid_config: 'Conditions are not valid',
}
