import { z } from 'zod'
import { Id, Instant } from '#schema/contracts/common'

export const DeliveryStatus = z.enum(['queued', 'processing', 'completed', 'failed'])
export type DeliveryStatus = z.infer<typeof DeliveryStatus>

/** Why a trigger did or did not start a run for one event of a delivery. */
export const TriggerDecision = z.object({
  triggerId: Id,
  automationId: Id,
  automationName: z.string(),
  decision: z.enum(['matched', 'duplicate', 'not_matched', 'automation_disabled', 'invalid_config']),
  /** A sentence a person can act on, for example "label agent is missing". */
  reason: z.string().nullable(),
  eventTitle: z.string(),
  runId: Id.nullable(),
})
export type TriggerDecision = z.infer<typeof TriggerDecision>

/** What became of a delivery, once it was processed. */
export const DeliveryOutcome = z.object({
  events: z.number().int(),
  matched: z.number().int(),
  created: z.number().int(),
  duplicates: z.number().int(),
  /** Set when nothing could match at all: `unsupported_event`, `no_trigger`, `invalid_json`. */
  reason: z.string().nullable(),
  decisions: z.array(TriggerDecision),
})
export type DeliveryOutcome = z.infer<typeof DeliveryOutcome>

/** One row of the delivery ledger. Only verified deliveries are stored. */
export const Delivery = z.object({
  id: Id,
  provider: z.string(),
  endpointId: Id,
  deliveryId: z.string(),
  eventType: z.string(),
  status: DeliveryStatus,
  attempt: z.number().int(),
  receivedAt: Instant,
  processedAt: Instant.nullable(),
  /** Stable code of a failure, for example `invalid_json`. */
  error: z.string().nullable(),
  outcome: DeliveryOutcome.nullable(),
})
export type Delivery = z.infer<typeof Delivery>

/** One row with what was received. */
export const DeliveryDetail = Delivery.extend({
  headers: z.record(z.string(), z.string()),
  /** The parsed body; null when it is too large to show here, or not JSON. */
  payload: z.unknown(),
})
export type DeliveryDetail = z.infer<typeof DeliveryDetail>
