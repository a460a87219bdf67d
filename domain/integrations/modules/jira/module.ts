import type { IntegrationModule } from '../../contract.ts'
import { matching } from '../common/reading.ts'
import { hydrateJira } from './hydrate.ts'
import { jiraIdentity, parseJira } from './parse.ts'
import { pollJira } from './poll.ts'
import { jiraWebhooks } from './renew.ts'
import { verifyJira } from './signature.ts'
import { describeJira } from './sites.ts'
import { jiraTriggerTypes } from './trigger-types.ts'

/** Jira Cloud: webhooks of a site, or issues asked for now and then. */
export const jira: IntegrationModule = {
  meta: { id: 'jira', name: 'Jira', description: 'Issues and comments of your projects.' },
  describeAccount: describeJira,
  triggers: {
    types: jiraTriggerTypes,
    webhook: {
      addresses: ['app', 'organization'],
      verify: verifyJira,
      // What happened stands in the body alone; the identifier stays the same when a delivery is sent again.
      identify: (headers) => ({
        eventType: 'webhook',
        deliveryId: matching(/^[\w.:-]{1,200}$/, headers['x-atlassian-webhook-identifier']),
      }),
      keptHeaders: [
        'content-type',
        'user-agent',
        'x-atlassian-webhook-flow',
        'x-atlassian-webhook-identifier',
        'x-atlassian-webhook-retry',
      ],
      acknowledged: [],
      jsonText: (body) => body,
      parse: parseJira,
      identity: jiraIdentity,
    },
    polling: { defaultIntervalSeconds: 60, minIntervalSeconds: 60, needsToken: true, poll: pollJira },
    hydrate: hydrateJira,
    expiringWebhooks: jiraWebhooks,
  },
}
