import { z } from 'zod'
import { systemDigest } from '../../adapters/crypto/digest.ts'
import { findIntegrationModule } from '../../domain/integrations/registry.ts'
import { MINUTE_MS } from '../../domain/kernel/durations.ts'
import { Instant } from '../../schema/contracts/common.ts'
import type { NormalizedEvent } from '../../schema/contracts/triggers.ts'
import { Refused } from './rule.ts'

/** What arrives from a provider. */
export const Received = z.strictObject({
  module: z.string().meta({ description: 'The provider, for example github.' }),
  payload: z.unknown().refine((payload) => payload !== undefined, 'is missing'),
  headers: z.record(z.string(), z.string()).default({}).meta({ description: 'As the provider sends them.' }),
  receivedAt: Instant.optional().meta({ description: 'Now when left out.' }),
})
export type Received = z.infer<typeof Received>

/** So long the same bytes count as the same delivery where a provider gives its deliveries no ids. */
const BUCKET_MS = 5 * MINUTE_MS

/** The events of a payload, or why there are none; as the consumer of deliveries reads it. */
export async function readPayload(input: Received): Promise<{ events: NormalizedEvent[]; reason: string | null }> {
  const reader = findIntegrationModule(input.module)?.triggers.webhook
  if (!reader) throw new Refused([{ path: 'module', message: `there is no ${input.module} that sends webhooks` }])
  const named = Object.entries(input.headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  const headers = Object.fromEntries(named)
  const { eventType, deliveryId } = reader.identify(headers)
  if (reader.acknowledged.includes(eventType)) {
    return { events: [], reason: `${eventType} is acknowledged and can start nothing` }
  }
  const receivedAt = input.receivedAt ?? new Date().toISOString()
  const bodyHash = await systemDigest.sha256(JSON.stringify(input.payload))
  const parsed = reader.parse({
    payload: input.payload,
    eventType,
    deliveryId: deliveryId ?? `sha256:${bodyHash}:${Math.floor(Date.parse(receivedAt) / BUCKET_MS)}`,
    headers: Object.fromEntries(named.filter(([name]) => reader.keptHeaders.includes(name))),
    bodyHash,
    receivedAt,
  })
  if (!parsed.ok) return { events: [], reason: `the payload is not one of ${eventType}: ${parsed.detail}` }
  return { events: parsed.events, reason: parsed.events.length > 0 ? null : `no trigger can listen to ${eventType}` }
}
