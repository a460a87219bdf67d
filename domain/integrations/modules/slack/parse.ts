import type { NormalizedEvent } from '#schema/contracts/triggers'
import type { Parsed, WebhookPayload } from '../../contract.ts'
import { unreadable } from '../common/unreadable.ts'
import type { SlackContext } from './context.ts'
import { EventCallback, Message, workspaceIn } from './payloads.ts'

const MAX_TEXT_CHARACTERS = 20_000
const MAX_TITLE_CHARACTERS = 200

/** Subtypes that are somebody saying something; all others tell of edits, joins and the like. */
const SAID = new Set(['bot_message', 'file_share', 'thread_broadcast', 'me_message'])
const CHANNELS = new Set(['channel', 'group'])

/** Reads one delivery of the Events API into at most one event. Pure; what is not a message gives none. */
export function parseSlack({ payload, receivedAt }: WebhookPayload): Parsed {
  const none: Parsed = { ok: true, events: [] }
  // A challenge was answered at the edge, and Slack tells of its own rate limits in an envelope without an event.
  if (isOfType(payload, ['url_verification', 'app_rate_limited'])) return none
  const callback = EventCallback.safeParse(payload)
  if (!callback.success) return unreadable(callback.error)
  const { event } = callback.data
  if (!isOfType(event, ['app_mention', 'message']) || !isSaid(event.subtype)) return none
  const message = Message.safeParse(event)
  if (!message.success) return unreadable(message.error)
  if (isOwn(callback.data, message.data)) return none
  return { ok: true, events: eventsOf(callback.data, message.data, receivedAt) }
}

const isOfType = (value: unknown, types: string[]) =>
  value !== null && typeof value === 'object' && 'type' in value && types.includes(String(value.type))

const isSaid = (subtype: unknown) => subtype == null || (typeof subtype === 'string' && SAID.has(subtype))

/** What the app says itself never starts anything: an answer would be answered for ever. */
function isOwn(callback: EventCallback, message: Message): boolean {
  const app = callback.api_app_id
  if (app && (message.app_id === app || message.bot_profile?.app_id === app)) return true
  return (callback.authorizations ?? []).some(
    ({ user_id: user, is_bot: isBot }) => isBot === true && user != null && user === message.user,
  )
}

function eventsOf(callback: EventCallback, message: Message, receivedAt: string): NormalizedEvent[] {
  const context = contextOf(callback, message)
  const isMention = message.type === 'app_mention'
  if (!isMention && !CHANNELS.has(context.channelType)) return []
  const said = context.text.replaceAll(/\s+/g, ' ').trim() || 'without text'
  return [
    {
      provider: 'slack',
      eventType: isMention ? 'app_mention' : 'message_in_channel',
      providerEventType: message.type,
      occurredAt: instantOf(callback.event_time) ?? receivedAt,
      dedupKey: `slack:${callback.event_id}`,
      title: `${isMention ? 'Mention' : 'Message'} in ${context.channel}: ${said}`.slice(0, MAX_TITLE_CHARACTERS),
      url: context.channelUrl,
      context: { slack: context },
    },
  ]
}

function contextOf(callback: EventCallback, message: Message): SlackContext {
  const { channel, ts, thread_ts: threadTs, user, bot_id: botId } = message
  const teamId = workspaceIn(callback)
  return {
    teamId,
    channel,
    channelType: message.channel_type ?? (channel.startsWith('D') ? 'im' : 'channel'),
    channelUrl: `https://slack.com/app_redirect?team=${teamId}&channel=${channel}`,
    ...(user ? { user } : {}),
    text: (message.text ?? '').slice(0, MAX_TEXT_CHARACTERS),
    ts,
    threadTs: threadTs ?? ts,
    isReply: threadTs != null && threadTs !== ts,
    fromBot: botId != null || message.subtype === 'bot_message',
    ...(botId ? { botId } : {}),
  }
}

function instantOf(seconds: number | null | undefined): string | null {
  if (seconds == null || seconds < 0 || seconds > 32_503_680_000) return null
  return new Date(seconds * 1_000).toISOString()
}
