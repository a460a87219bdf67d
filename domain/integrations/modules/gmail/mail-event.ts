import type { NormalizedEvent } from '#schema/contracts/triggers'
import { cutTitle } from '../common/reading.ts'
import type { GmailContext } from './context.ts'
import type { MailHead } from './replies.ts'

const MAX_HEADER_CHARACTERS = 2_000
/** Mails that were written here; one that somebody sends to himself is in the inbox too. */
const WRITTEN_HERE = ['DRAFT', 'SENT']
const ADDRESS = /<([^<>\s]+@[^<>\s]+)>\s*$/

/** Whether a mail came from outside; chats and what is being written did not. */
export function isReceived({ labelIds }: MailHead): boolean {
  if (labelIds.includes('CHAT') || labelIds.includes('DRAFT')) return false
  return labelIds.includes('INBOX') || !labelIds.some((label) => WRITTEN_HERE.includes(label))
}

/** One mail as an event; known by its id, so that no mail counts twice. */
export function eventOfMail(mail: MailHead, now: Date): NormalizedEvent {
  const subject = headerOf(mail, 'subject')
  const from = headerOf(mail, 'from')
  const to = headerOf(mail, 'to')
  const messageUrl = `https://mail.google.com/mail/#all/${mail.threadId}`
  const context: GmailContext = {
    messageId: mail.id,
    threadId: mail.threadId,
    messageUrl,
    labelIds: mail.labelIds,
    ...(from ? { from, fromAddress: addressIn(from) } : {}),
    ...(to ? { to } : {}),
    ...(subject ? { subject } : {}),
    ...(mail.snippet ? { snippet: mail.snippet.slice(0, MAX_HEADER_CHARACTERS) } : {}),
  }
  return {
    provider: 'gmail',
    eventType: 'email_received',
    providerEventType: 'messageAdded',
    occurredAt: (mail.internalDate ? new Date(Number(mail.internalDate)) : now).toISOString(),
    dedupKey: `gmail:${mail.id}`,
    title: cutTitle(subject || 'Mail without a subject'),
    url: messageUrl,
    context: { gmail: context },
  }
}

function headerOf(mail: MailHead, name: string): string | undefined {
  const found = mail.payload?.headers?.find((header) => header.name.toLowerCase() === name)
  return found?.value.trim().slice(0, MAX_HEADER_CHARACTERS) || undefined
}

/** `Ada <ada@example.com>` or the bare address. */
const addressIn = (from: string) => (ADDRESS.exec(from)?.[1] ?? from).trim().toLowerCase()
