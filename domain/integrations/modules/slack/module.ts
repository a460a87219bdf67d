import type { IntegrationModule } from '../../contract.ts'
import { describeSlack } from './account.ts'
import { parseSlack } from './parse.ts'
import { verifySlack } from './signature.ts'
import { slackTriggerTypes } from './trigger-types.ts'
import { workspaceChange, workspaceOf } from './workspace.ts'

/** Slack: the Events API of one app for every workspace, verified by the app's signing secret. */
export const slack: IntegrationModule = {
  meta: { id: 'slack', name: 'Slack', description: 'Mentions of the app and messages in its channels.' },
  describeAccount: describeSlack,
  triggers: {
    types: slackTriggerTypes,
    webhook: {
      addresses: ['app'],
      verify: verifySlack,
      // Slack names neither the event nor the delivery in its headers; events are known by the id in the body.
      identify: () => ({ eventType: 'event_callback', deliveryId: null }),
      keptHeaders: [
        'content-type',
        'user-agent',
        'x-slack-request-timestamp',
        'x-slack-retry-num',
        'x-slack-retry-reason',
      ],
      acknowledged: [],
      jsonText: (body) => body,
      parse: parseSlack,
      identity: workspaceOf,
      connection: workspaceChange,
    },
  },
}
