import { z } from 'zod'
import { Id, Instant } from '#schema/contracts/common'
import { Filter } from '#schema/contracts/filters'

/** What can wake an automation: external services, webhooks of anybody, the clock, a person. */
export const TriggerProvider = z.enum([
  'github',
  'linear',
  'sentry',
  'jira',
  'slack',
  'posthog',
  'gmail',
  'custom',
  'scheduled',
  'manual',
])
export type TriggerProvider = z.infer<typeof TriggerProvider>

/** Those that send webhooks. */
export const WebhookProvider = TriggerProvider.extract([
  'github',
  'linear',
  'sentry',
  'jira',
  'slack',
  'posthog',
  'custom',
])
export type WebhookProvider = z.infer<typeof WebhookProvider>

export const TriggerMechanism = z.enum(['webhook', 'polling', 'scheduled', 'manual'])
export type TriggerMechanism = z.infer<typeof TriggerMechanism>

/** One external event in the words all integration modules share (a2 §2.3). */
export const NormalizedEvent = z.object({
  provider: z.string(),
  eventType: z.string(),
  providerEventType: z.string(),
  occurredAt: Instant,
  dedupKey: z.string().min(1).max(500),
  /** Keys under which the same event may have been recorded before; such an event is a duplicate too. */
  earlierKeys: z.array(z.string().min(1).max(500)).max(5).optional(),
  title: z.string().min(1).max(500),
  url: z.string().nullable(),
  context: z.record(z.string(), z.unknown()),
})
export type NormalizedEvent = z.infer<typeof NormalizedEvent>

/** The WHEN block of an automation. */
export const Trigger = z.object({
  id: Id,
  automationId: Id,
  provider: TriggerProvider,
  triggerType: TriggerMechanism,
  eventType: z.string(),
  config: z.record(z.string(), z.unknown()),
  /** An expression over the event that must be true besides; null: none. */
  filter: Filter.nullable(),
  /** The one integration it listens to; null: every one of its provider. */
  integrationId: Id.nullable(),
  /** How often the provider is asked; null where it is not. */
  pollingIntervalSeconds: z.number().int().nullable(),
  /** The provider's id of a registration that expires; it is renewed daily. */
  externalWebhookId: z.string().nullable(),
  enabled: z.boolean(),
  /** Where the provider sends what is for this trigger alone; null where there is no such address. */
  webhook: z.object({ endpointId: Id, path: z.string(), signatureRequired: z.boolean() }).nullable(),
  /** When it fires; null where the clock has no part in it. */
  schedule: z.object({ id: Id, cronExpression: z.string(), timezone: z.string() }).nullable(),
  /** The person who made it, and may change it as a member; null: the product itself. */
  createdBy: z.string().nullable(),
  createdAt: Instant,
  updatedAt: Instant,
})
export type Trigger = z.infer<typeof Trigger>

/** A trigger as lists show it: with what changes by itself. */
export const TriggerListItem = Trigger.extend({
  integration: z.object({ id: Id, displayName: z.string().nullable(), status: z.string() }).nullable(),
  /** How polling goes; null where there is none, or the trigger is off. */
  pollGroup: z
    .object({ id: Id, lastPolledAt: Instant.nullable(), nextPollAt: Instant, lastError: z.string().nullable() })
    .nullable(),
  /** When its schedule fires next. */
  nextRunAt: Instant.nullable(),
  /** Events whose run has not begun. */
  pendingEventCount: z.number().int(),
})
export type TriggerListItem = z.infer<typeof TriggerListItem>

const PollingInterval = z.number().int().min(60).max(86_400)
const ExternalWebhookId = z.string().trim().min(1).max(200)

