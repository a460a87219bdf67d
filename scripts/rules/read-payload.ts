import { z } from 'zod'
import { systemDigest } from '../../adapters/crypto/digest.ts'
import { findIntegrationModule } from '../../domain/integrations/registry.ts'
import { contentIdOf } from '../../domain/triggers/endpoints/content-id.ts'
import { type HashedBody, readBody } from '../../domain/triggers/inbox/read-body.ts'
import { type Reading, readRow } from '../../domain/triggers/inbox/read-row.ts'
import { Instant } from '../../schema/contracts/common.ts'
import type { NormalizedEvent } from '../../schema/contracts/triggers.ts'
import { Refused } from './rule.ts'

/** What arrives from a provider. */
export const Received = z
  .strictObject({
    module: z.string().meta({ description: 'The provider, for example github.' }),
    payload: z.unknown().optional().meta({ description: 'The body as JSON.' }),
    rawBody: z.string().optional().meta({
      description: 'The body as the text that was sent, a form for example, in the place of payload: hashed as it is.',
    }),
    headers: z.record(z.string(), z.string()).default({}).meta({ description: 'As the provider sends them.' }),
    receivedAt: Instant.optional().meta({ description: 'Now when left out.' }),
  })
  .refine(({ payload, rawBody }) => payload !== undefined || rawBody !== undefined, {
    path: ['payload'],
    message: 'is missing; give it, or the text that was sent as rawBody',
  })
  .refine(({ payload, rawBody }) => payload === undefined || rawBody === undefined, {
    path: ['rawBody'],
    message: 'stands in the place of payload; give one of them',
  })
  .meta({ oneOf: [{ required: ['payload'] }, { required: ['rawBody'] }] })
export type Received = z.infer<typeof Received>

/** Nothing is written or fetched here: the body is at hand, and what would be logged is answered. */
const needs = {
  digest: systemDigest,
  blobs: { get: () => Promise.resolve(null), put: () => Promise.resolve(), delete: () => Promise.resolve() },
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
}

/** The events of a payload, or why there are none; as the consumer of deliveries reads it. */
export async function readPayload(input: Received): Promise<{ events: NormalizedEvent[]; reason: string | null }> {
  const reader = findIntegrationModule(input.module)?.triggers.webhook
  if (!reader) throw new Refused([{ path: 'module', message: `there is no ${input.module} that sends webhooks` }])
  const named = Object.entries(input.headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  const headers = Object.fromEntries(named.filter(([name]) => reader.keptHeaders.includes(name)))
  const { eventType, deliveryId } = reader.identify(Object.fromEntries(named))
  const receivedAt = input.receivedAt ?? new Date().toISOString()
  const text = input.rawBody ?? JSON.stringify(input.payload)
  const known: HashedBody = {
    body: input.rawBody === undefined ? { ok: true, payload: input.payload } : readBody(text, reader, headers),
    bodyHash: await systemDigest.sha256(text),
  }
  const row = {
    ...NOBODYS,
    provider: input.module,
    eventType,
    deliveryId: deliveryId ?? (await contentIdOf(systemDigest, text, new Date(receivedAt))),
    headers,
    receivedAt,
  }
  const reading = await readRow(needs, row, known)
  const events = reading.kind === 'events' ? reading.events : []
  return { events, reason: events.length > 0 ? null : whyNone(reading) }
}

/** Whose delivery it is, and how often it was tried, decides nothing here. */
const NOBODYS = {
  id: 'delivery',
  organizationId: null,
  ingress: 'endpoint',
  identity: null,
  payload: null,
  payloadRef: null,
  traceId: '',
  attempt: 1,
  waiting: 0,
}

function whyNone(reading: Reading): string {
  const { eventType } = reading.row
  if (reading.kind !== 'events') {
    if (reading.error === 'invalid_json') return 'the body is not the JSON that its headers promise'
    return `the payload is not one of ${eventType}: ${(reading.kind === 'failed' && reading.detail) || reading.error}`
  }
  if (reading.change !== null) return `${eventType} changes the connection and can start nothing`
  return reading.reason === eventType
    ? `${eventType} is acknowledged and can start nothing`
    : `no trigger can listen to ${eventType}`
}
