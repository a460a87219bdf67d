import type { IntegrationModule } from '../../contract.ts'
import { parsePosthog } from './parse.ts'
import { verifyPosthog } from './signature.ts'
import { posthogTriggerTypes, takesUnsigned } from './trigger-types.ts'

/** PostHog: a webhook destination per trigger, which may carry a signature or the secret itself. */
export const posthog: IntegrationModule = {
  meta: { id: 'posthog', name: 'PostHog', description: 'Events and actions of your product.' },
  triggers: {
    types: posthogTriggerTypes,
    webhook: {
      addresses: ['trigger'],
      verify: verifyPosthog,
      identify: () => ({ eventType: 'event', deliveryId: null }),
      keptHeaders: ['content-type', 'user-agent'],
      acknowledged: [],
      jsonText: (body) => body,
      takesUnsigned,
      parse: parsePosthog,
    },
  },
}
