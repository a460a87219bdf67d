import { afterEach, beforeEach, expect, test } from 'vitest'
import { NormalizedEvent } from '#schema/contracts/triggers'
import { startGmailApi } from '../../../../tests/fakes/gmail-api.ts'
import { fakeProviderHttp } from '../../../../tests/fakes/provider-http.ts'
import { ProviderRateLimited, ProviderUnauthorized, ProviderUnavailable } from '../../errors.ts'
import { describeGmail } from './mailbox.ts'
import { MAX_MAILS, pollGmail } from './poll.ts'

const now = new Date('2026-11-21T10:00:00.000Z')
let api: Awaited<ReturnType<typeof startGmailApi>>
beforeEach(async () => void (api = await startGmailApi('token')))
afterEach(() => api.close())

const poll = (cursor: unknown, options: { configs?: Record<string, unknown>[]; token?: string | null } = {}) => {
  const { configs = [{}], token = 'token' } = options
  const http = fakeProviderHttp({ 'https://gmail.googleapis.com': api.url })
  return pollGmail({ http, token, cursor, configs, now })
}
const idsOf = ({ events }: { events: NormalizedEvent[] }) => events.map(({ dedupKey }) => dedupKey)
const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `${prefix}${index}` }))

test('the first poll says where the mailbox is, and starts nothing of what lies in it', async () => {
  api.arrive({ id: 'old' })
  expect(await poll(null)).toEqual({ events: [], nextCursor: { historyId: '1007' } })
  expect(await poll({ historyId: '1007' })).toEqual({ events: [], nextCursor: { historyId: '1007' } })
  expect(api.callsTo('messages')).toEqual([])
})

test('a mail that arrives becomes one event with its head', async () => {
  api.arrive({ id: 'm1', subject: 'The build is red' })
  const { events, nextCursor } = await poll({ historyId: '1000' })
  expect(nextCursor).toEqual({ historyId: '1007' })
  expect(events).toEqual([
    {
      provider: 'gmail',
      eventType: 'email_received',
      providerEventType: 'messageAdded',
      occurredAt: '2026-11-21T10:00:00.000Z',
      dedupKey: 'gmail:m1',
      title: 'The build is red',
      url: 'https://mail.google.com/mail/#all/t-m1',
      context: {
        gmail: {
          messageId: 'm1',
          threadId: 't-m1',
          messageUrl: 'https://mail.google.com/mail/#all/t-m1',
          labelIds: ['INBOX', 'UNREAD'],
          from: 'Ada Lovelace <Ada@Acme.example>',
          fromAddress: 'ada@acme.example',
          to: 'team@acme.example',
          subject: 'The build is red',
          snippet: 'The first words of it',
        },
      },
    },
  ])
  expect(NormalizedEvent.parse(events[0])).toEqual(events[0])
  expect(api.problems).toEqual([])
})

test('what is written here, drafts, chats and mails deleted meanwhile are no events', async () => {
  api.arrive({ id: 'sent', labelIds: ['SENT'] }, { id: 'draft', labelIds: ['DRAFT'] })
  api.arrive({ id: 'chat', labelIds: ['CHAT', 'INBOX'] })
  api.arrive({ id: 'gone', gone: true }, { id: 'to-myself', labelIds: ['SENT', 'INBOX'] })
  expect(idsOf(await poll({ historyId: '1000' }))).toEqual(['gmail:to-myself'])
})

test('Gmail filters by a label only when every trigger of the group wants the same one', async () => {
  api.arrive({ id: 'm1', labelIds: ['INBOX'] }, { id: 'm2', labelIds: ['Label_7'] })
  const asked = async (configs: Record<string, unknown>[]) => {
    const polled = await poll({ historyId: '1000' }, { configs })
    return [api.callsTo('history').at(-1)?.url.searchParams.get('labelId') ?? null, idsOf(polled).length]
  }
  expect(await asked([{ labels: ['Label_7'] }, { labels: ['Label_7'], subject: ['x'] }])).toEqual(['Label_7', 1])
  expect(await asked([{ labels: ['Label_7'] }, { labels: ['INBOX'] }])).toEqual([null, 2])
  expect(await asked([{ labels: ['Label_7'] }, {}])).toEqual([null, 2])
  expect(await asked([{ labels: ['Label_7', 'INBOX'] }])).toEqual([null, 2])
})

