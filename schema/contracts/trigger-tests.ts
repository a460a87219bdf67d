import { z } from 'zod'
import { Id } from '#schema/contracts/common'
import { Filter } from '#schema/contracts/filters'
import { NormalizedEvent, TriggerProvider } from '#schema/contracts/triggers'

/** What a trigger is tried on: a delivery of the ledger, or a payload as the provider would send it. */
export const TestSource = z.union([
  z.strictObject({ deliveryId: Id }),
  z.strictObject({
    payload: z.unknown(),
    /** As the provider would send them, for example `x-github-event`. */
    headers: z.record(z.string().max(200), z.string().max(4_000)).default({}),
  }),
])
export type TestSource = z.infer<typeof TestSource>

/** A trigger that is not saved yet, and what it is tried on. */
export const TestTriggerDraft = z.strictObject({
  provider: TriggerProvider,
  eventType: z.string().min(1).max(100),
  config: z.record(z.string(), z.unknown()).default({}),
  filter: Filter.nullable().default(null),
  source: TestSource,
})
export type TestTriggerDraft = z.infer<typeof TestTriggerDraft>

export const TestTrigger = z.strictObject({ source: TestSource })

/** What the trigger would do; nothing was started. */
export const TriggerTest = z.object({
  events: z.array(NormalizedEvent),
  /** Why there is no event at all; null when there are some. */
  reason: z.string().nullable(),
  /**
   * True when the service would be asked for what its webhooks leave out, such as labels; it was not, so that filters on
   * these fail here.
   */
  isIncomplete: z.boolean().default(false),
  /** One for each event. */
  decisions: z.array(
    z.object({
      eventTitle: z.string(),
      eventType: z.string(),
      dedupKey: z.string(),
      decision: z.enum(['matched', 'not_matched', 'automation_disabled', 'invalid_config', 'duplicate']),
      reason: z.string().nullable(),
    }),
  ),
})
export type TriggerTest = z.infer<typeof TriggerTest>
