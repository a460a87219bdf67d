import { z } from 'zod'
import { triggerType, type TriggerType } from '../../contract.ts'
import { kindRefusal, matchUnless } from '../common/refusals.ts'

const CustomConfig = z.strictObject({
  requireSignature: z.boolean().optional().meta({
    title: 'Require a signature',
    description:
      'Refuse deliveries without a signature (hex HMAC-SHA256 of the body). A wrong signature is always refused.',
  }),
})

/** Whatever arrives at the address of the trigger. */
export const customTriggerTypes: TriggerType[] = [
  triggerType({
    id: 'webhook_received',
    title: 'Webhook received',
    description: 'Anybody who knows its address sends something to it.',
    schema: CustomConfig,
    matches: (event) => matchUnless(kindRefusal(event.eventType, ['webhook_received'])),
  }),
]

const Strict = z.object({ requireSignature: z.literal(true) })

/** The address alone is enough unless the trigger says otherwise: many senders cannot sign (a2 §2.4). */
export const takesUnsigned = (config: Record<string, unknown>) => !Strict.safeParse(config).success
