import { z } from 'zod'
import { contextReader } from '../common/context-reader.ts'

/** What a run and its agent are told of a message in Slack. */
export const SlackContext = z.object({
  teamId: z.string(),
  channel: z.string(),
  /** `channel`, `group` for private channels, `im`, `mpim`. */
  channelType: z.string(),
  channelUrl: z.string(),
  /** Absent for messages of some bots. */
  user: z.string().optional(),
  text: z.string(),
  /** The message's own time, which is also its name within the channel. */
  ts: z.string(),
  /** The message at the top of the thread; where an answer belongs. */
  threadTs: z.string(),
  isReply: z.boolean(),
  fromBot: z.boolean(),
  botId: z.string().optional(),
})
export type SlackContext = z.infer<typeof SlackContext>

/** The Slack part of an event's context. Throws when the event is not one of this module's. */
export const slackContextOf = contextReader('slack', SlackContext)
