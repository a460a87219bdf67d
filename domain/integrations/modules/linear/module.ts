import type { IntegrationModule } from '../../contract.ts'
import { matching } from '../common/reading.ts'
import { describeLinear, hydrateLinear } from './hydrate.ts'
import { linearConnection, linearIdentity, parseLinear } from './parse.ts'
import { pollLinear } from './poll.ts'
import { verifyLinear } from './signature.ts'
import { linearTriggerTypes } from './trigger-types.ts'

/** Linear: webhooks of an app or a workspace, or issues asked for now and then. */
export const linear: IntegrationModule = {
  meta: { id: 'linear', name: 'Linear', description: 'Issues and comments of your teams.' },
  describeAccount: describeLinear,
  triggers: {
    types: linearTriggerTypes,
    webhook: {
      addresses: ['app', 'organization'],
      verify: verifyLinear,
      identify: (headers) => ({
        eventType: matching(/^[A-Za-z]{1,60}$/, headers['linear-event']) ?? 'unknown',
        deliveryId: matching(/^[\w.:-]{1,200}$/, headers['linear-delivery']),
      }),
      keptHeaders: ['content-type', 'user-agent', 'linear-delivery', 'linear-event'],
      acknowledged: [],
      jsonText: (body) => body,
      parse: parseLinear,
      identity: linearIdentity,
      connection: linearConnection,
    },
    polling: { defaultIntervalSeconds: 60, minIntervalSeconds: 60, needsToken: true, poll: pollLinear },
    hydrate: hydrateLinear,
  },
}
