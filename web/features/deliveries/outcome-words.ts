import type { Delivery, DeliveryOutcome, TriggerDecision } from '#schema/contracts/deliveries'
import { counted } from '../../ui/format.ts'

/** What stands in `error` of a delivery that failed or is tried again, for people. */
export const ERRORS: Record<string, string> = {
  invalid_json: 'The body is not valid JSON',
  invalid_payload: 'The body does not look like this kind of event',
  too_many_attempts: 'Given up after too many attempts',
  unknown_provider: 'This service is not supported',
  body_missing: 'The body is no longer stored',
  hydrate_failed: 'The service did not answer when it was asked for details',
  run_create_failed: 'The run could not be created',
  interrupted: 'Processing was interrupted',
  'integration.not_active': 'The connection does not work any more; connect it again',
  'integration.not_found': 'The connection is not there any more',
  'provider.forbidden': 'The connection lacks a permission to ask the service for details',
  'provider.rate_limited': 'The service asked to be left alone for a while',
  'provider.unauthorized': 'The service does not accept the credential of the connection any more',
  'provider.unavailable': 'The service did not answer as it should',
}

/** What stands in `outcome.reason` when nothing could match at all. */
export const REASONS: Record<string, string> = {
  unsupported_event: 'Nothing to do: events of this kind start no runs',
  no_trigger: 'No automation listens to this kind of event',
  no_integration: 'It belongs to no connection of this organization',
  ambiguous_integration: 'Several connections of this organization match it',
  connection_changed: 'It reported a change of the connection, which was recorded',
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
  if (outcome.reason !== null) return reasonInWords(outcome.reason)
  if (outcome.duplicates > 0) return 'Seen before: an earlier delivery of the same event was handled'
  const [decision, ...others] = outcome.decisions
  if (decision === undefined) return 'No automation listens to this kind of event'
  if (others.length === 0) return `No run: ${decision.reason === null ? DECISIONS[decision.decision].toLowerCase() : reasonInWords(decision.reason)}`
  return `No run: none of ${counted(outcome.decisions.length, 'automation')} matched`
}

/** What it was about, where that is known: the events that were read from it. */
export function aboutOf({ outcome }: Pick<Delivery, 'outcome'>): string | null {
  const titles = new Set(outcome?.decisions.map(({ eventTitle }) => eventTitle))
  const [title] = titles
  if (title === undefined) return null
  return titles.size === 1 ? title : `${title} and ${counted(titles.size - 1, 'other')}`
}

/** Why it failed, or has to be tried again. */
export const errorInWords = (error: string) => ERRORS[error] ?? readable(error)

/** Why nothing followed; most reasons are sentences already. */
export const reasonInWords = (reason: string) => REASONS[reason] ?? readable(reason)

const CODE = /^[a-z]+([._][a-z]+)+$/

/** A code that this page does not know, as words: `database.is_away` becomes `Database is away`. */
function readable(text: string): string {
  if (!CODE.test(text)) return text
  const words = text.replaceAll(/[._]/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** What one automation decided about one event, as a label. */
export const DECISIONS: Record<TriggerDecision['decision'], string> = {
  matched: 'Matched',
  duplicate: 'Duplicate',
  not_matched: 'Not matched',
  automation_disabled: 'Automation is off',
  invalid_config: 'Conditions are not valid',
}
