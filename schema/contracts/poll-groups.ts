import { z } from 'zod'
import { Id, Instant } from '#schema/contracts/common'
import { TriggerProvider } from '#schema/contracts/triggers'

/** How the polling of one integration goes: one call per cycle, however many triggers listen. */
export const PollGroup = z.object({
  id: Id,
  provider: TriggerProvider,
  integrationId: Id.nullable(),
  integrationName: z.string().nullable(),
  intervalSeconds: z.number().int(),
  triggerCount: z.number().int(),
  /** Null before the first poll, which only takes a baseline. */
  lastPolledAt: Instant.nullable(),
  nextPollAt: Instant,
  consecutiveFailures: z.number().int(),
  lastError: z.string().nullable(),
})
export type PollGroup = z.infer<typeof PollGroup>
