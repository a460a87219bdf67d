import type { IntegrationModule } from '../../contract.ts'
import { describeGmail } from './mailbox.ts'
import { pollGmail } from './poll.ts'
import { gmailTriggerTypes } from './trigger-types.ts'

/** Gmail: one mailbox, asked for its history. */
export const gmail: IntegrationModule = {
  meta: { id: 'gmail', name: 'Gmail', description: 'Mails that arrive in a mailbox.' },
  describeAccount: describeGmail,
  triggers: {
    types: gmailTriggerTypes,
    polling: { defaultIntervalSeconds: 60, minIntervalSeconds: 60, needsToken: true, poll: pollGmail },
  },
}
