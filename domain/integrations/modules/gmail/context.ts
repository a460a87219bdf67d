import { z } from 'zod'
import { contextReader } from '../common/context-reader.ts'

/** What a run and its agent are told of a mail: its head and the first words, not its body. */
export const GmailContext = z.object({
  messageId: z.string(),
  threadId: z.string(),
  messageUrl: z.string(),
  labelIds: z.array(z.string()),
  from: z.string().optional(),
  /** The address in `from`, in lower case. */
  fromAddress: z.string().optional(),
  to: z.string().optional(),
  subject: z.string().optional(),
  snippet: z.string().optional(),
})
export type GmailContext = z.infer<typeof GmailContext>

/** The Gmail part of an event's context. Throws when the event is not one of this module's. */
export const gmailContextOf = contextReader('gmail', GmailContext)
