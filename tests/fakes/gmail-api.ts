import { z } from 'zod'
import { type FakeAnswer, type FakeCall, startFakeProvider } from './provider-server.ts'

/** One mail of the fake mailbox; everything but its id has a value of its own. */
export interface FakeMail {
  id: string
  subject?: string
  from?: string
  labelIds?: string[]
  /** When it came in, in milliseconds since 1970. */
  at?: number
  /** Deleted since: its history is still told, itself it is gone. */
  gone?: boolean
}

const HistoryQuery = z.strictObject({
  startHistoryId: z.string().regex(/^\d+$/),
  historyTypes: z.literal('messageAdded'),
  maxResults: z.coerce.number().int().min(1).max(500),
  labelId: z.string().optional(),
  pageToken: z.string().regex(/^page-\d+-\d+$/).optional(),
})
const ListQuery = z.strictObject({
  q: z.string().regex(/^after:\d+$/),
  maxResults: z.coerce.number().int().min(1).max(500),
  includeSpamTrash: z.literal('true'),
  pageToken: z.string().regex(/^page-\d+-\d+$/).optional(),
})
const MailQuery = z.strictObject({ format: z.literal('metadata') })

/**
 * A mailbox with Gmail's history: `arrive` adds one record of the history with these mails. History before
 * `oldestHistoryId` is forgotten, and pages hold at most `pageSize` records.
 */
export async function startGmailApi(token: string) {
  const world = {
    historyId: 1_000,
    oldestHistoryId: 0,
    pageSize: 500,
    /** Pages asked for with a token of another era are refused, as Gmail refuses tokens that are too old. */
    era: 1,
    records: [] as { id: number; mails: FakeMail[] }[],
    mails: new Map<string, FakeMail>(),
  }
  const provider = await startFakeProvider(
    (authorization) => authorization === `Bearer ${token}`,
    (call) => answerTo(call, world),
  )
  return Object.assign(provider, {
    world,
    arrive(...mails: FakeMail[]) {
      world.historyId += 7
      world.records.push({ id: world.historyId, mails })
      for (const mail of mails) world.mails.set(mail.id, mail)
    },
    callsTo: (path: string) => provider.calls.filter(({ url }) => url.pathname.startsWith(`${ROOT}/${path}`)),
  })
}

const ROOT = '/gmail/v1/users/me'
type World = Awaited<ReturnType<typeof startGmailApi>>['world']

function answerTo({ method, url }: FakeCall, world: World): FakeAnswer {
  if (method !== 'GET') throw new TypeError(`${method} ${url.pathname}`)
  if (url.pathname === `${ROOT}/profile`) {
    return { body: { emailAddress: 'ada@acme.example', messagesTotal: 1, historyId: String(world.historyId) } }
  }
  if (url.pathname === `${ROOT}/history`) return historyOf(url, world)
  if (url.pathname === `${ROOT}/messages`) return listOf(ListQuery.parse(Object.fromEntries(url.searchParams)), world)
  const id = url.pathname.slice(`${ROOT}/messages/`.length)
  if (url.pathname !== `${ROOT}/messages/${id}`) throw new TypeError(url.pathname)
  const headers = url.searchParams.getAll('metadataHeaders')
  url.searchParams.delete('metadataHeaders')
  MailQuery.parse(Object.fromEntries(url.searchParams))
  const mail = world.mails.get(id)
  return mail && !mail.gone ? { body: headOf(mail, headers) } : { status: 404, body: { error: { code: 404 } } }
}

function historyOf(url: URL, world: World): FakeAnswer {
  const query = HistoryQuery.parse(Object.fromEntries(url.searchParams))
  if (Number(query.startHistoryId) < world.oldestHistoryId) return { status: 404, body: { error: { code: 404 } } }
  const [, era = world.era, start = 0] = (query.pageToken ?? '').split('-').map(Number)
  if (era !== world.era) return { status: 400, body: { error: { code: 400, message: 'Invalid pageToken' } } }
  const later = world.records
    .filter(({ id }) => id > Number(query.startHistoryId))
    .map(({ id, mails }) => ({ id, mails: mails.filter((mail) => isLabelled(mail, query.labelId)) }))
    .filter(({ mails }) => mails.length > 0)
  const page = later.slice(start, start + world.pageSize)
  const next = start + page.length < later.length ? { nextPageToken: `page-${world.era}-${start + page.length}` } : {}
  const history = page.map(({ id, mails }) => ({
    id: String(id),
    messages: mails.map((mail) => ({ id: mail.id, threadId: `t-${mail.id}` })),
    messagesAdded: mails.map((mail) => ({
      message: { id: mail.id, threadId: `t-${mail.id}`, labelIds: labelsOf(mail) },
    })),
  }))
  return { body: { ...(history.length > 0 ? { history } : {}), ...next, historyId: String(world.historyId) } }
}

/** The latest first. */
function listOf({ q, maxResults, pageToken }: z.infer<typeof ListQuery>, world: World): FakeAnswer {
  const afterMs = Number(q.slice('after:'.length)) * 1_000
  const [, era = world.era, start = 0] = (pageToken ?? '').split('-').map(Number)
  if (era !== world.era) return { status: 400, body: { error: { code: 400, message: 'Invalid pageToken' } } }
  const listed = [...world.mails.values()].filter((mail) => !mail.gone && arrivedAt(mail) > afterMs).reverse()
  const page = listed.slice(start, start + maxResults)
  const next = start + page.length < listed.length ? { nextPageToken: `page-${world.era}-${start + page.length}` } : {}
  const messages = page.map(({ id }) => ({ id, threadId: `t-${id}` }))
  return { body: { ...(messages.length > 0 ? { messages } : {}), ...next, resultSizeEstimate: listed.length } }
}

const arrivedAt = (mail: FakeMail) => mail.at ?? Date.parse('2026-11-21T10:00:00.000Z')
const labelsOf = (mail: FakeMail) => mail.labelIds ?? ['INBOX', 'UNREAD']
const isLabelled = (mail: FakeMail, labelId: string | undefined) =>
  labelId === undefined || labelsOf(mail).includes(labelId)

function headOf(mail: FakeMail, wanted: string[]) {
  const all = [
    { name: 'From', value: mail.from ?? 'Ada Lovelace <Ada@Acme.example>' },
    { name: 'To', value: 'team@acme.example' },
    { name: 'Subject', value: mail.subject ?? `Mail ${mail.id}` },
  ]
  return {
    id: mail.id,
    threadId: `t-${mail.id}`,
    labelIds: labelsOf(mail),
    snippet: 'The first words of it',
    historyId: '1',
    internalDate: String(arrivedAt(mail)),
    sizeEstimate: 2_000,
    payload: { partId: '', mimeType: 'text/plain', headers: all.filter(({ name }) => wanted.includes(name)) },
  }
}
