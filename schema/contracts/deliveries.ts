import { z } from 'zod'
import { Id, Instant } from '#schema/contracts/common'
import { RunStatus } from '#schema/contracts/runs'
import { TriggerProvider } from '#schema/contracts/triggers'

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
  /** How many further decisions there were, where there were too many to keep. */
  omitted: z.number().int().positive().optional(),
})
export type DeliveryOutcome = z.infer<typeof DeliveryOutcome>

/** How a delivery came in: at an endpoint, at an app's URL, through a broker, or again on a person's wish. */
export const DeliveryIngress = z.enum(['endpoint', 'app', 'nango', 'replay'])
/** What made it credible: a signature, one by the secret before the last rotation, nothing where nothing is required. */
export const DeliveryVerification = z.enum(['signature', 'previous_secret', 'unsigned'])

/** One row of the delivery ledger. Only verified deliveries are stored. */
export const Delivery = z.object({
  id: Id,
  provider: z.string(),
  ingress: DeliveryIngress,
  /** Null for what came through an app or a broker. */
  endpointId: Id.nullable(),
  /** The delivery that this one repeats. */
  replayOf: Id.nullable(),
  deliveryId: z.string(),
  eventType: z.string(),
  status: DeliveryStatus,
  attempt: z.number().int(),
  /** Of a replay: when the delivery that it repeats was received. */
  receivedAt: Instant,
  processedAt: Instant.nullable(),
  /** Stable code of a failure, for example `invalid_json`. */
  error: z.string().nullable(),
  outcome: DeliveryOutcome.nullable(),
})
export type Delivery = z.infer<typeof Delivery>

/** One row with what was received, and what followed from it. */
export const DeliveryDetail = Delivery.extend({
  headers: z.record(z.string(), z.string()),
  /** The parsed body; null when it is too large to show here, or not JSON. */
  payload: z.unknown(),
  verification: DeliveryVerification,
  /** What it says that it belongs to; null where its address says that. */
  identity: z
    .object({ kind: z.enum(['trigger', 'integration', 'connection']), value: z.string(), integrationId: Id.nullable() })
    .nullable(),
  traceId: z.string(),
  nextAttemptAt: Instant.nullable(),
  /** Runs that it started, and that earlier deliveries of the same events did not. */
  runs: z.array(z.object({ id: Id, status: RunStatus, triggerId: Id.nullable(), title: z.string() })),
  /** Its replays, newest first. */
  replays: z.array(z.object({ id: Id, status: DeliveryStatus, receivedAt: Instant })),
})
export type DeliveryDetail = z.infer<typeof DeliveryDetail>

/** What became of a delivery, for finding it: it started a run, only repeated events, matched nothing, or failed. */
export const DeliveryResult = z.enum(['started', 'duplicate', 'not_matched', 'failed'])
export type DeliveryResult = z.infer<typeof DeliveryResult>

export const DeliveryFilter = z.object({
  status: DeliveryStatus.optional(),
  result: DeliveryResult.optional(),
  provider: TriggerProvider.optional(),
  eventType: z.string().min(1).max(100).optional(),
  /** A trigger that was asked about it. */
  triggerId: Id.optional(),
  /** Received at or after. */
  from: Instant.optional(),
  /** Received before. */
  to: Instant.optional(),
  /** Part of its id at the sender, of its event, of what it was about, or of its body. */
  q: z.string().trim().min(1).max(200).optional(),
})
export type DeliveryFilter = z.infer<typeof DeliveryFilter>

/** Replays of many at once are for a stretch of time; more than a thousand are refused. */
export const ReplayDeliveries = z
  .strictObject({ ...DeliveryFilter.shape, from: Instant, to: Instant })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { path: ['to'], message: 'must be after from' })
export type ReplayDeliveries = z.infer<typeof ReplayDeliveries>
export const ReplayedDeliveries = z.object({ replayed: z.number().int() })
