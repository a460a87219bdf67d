import type { NormalizedEvent } from '#schema/contracts/triggers'
import { MAX_POLL_PAGES, type PollContext, type Polled } from '../../contract.ts'
import { ProviderUnauthorized } from '../../errors.ts'
import { eventOfMail, isReceived } from './mail-event.ts'
import { listMails, type Mailbox, readHistory, readMail, readProfile } from './mailbox.ts'
import { GmailCursor, type HistoryPage, type MailHead } from './replies.ts'
import { GmailConfig } from './trigger-types.ts'

/** So many mails are looked at in one poll; the next poll goes on with the rest. */
export const MAX_MAILS = 50
const AT_ONCE = 5
/** Mails are dated when they are sent on, and may come in a little later. */
const LATE_SECONDS = 300
/** Labels that every mailbox has, and whose ids are their names. */
const SYSTEM_LABEL =
  /^(?:INBOX|SPAM|TRASH|UNREAD|STARRED|IMPORTANT|SENT|CATEGORY_(?:PERSONAL|SOCIAL|PROMOTIONS|UPDATES|FORUMS))$/

/**
 * What came into the mailbox since the last poll. The first poll only says where the mailbox is now. After so long that
 * Gmail does not remember its history, a week or so, the mails since the last poll are listed instead, over several polls
 * if they must be.
 */
export async function pollGmail(context: PollContext): Promise<Polled> {
  if (context.token === null) throw ProviderUnauthorized({ detail: 'Gmail is asked with a token, and there is none' })
  const mailbox: Mailbox = { http: context.http, token: context.token }
  const cursor = GmailCursor.safeParse(context.cursor)
  if (!cursor.success) return { events: [], nextCursor: await beginning(mailbox, context.now) }
  const found = await findNews(mailbox, cursor.data, context)
  const mails = await readMails(mailbox, found.ids)
  return { events: eventsOf(mails, context.now), nextCursor: found.next }
}

async function beginning(mailbox: Mailbox, now: Date): Promise<GmailCursor> {
  const { historyId } = await readProfile(mailbox)
  return { historyId, at: now.toISOString() }
}

async function findNews(mailbox: Mailbox, cursor: GmailCursor, { configs, now }: PollContext): Promise<Arrivals> {
  if (cursor.missed) return findMissed(mailbox, cursor, cursor.missed)
  const found = await findArrivals(mailbox, cursor, { labelId: labelOf(configs), now })
  if (found !== null) return found
  // Where the mailbox is now comes first: what arrives while the list is read is history from there on.
  const next = await beginning(mailbox, now)
  if (cursor.at === undefined) return { ids: [], next }
  return findMissed(mailbox, next, { afterSeconds: Math.floor(Date.parse(cursor.at) / 1_000) - LATE_SECONDS })
}

/** A page of what the history does not tell any more. */
async function findMissed(
  mailbox: Mailbox,
  cursor: GmailCursor,
  { afterSeconds, pageToken }: NonNullable<GmailCursor['missed']>,
): Promise<Arrivals> {
  const page = await listMails(mailbox, { afterSeconds, pageToken, limit: MAX_MAILS })
  const { missed: _, ...next } = cursor
  const ids = page.messages.map(({ id }) => id).reverse()
  if (!page.nextPageToken) return { ids, next }
  return { ids, next: { ...next, missed: { afterSeconds, pageToken: page.nextPageToken } } }
}

/**
 * Gmail filters by one label; only when every trigger of the group wants the same one is that enough, and only when it
 * is surely a label: Gmail refuses a poll for an unknown one, while triggers compare labels in whatever case.
 */
function labelOf(configs: Record<string, unknown>[]): string | null {
  const wanted = new Set(
    configs.map((config) => {
      const { labels = [] } = GmailConfig.safeParse(config).data ?? {}
      return labels.length === 1 ? labels[0] : null
    }),
  )
  const [only] = wanted
  return wanted.size === 1 && only && SYSTEM_LABEL.test(only) ? only : null
}

interface Arrivals {
  ids: string[]
  next: GmailCursor
}

/** Pages through the history until there is nothing more, or enough for one poll. Null: begin anew. */
async function findArrivals(
  mailbox: Mailbox,
  cursor: GmailCursor,
  { labelId, now }: { labelId: string | null; now: Date },
): Promise<Arrivals | null> {
  const { at } = cursor
  const walk: Walk = { after: cursor.historyId, taken: cursor.taken ?? [], ids: [] }
  let pageToken = cursor.pageToken
  for (let page = 0; page < MAX_POLL_PAGES; page += 1) {
    const history = await readHistory(mailbox, { historyId: cursor.historyId, labelId, pageToken })
    if (history === null) return null
    if (!takeRecords(walk, history)) return { ids: walk.ids, next: { historyId: walk.after, taken: walk.taken, ...(at && { at }) } }
    pageToken = history.nextPageToken ?? undefined
    if (pageToken === undefined) return { ids: walk.ids, next: { historyId: history.historyId, at: now.toISOString() } }
  }
  return { ids: walk.ids, next: { historyId: cursor.historyId, ...(at && { at }), ...(pageToken ? { pageToken } : {}) } }
}

interface Walk {
  /** The last record that was taken as a whole. */
  after: string
  /** Messages of the record behind it that were taken already. */
  taken: string[]
  ids: string[]
}

/** Takes records in their order; false when there is no room for all of one. */
function takeRecords(walk: Walk, history: HistoryPage): boolean {
  for (const record of history.history) {
    const added = (record.messagesAdded ?? []).map(({ message }) => message.id)
    const fresh = added.filter((id) => !walk.taken.includes(id) && !walk.ids.includes(id))
    const room = MAX_MAILS - walk.ids.length
    walk.ids.push(...fresh.slice(0, room))
    if (fresh.length > room) {
      walk.taken = [...walk.taken, ...fresh.slice(0, room)]
      return false
    }
    walk.after = record.id
    walk.taken = []
  }
  return true
}

async function readMails(mailbox: Mailbox, ids: string[]): Promise<MailHead[]> {
  const mails: MailHead[] = []
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const read = await Promise.all(ids.slice(start, start + AT_ONCE).map((id) => readMail(mailbox, id)))
    mails.push(...read.filter((mail) => mail !== null))
  }
  return mails
}

const eventsOf = (mails: MailHead[], now: Date): NormalizedEvent[] =>
  mails.filter(isReceived).map((mail) => eventOfMail(mail, now))
