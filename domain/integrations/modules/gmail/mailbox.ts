import type { z } from 'zod'
import type { DescribeAccount, ProviderHttp } from '../../contract.ts'
import { bearer } from '../common/bearer.ts'
import { readAnswer } from '../common/reading.ts'
import { HistoryPage, MailHead, MailList, Profile } from './replies.ts'

const API = 'https://gmail.googleapis.com/gmail/v1/users/me'
const PAGE_SIZE = '500'
const HEADERS = ['From', 'To', 'Subject']

export interface Mailbox {
  http: ProviderHttp
  token: string
}

/** Where the mailbox is now. */
export async function readProfile(mailbox: Mailbox): Promise<z.output<typeof Profile>> {
  return readAnswer(await get(mailbox, `${API}/profile`), Profile)
}

/** Whose mailbox it is. Google names no mailbox in what it pushes, and nothing is pushed here. */
export const describeGmail: DescribeAccount = async (mailbox) => {
  const { emailAddress } = await readProfile(mailbox)
  return { externalId: emailAddress ?? null, name: emailAddress ?? null }
}

/** One page of what came in after `historyId`; null when Gmail does not remember that far back. */
export async function readHistory(
  mailbox: Mailbox,
  input: { historyId: string; labelId: string | null; pageToken: string | undefined },
): Promise<HistoryPage | null> {
  const query = new URLSearchParams({
    startHistoryId: input.historyId,
    historyTypes: 'messageAdded',
    maxResults: PAGE_SIZE,
  })
  if (input.labelId !== null) query.set('labelId', input.labelId)
  if (input.pageToken !== undefined) query.set('pageToken', input.pageToken)
  const response = await get(mailbox, `${API}/history?${query.toString()}`)
  // A page may have been asked for long ago; from the front nothing is lost, and what comes twice counts once.
  if (response.status === 400 && input.pageToken !== undefined) {
    return readHistory(mailbox, { ...input, pageToken: undefined })
  }
  return response.status === 404 ? null : readAnswer(response, HistoryPage)
}

/** One page of the mails that arrived after an instant, the latest first; not many, for each is read by itself. */
export async function listMails(
  mailbox: Mailbox,
  input: { afterSeconds: number; pageToken: string | undefined; limit: number },
): Promise<z.output<typeof MailList>> {
  const { afterSeconds, pageToken, limit } = input
  const query = new URLSearchParams({
    q: `after:${afterSeconds}`,
    maxResults: String(limit),
    // The history tells of these as well.
    includeSpamTrash: 'true',
  })
  if (pageToken !== undefined) query.set('pageToken', pageToken)
  const response = await get(mailbox, `${API}/messages?${query.toString()}`)
  if (response.status === 400 && pageToken !== undefined) return listMails(mailbox, { ...input, pageToken: undefined })
  return readAnswer(response, MailList)
}

/** The head of one mail; null when it was deleted meanwhile. */
export async function readMail(mailbox: Mailbox, id: string): Promise<MailHead | null> {
  const query = new URLSearchParams({ format: 'metadata' })
  for (const name of HEADERS) query.append('metadataHeaders', name)
  const response = await get(mailbox, `${API}/messages/${id}?${query.toString()}`)
  return response.status === 404 ? null : readAnswer(response, MailHead)
}

const get = ({ http, token }: Mailbox, url: string) =>
  http({ method: 'GET', url, headers: bearer(token) })