test('more mails than fit into one poll come in the next, none lost and none twice', async () => {
  api.arrive(...numbered('a', 20))
  api.arrive(...numbered('b', 90))
  api.arrive(...numbered('c', 15))
  const polls: string[][] = []
  let cursor: unknown = { historyId: '1000' }
  for (let round = 0; round < 4; round += 1) {
    const polled = await poll(cursor)
    polls.push(idsOf(polled))
    cursor = polled.nextCursor
  }
  expect(polls.map(({ length }) => length)).toEqual([MAX_MAILS, MAX_MAILS, 25, 0])
  expect(new Set(polls.flat()).size).toBe(125)
  expect(cursor).toEqual({ historyId: '1021' })
})

test('a poll turns ten pages at most, and the next goes on behind them', async () => {
  api.world.pageSize = 1
  for (const mail of numbered('m', 14)) api.arrive(mail)
  const first = await poll({ historyId: '1000' })
  expect(idsOf(first)).toHaveLength(10)
  expect(api.callsTo('history')).toHaveLength(10)
  expect(first.nextCursor).toEqual({ historyId: '1000', pageToken: 'page-1-10' })
  const second = await poll(first.nextCursor)
  expect(idsOf(second)).toEqual(['gmail:m10', 'gmail:m11', 'gmail:m12', 'gmail:m13'])
  expect(second.nextCursor).toEqual({ historyId: String(api.world.historyId) })
})

test('a page that Gmail does not know any more is read from the front again', async () => {
  api.arrive({ id: 'm1' })
  const polled = await poll({ historyId: '1000', pageToken: 'page-0-10' })
  expect(idsOf(polled)).toEqual(['gmail:m1'])
  expect(polled.nextCursor).toEqual({ historyId: '1007' })
})

test('a history that Gmail has forgotten begins anew, and what it tells is a baseline', async () => {
  api.arrive({ id: 'm1' })
  api.world.oldestHistoryId = 1_005
  expect(await poll({ historyId: '1000' })).toEqual({ events: [], nextCursor: { historyId: '1007' } })
})

test('a cursor of another form begins anew', async () => {
  expect(await poll({ page: 3 })).toEqual({ events: [], nextCursor: { historyId: '1000' } })
})

test('a limit, a wrong token, an outage and silence are told as what they are, and move nothing', async () => {
  api.arrive({ id: 'm1' })
  api.faults.push({ retryAfter: 90 })
  await expect(poll({ historyId: '1000' })).rejects.toSatisfy(
    (error) => ProviderRateLimited.is(error) && error.options.retryAfterMs === 90_000,
  )
  await expect(poll(null, { token: 'another' })).rejects.toSatisfy(ProviderUnauthorized.is)
  await expect(poll(null, { token: null })).rejects.toSatisfy(ProviderUnauthorized.is)
  for (const fault of [{ status: 500 }, { status: 400 }, 'hang'] as const) {
    api.faults.push(fault)
    await expect(poll({ historyId: '1000' })).rejects.toSatisfy(ProviderUnavailable.is)
  }
  expect(idsOf(await poll({ historyId: '1000' }))).toEqual(['gmail:m1'])
})

test('a credential is checked by asking whose mailbox it opens', async () => {
  const http = fakeProviderHttp({ 'https://gmail.googleapis.com': api.url })
  const described = await describeGmail({ http, token: 'token' })
  expect(described).toEqual({ externalId: 'ada@acme.example', name: 'ada@acme.example' })
  await expect(describeGmail({ http, token: 'wrong' })).rejects.toSatisfy(ProviderUnauthorized.is)
})