export const CreateTrigger = z.strictObject({
  automationId: Id,
  provider: TriggerProvider,
  /** The first mechanism of the event type when left out. */
  triggerType: TriggerMechanism.optional(),
  eventType: z.string().min(1).max(100),
  config: z.record(z.string(), z.unknown()).default({}),
  filter: Filter.nullable().default(null),
  integrationId: Id.nullable().default(null),
  /** The provider's default when left out. */
  pollingIntervalSeconds: PollingInterval.optional(),
  externalWebhookId: ExternalWebhookId.nullable().default(null),
  enabled: z.boolean().default(true),
})
export type CreateTrigger = z.infer<typeof CreateTrigger>

/** The secret of a trigger's own address is told this once. */
export const CreatedTrigger = Trigger.extend({ webhookSecret: z.string().nullable() })
export type CreatedTrigger = z.infer<typeof CreatedTrigger>

/** What is left out stays as it is; the provider and how its events come about never change. */
export const UpdateTrigger = z.strictObject({
  eventType: z.string().min(1).max(100).optional(),
  config: z.record(z.string(), z.unknown()).optional(),
  filter: Filter.nullable().optional(),
  integrationId: Id.nullable().optional(),
  pollingIntervalSeconds: PollingInterval.optional(),
  externalWebhookId: ExternalWebhookId.nullable().optional(),
  enabled: z.boolean().optional(),
})
export type UpdateTrigger = z.infer<typeof UpdateTrigger>

/** Running an automation by hand. */
export const RunAutomation = z.strictObject({
  /** What the run is called; the automation's name when left out. */
  title: z.string().trim().min(1).max(300).optional(),
  /** What the agent is told besides its instructions. */
  input: z.string().max(20_000).default(''),
})
export type RunAutomation = z.infer<typeof RunAutomation>
export const StartedRun = z.object({ runId: Id, triggerEventId: Id })
export type StartedRun = z.infer<typeof StartedRun>

export const TriggerEventStatus = z.enum(['queued', 'processing', 'completed', 'failed', 'skipped'])
export type TriggerEventStatus = z.infer<typeof TriggerEventStatus>

/** One event that a trigger wanted, with the run that it started. */
export const TriggerEvent = z.object({
  id: Id,
  title: z.string(),
  url: z.string().nullable(),
  eventType: z.string(),
  dedupKey: z.string(),
  status: TriggerEventStatus,
  skipReason: z.string().nullable(),
  occurredAt: Instant,
  createdAt: Instant,
  runId: Id.nullable(),
  /** The session that its run works in, once it has one. */
  sessionId: Id.nullable().default(null),
  /** The delivery it came in; null for polled and scheduled events, and when the delivery was thrown out. */
  inboxId: Id.nullable(),
})
export type TriggerEvent = z.infer<typeof TriggerEvent>

/** A trigger and, where they are asked for, what became of its events: the latest of them, and how many there are. */
export const TriggerDetail = Trigger.extend({
  events: z
    .object({ recent: z.array(TriggerEvent), counts: z.record(TriggerEventStatus, z.number().int()) })
    .optional(),
})
export type TriggerDetail = z.infer<typeof TriggerDetail>

/** Where a provider sends its webhooks for one organization. The secret is shown once, when the endpoint is made. */
export const WebhookEndpoint = z.object({
  id: Id,
  provider: WebhookProvider,
  path: z.string(),
  createdAt: Instant,
})
export type WebhookEndpoint = z.infer<typeof WebhookEndpoint>

export const CreateWebhookEndpoint = z.strictObject({ provider: WebhookProvider })

/** For so long an old secret verifies beside the new one, unless told otherwise: a day. */
export const DEFAULT_OVERLAP_SECONDS = 86_400

export const RotateWebhookEndpoint = z.strictObject({
  /** For so long the old secret verifies too; 0: it stops at once. */
  overlapSeconds: z.number().int().min(0).max(604_800).default(DEFAULT_OVERLAP_SECONDS),
})
export const WebhookEndpointWithSecret = WebhookEndpoint.extend({
  secret: z.string(),
  /** Copies at the edge could not be replaced: they take the old secret too, for up to an hour. The new one is valid. */
  areCopiesStale: z.boolean().default(false),
})
