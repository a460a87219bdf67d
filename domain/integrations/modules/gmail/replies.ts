import { z } from 'zod'
import { Instant } from '#schema/contracts/common'

// Tolerant on purpose: only what is used is named (https://developers.google.com/workspace/gmail/api/reference/rest).

const HistoryId = z.string().regex(/^\d{1,30}$/)
const MessageId = z.string().regex(/^[\w-]{1,100}$/)

export const Profile = z.object({ historyId: HistoryId, emailAddress: z.string().max(320).nullish() })

export const HistoryPage = z.object({
  history: z
    .array(
      z.object({
        id: HistoryId,
        messagesAdded: z.array(z.object({ message: z.object({ id: MessageId }) })).nullish(),
      }),
    )
    .nullish()
    .transform((records) => records ?? []),
  nextPageToken: z.string().max(2_000).nullish(),
  /** Where the mailbox is now. */
  historyId: HistoryId,
})
export type HistoryPage = z.output<typeof HistoryPage>

export const MailList = z.object({
  messages: z
    .array(z.object({ id: MessageId }))
    .nullish()
    .transform((mails) => mails ?? []),
  nextPageToken: z.string().max(2_000).nullish(),
})

export const MailHead = z.object({
  id: MessageId,
  threadId: MessageId,
  labelIds: z
    .array(z.string())
    .nullish()
    .transform((labels) => labels ?? []),
  snippet: z.string().nullish(),
  /** Milliseconds since 1970, as text. */
  internalDate: z.string().regex(/^\d{1,13}$/).nullish().catch(null),
  payload: z.object({ headers: z.array(z.object({ name: z.string(), value: z.string() })).nullish() }).nullish(),
})
export type MailHead = z.output<typeof MailHead>

/** Where the next poll goes on; `taken` are the messages of the record after `historyId` that were read already. */
export const GmailCursor = z.object({
  historyId: HistoryId,
  taken: z.array(MessageId).optional(),
  pageToken: z.string().max(2_000).optional(),
  /** Until when everything was told: from there on mails are listed when Gmail has forgotten its history. */
  at: Instant.optional(),
  /** Where such a list goes on; the history from `historyId` on comes after it. */
  missed: z.object({ afterSeconds: z.number(), pageToken: z.string().max(2_000).optional() }).optional(),
})
export type GmailCursor = z.output<typeof GmailCursor>
