import { z } from 'zod'
import { triggerType, type TriggerType } from '../../contract.ts'
import { labelRefusal } from '../common/filters.ts'
import { names } from '../common/names.ts'
import { isThere, kindRefusal, matchUnless, oneOf, type Refusal } from '../common/refusals.ts'
import { type GmailContext, gmailContextOf } from './context.ts'

export const GmailConfig = z.strictObject({
  labels: names.meta({
    title: 'Labels',
    description: 'Only mails with at least one of these labels, by id, for example INBOX. Empty means all.',
  }),
  from: names.meta({
    title: 'From',
    description: 'Only mails of these senders: an address, or @example.com for all of a domain. Empty means all.',
  }),
  subject: names.meta({
    title: 'Words in the subject',
    description: 'Only mails whose subject contains at least one of these, in whatever case. Empty means all.',
  }),
})
type GmailConfig = z.output<typeof GmailConfig>

/** Mails that nobody reads unless a trigger names their label. */
const SET_ASIDE = ['SPAM', 'TRASH']

/** The trigger of Gmail. */
export const gmailTriggerTypes: TriggerType[] = [
  triggerType({
    id: 'email_received',
    title: 'Email received',
    description: 'A mail arrives in the mailbox.',
    mechanisms: ['polling'],
    schema: GmailConfig,
    matches: (event, config) =>
      matchUnless(kindRefusal(event.eventType, ['email_received']) ?? filterRefusal(gmailContextOf(event), config)),
  }),
]

function filterRefusal(mail: GmailContext, config: GmailConfig): Refusal {
  const { labels = [], from = [], subject = [] } = config
  const aside = SET_ASIDE.find((label) => mail.labelIds.includes(label) && !isThere([label], labels))
  if (aside !== undefined) return `the mail is in ${aside}`
  const label = labelRefusal(labels, mail.labelIds)
  if (label !== null) return label
  if (from.length > 0 && !from.some((sender) => isFrom(mail.fromAddress ?? '', sender.toLowerCase()))) {
    return `sender ${mail.fromAddress ?? 'none'} is not ${oneOf(from)}`
  }
  return subjectRefusal(mail.subject ?? '', subject)
}

function subjectRefusal(given: string, wanted: string[]): Refusal {
  const said = given.toLowerCase()
  if (wanted.length === 0 || wanted.some((word) => said.includes(word.toLowerCase()))) return null
  return wanted.length === 1 ? `${wanted[0]} is not in the subject` : `none of ${wanted.join(', ')} is in the subject`
}

const isFrom = (address: string, sender: string) =>
  sender.startsWith('@') ? address.endsWith(sender) : address === sender
