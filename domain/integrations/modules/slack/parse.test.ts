import { expect, test } from 'vitest'
import { NormalizedEvent } from '#schema/contracts/triggers'
import { slackChallenge, slackDelivery, slackMessage } from '../../../../tests/fixtures/slack/documented.ts'
import { slack } from './module.ts'
import { parseSlack } from './parse.ts'

const receivedAt = '2026-11-21T10:00:00.000Z'
const delivery = { eventType: 'event_callback', deliveryId: 'd', headers: {}, bodyHash: 'b'.repeat(64), receivedAt }
const parse = (payload: unknown) => parseSlack({ payload, ...delivery })

function eventOf(payload: unknown): NormalizedEvent {
  const parsed = parse(payload)
  if (!parsed.ok || !parsed.events[0]) throw new Error(JSON.stringify(parsed))
  expect(NormalizedEvent.parse(parsed.events[0])).toEqual(parsed.events[0])
  return parsed.events[0]
}
const none = { ok: true, events: [] }

test('a mention becomes an event with everything an answer needs', () => {
  expect(eventOf(slackDelivery())).toEqual({
    provider: 'slack',
    eventType: 'app_mention',
    providerEventType: 'app_mention',
    occurredAt: '2018-01-08T22:12:02.000Z',
    dedupKey: 'slack:Ev123ABC456',
    title: 'Mention in C123ABC456: <@U0LAN0Z89> is it everything a river should be?',
    url: 'https://slack.com/app_redirect?team=T123ABC456&channel=C123ABC456',
    context: {
      slack: {
        teamId: 'T123ABC456',
        channel: 'C123ABC456',
        channelType: 'channel',
        channelUrl: 'https://slack.com/app_redirect?team=T123ABC456&channel=C123ABC456',
        user: 'U061F7AUR',
        text: '<@U0LAN0Z89> is it everything a river should be?',
        ts: '1515449522.000016',
        threadTs: '1515449522.000016',
        isReply: false,
        fromBot: false,
      },
    },
  })
})

test('messages in public and private channels are events; direct messages are not', () => {
  expect(eventOf(slackMessage()).eventType).toBe('message_in_channel')
  expect(eventOf(slackMessage({ channel_type: 'group', channel: 'G1' })).eventType).toBe('message_in_channel')
  expect(parse(slackMessage({ channel_type: 'im', channel: 'D1' }))).toEqual(none)
  expect(parse(slackMessage({ channel_type: 'mpim', channel: 'G1' }))).toEqual(none)
  expect(parse(slackMessage({ channel_type: undefined, channel: 'D1' }))).toEqual(none)
})

test('a reply names its thread, and a long text is cut', () => {
  const event = eventOf(slackMessage({ thread_ts: '1355517520.000001', text: 'x'.repeat(40_000) }))
  expect(event.context.slack).toMatchObject({ isReply: true, threadTs: '1355517520.000001' })
  expect((event.context.slack as { text: string }).text).toHaveLength(20_000)
  expect(event.title).toHaveLength(200)
})

test.each([
  ['by the app it comes from', { app_id: 'A123ABC456', bot_id: 'B1' }],
  ['by its profile', { bot_profile: { app_id: 'A123ABC456' } }],
  ['by its user', { user: 'U0LAN0Z89' }],
])('what the app says itself is never an event, known %s', (_, event) => {
  expect(parse(slackMessage(event))).toEqual(none)
  expect(parse(slackDelivery(event))).toEqual(none)
})

test('what another bot says is an event that says so', () => {
  const said = { bot_id: 'B2', app_id: 'A2', subtype: 'bot_message', user: undefined }
  expect(eventOf(slackMessage(said)).context.slack).toMatchObject({ fromBot: true, botId: 'B2' })
})

test.each(['message_changed', 'message_deleted', 'channel_join', 'channel_topic', 7])(
  'a message of subtype %s is nothing that somebody says',
  (subtype) => {
    expect(parse(slackMessage({ subtype }))).toEqual(none)
  },
)

test('challenges, limits and events of other kinds give no event', () => {
  expect(parse(slackChallenge)).toEqual(none)
  expect(parse({ type: 'app_rate_limited', team_id: 'T1', minute_rate_limited: 1 })).toEqual(none)
  expect(parse(slackDelivery({ type: 'reaction_added' }))).toEqual(none)
})

test.each([null, [], 'text', {}, slackDelivery({}, { event_id: '' }), slackDelivery({ channel: 'C/../x' })])(
  'a payload of another shape is refused with the place that is wrong: %j',
  (payload) => {
    expect(parse(payload)).toMatchObject({ ok: false, detail: expect.stringMatching(/.+/) })
  },
)

test('the same event sent again is known by its own id', () => {
  expect(eventOf(slackDelivery({}, { event_time: 1 })).dedupKey).toBe(eventOf(slackDelivery()).dedupKey)
  expect(eventOf(slackDelivery({}, { event_id: 'Ev2' })).dedupKey).not.toBe(eventOf(slackDelivery()).dedupKey)
})

test('a delivery belongs to its workspace', () => {
  expect(slack.triggers.webhook?.identity?.(slackDelivery())).toEqual({ kind: 'integration', externalId: 'T123ABC456' })
  expect(slack.triggers.webhook?.identity?.({ team_id: 7 })).toBeNull()
  expect(slack.triggers.webhook?.addresses).toEqual(['app'])
})

test.each([
  [{ type: 'app_uninstalled' }, { externalId: 'T123ABC456', status: 'deleted' }],
  [{ type: 'tokens_revoked', tokens: { bot: ['U0LAN0Z89'] } }, { externalId: 'T123ABC456', status: 'deleted' }],
  [{ type: 'tokens_revoked', tokens: { oauth: ['U1'], bot: [] } }, null],
  [{ type: 'app_mention' }, null],
])('%j changes the connection to %j', (event, change) => {
  const payload = slackDelivery(event)
  expect(slack.triggers.webhook?.connection?.({ payload, eventType: 'event_callback' }) ?? null).toEqual(change)
})

const shared = { team_id: 'T0THEIRS', is_ext_shared_channel: true }
test.each([
  ['the installation that it is told to', { authorizations: [{ team_id: 'T0OURS' }], context_team_id: 'T0OTHER' }],
  ['its context, where an enterprise installed the app', { authorizations: [{ team_id: null }], context_team_id: 'T0OURS' }],
  ['its context, where it names no installation', { authorizations: [], context_team_id: 'T0OURS' }],
])('in a channel shared with another workspace a delivery belongs to %s', (_, whose) => {
  const said = slackDelivery({}, { ...shared, ...whose })
  expect(slack.triggers.webhook?.identity?.(said)).toEqual({ kind: 'integration', externalId: 'T0OURS' })
  expect(eventOf(said).context.slack).toMatchObject({
    teamId: 'T0OURS',
    channelUrl: 'https://slack.com/app_redirect?team=T0OURS&channel=C123ABC456',
  })
  const gone = slackDelivery({ type: 'app_uninstalled' }, { ...shared, ...whose })
  expect(slack.triggers.webhook?.connection?.({ payload: gone, eventType: 'event_callback' })).toEqual({
    externalId: 'T0OURS',
    status: 'deleted',
  })
})
