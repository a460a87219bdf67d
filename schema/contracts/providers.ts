import { z } from 'zod'
import { TriggerMechanism, TriggerProvider } from '#schema/contracts/triggers'

/** One event that a trigger can listen to; `configSchema` is a JSON Schema whose titles and descriptions make a form. */
export const TriggerTypeInfo = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  mechanisms: z.array(TriggerMechanism),
  configSchema: z.record(z.string(), z.unknown()),
})
export type TriggerTypeInfo = z.infer<typeof TriggerTypeInfo>

/** What can wake an automation. */
export const Provider = z.object({
  id: TriggerProvider,
  name: z.string(),
  description: z.string(),
  /** Whether an integration with it is made by a credential that it gave out. */
  takesCredential: z.boolean(),
  /** Where its webhooks arrive; empty where it sends none. */
  webhookAddresses: z.array(z.enum(['app', 'organization', 'trigger'])),
  polling: z
    .object({
      defaultIntervalSeconds: z.number().int(),
      minIntervalSeconds: z.number().int(),
      /** Whether it takes a connected integration. */
      needsToken: z.boolean(),
    })
    .nullable(),
  triggerTypes: z.array(TriggerTypeInfo),
})
export type Provider = z.infer<typeof Provider>
