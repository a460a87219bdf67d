import { z } from 'zod'
import { Id, Instant } from '#schema/contracts/common'
import { DeliveryVerification } from '#schema/contracts/deliveries'
import { WebhookProvider } from '#schema/contracts/triggers'

/** Bodies up to this size travel inside the queue message; larger ones wait in R2 (decision D5). */
export const MAX_INLINE_BODY_BYTES = 96 * 1024
/** Larger bodies are refused with 413 (a2 §2.5). */
export const MAX_BODY_BYTES = 25 * 1024 * 1024

/**
 * A verified webhook on its way from the edge to the ledger. What comes to an app's or a broker's URL says only inside
 * whose it is, and inside is for the consumer to look.
 */
export const DeliveryMessage = z.object({
  v: z.literal(1),
  id: Id,
  ingress: z.enum(['endpoint', 'app', 'nango']).default('endpoint'),
  organizationId: z.string().nullable(),
  endpointId: Id.nullable(),
  /** Set when it is for this trigger alone. */
  triggerId: Id.nullable().default(null),
  provider: z.union([WebhookProvider, z.literal('nango')]),
  verification: DeliveryVerification.default('signature'),
  /** The sender's id of this delivery; a repeat carries the same. */
  deliveryId: z.string().min(1).max(300),
  eventType: z.string().max(100),
  headers: z.record(z.string(), z.string()),
  receivedAt: Instant,
  traceId: z.string(),
  body: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('inline'), bytes: z.instanceof(Uint8Array) }),
    z.object({ kind: z.literal('stored'), key: z.string(), size: z.number().int() }),
  ]),
})
export type DeliveryMessage = z.infer<typeof DeliveryMessage>

/** Asks for what waits in the ledger: what did not fit into the batch that brought it, was put off, or is replayed. */
export const DrainMessage = z.object({ v: z.literal(1), kind: z.literal('drain') })
export type DrainMessage = z.infer<typeof DrainMessage>

/** A poll group that is due. */
export const PollMessage = z.object({
  v: z.literal(1),
  organizationId: z.string(),
  groupId: Id,
  traceId: z.string(),
})
export type PollMessage = z.infer<typeof PollMessage>

/** A step of a run, ready to be taken. Messages carry ids only. */
export const RunMessage = z.object({
  v: z.literal(1),
  kind: z.enum(['enrich', 'execute']),
  organizationId: z.string(),
  runId: Id,
  /** Set when the message came from the outbox, so that the row can be settled. */
  outboxId: Id.nullable(),
  traceId: z.string(),
})
export type RunMessage = z.infer<typeof RunMessage>

/** Sent into every queue to see whether it comes out again (c2, Health); no consumer sees it. */
export const CanaryMessage = z.object({ v: z.literal(1), kind: z.literal('canary'), sentAt: Instant })
export type CanaryMessage = z.infer<typeof CanaryMessage>

const Effect = z.object({
  v: z.literal(1),
  organizationId: z.string(),
  runId: Id,
  outboxId: Id.nullable(),
  traceId: z.string(),
})

/** A side effect that follows a committed state. */
export const EffectMessage = z.discriminatedUnion('kind', [
  Effect.extend({ kind: z.literal('write_artifacts'), artifact: z.enum(['completion', 'enrichment']) }),
  /** The run ended without its session: failed, timed out or canceled. */
  Effect.extend({ kind: z.literal('end_session') }),
])
export type EffectMessage = z.infer<typeof EffectMessage>
