import type { Delivery } from '#schema/contracts/deliveries'
import type { DeliveriesSearch } from './deliveries-search.ts'

/** What the services themselves call what they send most. */
const USUAL: Record<string, readonly string[]> = {
  github: ['check_run', 'issue_comment', 'issues', 'pull_request', 'push', 'workflow_run'],
  linear: ['Comment', 'Issue'],
  sentry: ['error', 'event_alert', 'issue', 'metric_alert'],
}

/** Events to choose from: the usual ones of the provider, those of the loaded rows, and what is chosen already. */
export function knownEvents({ provider, event }: DeliveriesSearch, deliveries: readonly Delivery[]): string[] {
  const usual = provider === undefined ? Object.values(USUAL).flat() : (USUAL[provider] ?? [])
  const seen = deliveries.map(({ eventType }) => eventType)
  return [...new Set([...usual, ...seen, ...(event === undefined ? [] : [event])])].sort((a, b) => a.localeCompare(b))
}
