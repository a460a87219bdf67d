import type { IntegrationModule } from '../../contract.ts'
import { jsonText } from './json-text.ts'
import { parseCustom } from './parse.ts'
import { verifyCustom } from './signature.ts'
import { customTriggerTypes, takesUnsigned } from './trigger-types.ts'

const EVENT_NAME = /^[\w.:/ -]{1,60}$/

/** A webhook of anybody: any JSON, at an address per trigger, signed or not. */
export const custom: IntegrationModule = {
  meta: { id: 'custom', name: 'Webhook', description: 'Anything that can send an HTTP request.' },
  triggers: {
    types: customTriggerTypes,
    webhook: {
      addresses: ['trigger'],
      verify: verifyCustom,
      identify: (headers) => {
        const named = headers['x-event-type'] ?? headers['x-event-name'] ?? ''
        return { eventType: EVENT_NAME.test(named) ? named : 'webhook', deliveryId: null }
      },
      keptHeaders: [
        'content-type',
        'user-agent',
        'x-event-name',
        'x-event-type',
        'x-request-id',
      ],
      acknowledged: [],
      jsonText,
      takesUnsigned,
      parse: parseCustom,
    },
  },
}
