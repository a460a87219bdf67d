import { expect, test } from 'vitest'
import { slackDelivery, slackMessage } from '../../../../tests/fixtures/slack/documented.ts'
import { parseSlack } from './parse.ts'
import { slackTriggerTypes } from './trigger-types.ts'

const delivery = { eventType: 'event_callback', deliveryId: 'd', headers: {}, bodyHash: 'b'.repeat(64) }

function matchOf(typeId: string, config: unknown, payload: unknown) {
  const parsed = parseSlack({ payload, ...delivery, receivedAt: '2026-11-21T10:00:00.000Z' })
  const configured = slackTriggerTypes.find(({ id }) => id === typeId)!.configure(config)
  if (!parsed.ok || !configured.ok) throw new Error(JSON.stringify({ parsed, configured }))
  return configured.matches(parsed.events[0]!)
}
const reply = { thread_ts: '1355517520.000001' }
const bot = { bot_id: 'B2', app_id: 'A2' }

test.each([
  [{}, {}],
  [{ channels: [], keywords: [] }, {}],
  [{ channels: ['C999', 'C123ABC456'] }, {}],
  [{ keywords: ['PROSPECT', 'nothing'] }, {}],
  [{ threads: 'all' }, reply],
  [{ threads: 'top_level' }, {}],
  [{ threads: 'replies' }, reply],
  [{ fromBots: true }, bot],
])('%j lets a message through: %j', (config, event) => {
  expect(matchOf('message_in_channel', config, slackMessage(event))).toEqual({ matched: true })
})

test.each([
  [{}, bot, 'the message is from a bot'],
  [{ fromBots: false }, bot, 'the message is from a bot'],
  [{ channels: ['C999'] }, {}, 'channel C123ABC456 is not C999'],
  [{ keywords: ['deploy'] }, {}, 'deploy is not said'],
  [{ keywords: ['deploy', 'ship'] }, {}, 'none of deploy, ship is said'],
  [{ threads: 'top_level' }, reply, 'the message is a reply in a thread'],
  [{ threads: 'replies' }, {}, 'the message is not a reply in a thread'],
])('%j refuses a message %j and says why', (config, event, reason) => {
  expect(matchOf('message_in_channel', config, slackMessage(event))).toEqual({ matched: false, reason })
})

test('a mention and a message are different events', () => {
  expect(matchOf('app_mention', {}, slackDelivery())).toEqual({ matched: true })
  expect(matchOf('app_mention', {}, slackMessage())).toEqual({
    matched: false,
    reason: 'the event is message_in_channel, this listens to another',
  })
})

test('a channel is given by its id, and its name is refused in words', () => {
  expect(slackTriggerTypes[0]!.configure({ channels: ['#general'] })).toMatchObject({
    ok: false,
    issues: [{ path: 'channels.0', message: expect.stringContaining('the id of a channel') }],
  })
})
