import type { DeliveryDetail } from '#schema/contracts/deliveries'
import { aDecision, aDelivery, minutesAgo } from './api-data.ts'

/** The outcome of a delivery that started a run. */
export const STARTED = { events: 1, matched: 1, created: 1, duplicates: 0, reason: null, decisions: [] }

/** One that started a run, one that matched nothing, one that failed, one of another service. */
export function fourDeliveries(): DeliveryDetail[] {
  const decisions = [aDecision()]
  return [
    aDelivery(304, { outcome: { ...STARTED, decisions: [aDecision({ decision: 'matched', reason: null })] } }),
    aDelivery(303, { outcome: { ...STARTED, matched: 0, created: 0, decisions }, eventType: 'issue_comment' }),
    aDelivery(302, { status: 'failed', error: 'invalid_json', outcome: null, payload: null, eventType: 'push' }),
    aDelivery(301, { provider: 'linear', eventType: 'Issue', receivedAt: minutesAgo(3 * 1_440) }),
  ]
}
