import { z } from 'zod'
import { triggerType, type TriggerType } from '../../contract.ts'
import { names } from '../common/names.ts'
import { kindRefusal, matchUnless, oneOf, type Refusal } from '../common/refusals.ts'
import { type SlackContext, slackContextOf } from './context.ts'

const SlackConfig = z.strictObject({
  channels: z
    .array(z.string().trim().regex(/^[CGD][A-Z0-9]{1,30}$/, 'the id of a channel, for example C0123456789'))
    .max(100)
    .optional()
    .meta({
      title: 'Channels',
      description: 'Only these channels, by their ids (at the end of “View channel details”). Empty means all.',
    }),
  keywords: names.meta({
    title: 'Keywords',
    description: 'Only when at least one of these words or phrases is said, in whatever case. Empty means all.',
  }),
  fromBots: z.boolean().optional().meta({
    title: 'Messages from bots',
    description: 'Also what other bots say. What this app says itself never starts anything.',
  }),
  threads: z.enum(['all', 'top_level', 'replies']).optional().meta({
    title: 'Threads',
    description: 'Whether messages at the top of a channel, replies in threads, or both count. Both when left out.',
  }),
})
type SlackConfig = z.output<typeof SlackConfig>

/** The triggers of Slack: being mentioned, and anything said in a channel the app is in. */
export const slackTriggerTypes: TriggerType[] = [
  slackType('app_mention', 'App mentioned', 'Somebody mentions the app.'),
  slackType('message_in_channel', 'Message in a channel', 'Somebody says something in a channel that the app is in.'),
]

function slackType(id: string, title: string, description: string): TriggerType {
  return triggerType({
    id,
    title,
    description,
    schema: SlackConfig,
    matches: (event, config) =>
      matchUnless(kindRefusal(event.eventType, [id]) ?? filterRefusal(slackContextOf(event), config)),
  })
}

function filterRefusal(message: SlackContext, config: SlackConfig): Refusal {
  if (message.fromBot && !config.fromBots) return 'the message is from a bot'
  const { channels, threads } = config
  if (channels?.length && !channels.includes(message.channel)) {
    return `channel ${message.channel} is not ${oneOf(channels)}`
  }
  if (threads === 'top_level' && message.isReply) return 'the message is a reply in a thread'
  if (threads === 'replies' && !message.isReply) return 'the message is not a reply in a thread'
  return keywordRefusal(message.text, config.keywords)
}

function keywordRefusal(text: string, keywords: string[] | undefined): Refusal {
  if (!keywords?.length) return null
  const said = text.toLowerCase()
  if (keywords.some((keyword) => said.includes(keyword.toLowerCase()))) return null
  return keywords.length === 1 ? `${keywords[0]} is not said` : `none of ${keywords.join(', ')} is said`
}
