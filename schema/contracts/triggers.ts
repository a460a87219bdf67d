import { z } from 'zod'
import { Id, Instant } from '#schema/contracts/common'

/** External services whose webhooks are understood. */
export const WebhookProvider = z.enum(['github'])
export type WebhookProvider = z.infer<typeof WebhookProvider>

/** One external event in the words all integration modules share (a2 §2.3). */
export const NormalizedEvent = z.object({
  provider: z.string(),
  eventType: z.string(),
  providerEventType: z.string(),
  occurredAt: Instant,
  dedupKey: z.string().min(1).max(500),
  title: z.string().min(1).max(500),
  url: z.string().nullable(),
  context: z.record(z.string(), z.unknown()),
})
export type NormalizedEvent = z.infer<typeof NormalizedEvent>

/** The WHEN block of an automation. */
export const Trigger = z.object({
  id: Id,
  automationId: Id,
  provider: WebhookProvider,
  eventType: z.string(),
  config: z.record(z.string(), z.unknown()),
  enabled: z.boolean(),
  createdAt: Instant,
})
export type Trigger = z.infer<typeof Trigger>

export const CreateTrigger = z.strictObject({
  automationId: Id,
  provider: WebhookProvider,
  eventType: z.string().min(1).max(100),
  config: z.record(z.string(), z.unknown()).default({}),
  enabled: z.boolean().default(true),
})
export type CreateTrigger = z.infer<typeof CreateTrigger>

/** What is left out stays as it is; provider and event type never change. */
export const UpdateTrigger = z.strictObject({
  config: z.record(z.string(), z.unknown()).optional(),
  enabled: z.boolean().optional(),
})
export type UpdateTrigger = z.infer<typeof UpdateTrigger>

/** Where a provider sends its webhooks for one organization. The secret is shown once, when the endpoint is made. */
export const WebhookEndpoint = z.object({
  id: Id,
  provider: WebhookProvider,
  path: z.string(),
  createdAt: Instant,
})
export type WebhookEndpoint = z.infer<typeof WebhookEndpoint>

export const CreateWebhookEndpoint = z.strictObject({ provider: WebhookProvider })
export const WebhookEndpointWithSecret = WebhookEndpoint.extend({ secret: z.string() })
