import { afterEach, beforeEach, expect, test } from 'vitest'
import { NormalizedEvent } from '#schema/contracts/triggers'
import { startGmailApi } from '../../../../tests/fakes/gmail-api.ts'
import { fakeProviderHttp } from '../../../../tests/fakes/provider-http.ts'
import type { ProviderHttp } from '../../contract.ts'
import { ProviderRateLimited, ProviderUnauthorized, ProviderUnavailable } from '../../errors.ts'
import { describeGmail } from './mailbox.ts'
import { MAX_MAILS, pollGmail } from './poll.ts'

const at = '2026-11-21T10:00:00.000Z'
const now = new Date(at)
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
  expect(await poll(null)).toEqual({ events: [], nextCursor: { historyId: '1007', at } })
  expect(await poll({ historyId: '1007', at })).toEqual({ events: [], nextCursor: { historyId: '1007', at } })
  expect(api.callsTo('messages')).toEqual([])
})

test('a mail that arrives becomes one event with its head', async () => {
  api.arrive({ id: 'm1', subject: 'The build is red' })
  const { events, nextCursor } = await poll({ historyId: '1000' })
  expect(nextCursor).toEqual({ historyId: '1007', at })
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
  expect(await asked([{ labels: ['INBOX'] }, { labels: ['INBOX'], subject: ['x'] }])).toEqual(['INBOX', 1])
  expect(await asked([{ labels: ['Label_7'] }, { labels: ['INBOX'] }])).toEqual([null, 2])
  // Gmail knows labels by their ids in the right case only, and fails the poll over any other.
  for (const label of ['Label_7', 'inbox', 'Bills']) expect(await asked([{ labels: [label] }])).toEqual([null, 2])
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
  expect(cursor).toEqual({ historyId: '1021', at })
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
  expect(second.nextCursor).toEqual({ historyId: String(api.world.historyId), at })
})

test('a page that Gmail does not know any more is read from the front again', async () => {
  api.arrive({ id: 'm1' })
  const polled = await poll({ historyId: '1000', pageToken: 'page-0-10' })
  expect(idsOf(polled)).toEqual(['gmail:m1'])
  expect(polled.nextCursor).toEqual({ historyId: '1007', at })
})

/** Mails that came in so many minutes before now. */
const arrivedBefore = (minutes: number, ...mails: { id: string }[]) =>
  api.arrive(...mails.map((mail) => ({ ...mail, at: now.getTime() - minutes * 60_000 })))
const before = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString()

test('when Gmail has forgotten its history, the mails since the last poll are listed, page by page', async () => {
  arrivedBefore(50, { id: 'told' })
  arrivedBefore(30, ...numbered('missed', 70))
  api.world.oldestHistoryId = 1_010
  const first = await poll({ historyId: '1000', at: before(40) })
  expect(first.events).toHaveLength(MAX_MAILS)
  api.arrive({ id: 'new' })
  const second = await poll(first.nextCursor)
  const third = await poll(second.nextCursor)
  const ids = [first, second, third].flatMap(idsOf)
  // What arrives moves the pages: a mail may be told twice, and counts once by its key.
  expect(new Set(ids)).toEqual(new Set([...numbered('missed', 70).map(({ id }) => `gmail:${id}`), 'gmail:new']))
  expect(third.nextCursor).toEqual({ historyId: '1021', at })
  expect(api.problems).toEqual([])
})

test('a page of such a list that Gmail does not know any more is read from the front again', async () => {
  arrivedBefore(1, ...numbered('m', 60))
  const afterSeconds = now.getTime() / 1_000 - 600
  const polled = await poll({ historyId: '1007', at, missed: { afterSeconds, pageToken: 'page-0-50' } })
  expect(polled.events).toHaveLength(MAX_MAILS)
})

test('a mail that came in with the time of a while ago is listed all the same', async () => {
  arrivedBefore(44, { id: 'late' })
  api.world.oldestHistoryId = 1_005
  expect(idsOf(await poll({ historyId: '1000', at: before(40) }))).toEqual(['gmail:late'])
})

test('a mail that arrives while that list is read is told by the next poll', async () => {
  arrivedBefore(30, { id: 'missed' })
  api.world.oldestHistoryId = 1_005
  const http = fakeProviderHttp({ 'https://gmail.googleapis.com': api.url })
  const meanwhile: ProviderHttp = async (request) => {
    const answer = await http(request)
    if (new URL(request.url).pathname.endsWith('/messages')) api.arrive({ id: 'meanwhile' })
    return answer
  }
  const cursor = { historyId: '1000', at: before(40) }
  const first = await pollGmail({ http: meanwhile, token: 'token', cursor, configs: [{}], now })
  const second = await poll(first.nextCursor)
  expect([idsOf(first), idsOf(second)]).toEqual([['gmail:missed'], ['gmail:meanwhile']])
})

test('where nobody knows when the last poll was, a forgotten history begins anew', async () => {
  api.arrive({ id: 'm1' })
  api.world.oldestHistoryId = 1_005
  expect(await poll({ historyId: '1000' })).toEqual({ events: [], nextCursor: { historyId: '1007', at } })
})

test('a cursor of another form begins anew', async () => {
  expect(await poll({ page: 3 })).toEqual({ events: [], nextCursor: { historyId: '1000', at } })
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
