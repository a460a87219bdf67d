import { expect, test } from 'vitest'
import { eventOfMail } from './mail-event.ts'
import { MailHead } from './replies.ts'
import { gmailTriggerTypes } from './trigger-types.ts'

function matchOf(config: unknown, labelIds = ['INBOX']) {
  const mail = MailHead.parse({
    id: 'm1',
    threadId: 't1',
    labelIds,
    payload: {
      headers: [
        { name: 'FROM', value: '"Ops, on call" <Alerts@Acme.example>' },
        { name: 'Subject', value: 'Build 7 is Red' },
      ],
    },
  })
  const configured = gmailTriggerTypes[0]!.configure(config)
  if (!configured.ok) throw new Error(JSON.stringify(configured))
  return configured.matches(eventOfMail(mail, new Date('2026-11-21T10:00:00.000Z')))
}

test.each([
  {},
  { labels: [], from: [], subject: [] },
  { from: ['alerts@acme.example'] },
  { from: ['@ACME.example'] },
  { subject: ['green', 'red'] },
  { labels: ['INBOX', 'Label_7'] },
])('a mail passes %j', (config) => {
  expect(matchOf(config)).toEqual({ matched: true })
})

test.each([
  [{ labels: ['Label_7'] }, 'label Label_7 is missing'],
  [{ labels: ['a', 'b'] }, 'none of the labels a, b is there'],
  [{ from: ['bob@acme.example'] }, 'sender alerts@acme.example is not bob@acme.example'],
  [{ from: ['@cme.example', 'acme.example'] }, 'sender alerts@acme.example is not one of @cme.example, acme.example'],
  [{ subject: ['green'] }, 'green is not in the subject'],
  [{ subject: ['green', 'blue'] }, 'none of green, blue is in the subject'],
])('%j refuses a mail and says why', (config, reason) => {
  expect(matchOf(config)).toEqual({ matched: false, reason })
})

test('spam and trash count only for a trigger that names them', () => {
  expect(matchOf({}, ['SPAM'])).toEqual({ matched: false, reason: 'the mail is in SPAM' })
  expect(matchOf({ labels: ['Label_7'] }, ['TRASH', 'Label_7'])).toMatchObject({ matched: false })
  expect(matchOf({ labels: ['SPAM'] }, ['SPAM'])).toEqual({ matched: true })
  expect(matchOf({ labels: ['spam'] }, ['SPAM'])).toEqual({ matched: true })
})
