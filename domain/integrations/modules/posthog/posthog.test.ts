import { expect, test } from 'vitest'
import { NormalizedEvent } from '#schema/contracts/triggers'
import { systemDigest } from '../../../../adapters/crypto/digest.ts'
import { posthogDestination, posthogFlat, posthogHook } from '../../../../tests/fixtures/posthog/documented.ts'
import { parsePosthog } from './parse.ts'
import { verifyPosthog } from './signature.ts'
import { posthogTriggerTypes, takesUnsigned } from './trigger-types.ts'

const receivedAt = '2026-11-21T10:00:00.000Z'
const parse = (payload: unknown, deliveryId = 'd') =>
  parsePosthog({ payload, eventType: 'event', deliveryId, headers: {}, bodyHash: 'b'.repeat(64), receivedAt })

function eventOf(payload: unknown, deliveryId?: string): NormalizedEvent {
  const parsed = parse(payload, deliveryId)
  if (!parsed.ok || !parsed.events[0]) throw new Error(JSON.stringify(parsed))
  expect(NormalizedEvent.parse(parsed.events[0])).toEqual(parsed.events[0])
  return parsed.events[0]
}

function matchOf(typeId: string, config: unknown, payload: unknown) {
  const configured = posthogTriggerTypes.find(({ id }) => id === typeId)!.configure(config)
  if (!configured.ok) throw new Error(JSON.stringify(configured))
  return configured.matches(eventOf(payload))
}

test('the default body of a webhook destination becomes an event with all that is known', () => {
  const { event } = posthogDestination
  expect(eventOf(posthogDestination)).toEqual({
    provider: 'posthog',
    eventType: 'event_received',
    providerEventType: '$pageview',
    occurredAt: '2026-11-21T09:59:58.000Z',
    dedupKey: `posthog:${event.uuid}`,
    title: '$pageview by ada@acme.example',
    url: event.url,
    context: {
      posthog: {
        event: '$pageview',
        uuid: event.uuid,
        distinctId: 'user-42',
        timestamp: event.timestamp,
        eventUrl: event.url,
        personName: 'ada@acme.example',
        personUrl: 'https://us.posthog.com/project/1/person/user-42',
        personProperties: { email: 'ada@acme.example' },
        properties: event.properties,
      },
    },
  })
})

test('a body that people write and the hook of an action are understood as well', () => {
  expect(eventOf(posthogFlat)).toMatchObject({ eventType: 'event_received', title: 'user_signed_up by user-43' })
  expect(eventOf(posthogHook)).toMatchObject({
    eventType: 'action_performed',
    title: 'Bought something by ada@acme.example',
    context: { posthog: { action: 'Bought something', event: 'purchase', properties: { amount: 120 } } },
  })
  expect(eventOf({ ...posthogDestination, action: 'Saw prices' }).eventType).toBe('action_performed')
  const nameless = { ...posthogHook, data: { ...posthogHook.data, action: undefined } }
  expect(eventOf(nameless)).toMatchObject({ eventType: 'action_performed', title: 'purchase by ada@acme.example' })
})

test('an event is known by its id, else by what, who and when, else by its delivery', () => {
  expect(eventOf(posthogFlat, 'a').dedupKey).toBe('posthog:user_signed_up:user-43:2026-11-21T09:00:00.000Z')
  const timeless = { ...posthogFlat, timestamp: undefined }
  expect(eventOf(timeless, 'a').dedupKey).toBe('posthog:user_signed_up:user-43:a')
  const endless = { ...posthogFlat, distinct_id: 'x'.repeat(1_500) }
  expect(eventOf(endless).dedupKey).toBe(`posthog:${'b'.repeat(64)}`)
})

test('a link that is no web address is none, and properties are bounded', () => {
  const event = { ...posthogDestination.event, url: 'javascript:alert(1)', properties: { text: 'x'.repeat(9_000) } }
  const { url, context } = eventOf({ event, person: null })
  expect(url).toBeNull()
  expect(context.posthog).toMatchObject({ truncated: true })
  expect(context.posthog).not.toHaveProperty('eventUrl')
})

test.each([null, [], 'text', {}, { event: '' }, { event: { uuid: 'x' } }, { hook: {}, data: {} }])(
  'a payload without an event is refused with the place that is wrong: %j',
  (payload) => {
    expect(parse(payload)).toMatchObject({ ok: false, detail: expect.stringContaining('event') })
  },
)

test.each([
  ['event_received', {}, posthogDestination],
  ['event_received', {}, posthogHook],
  ['event_received', { events: ['$pageview'], properties: { plan: 'scale', trial: 'false' } }, posthogDestination],
  ['event_received', { properties: { seats: '5', trial: false, tags: 'web' } }, posthogDestination],
  ['action_performed', { actions: ['bought something'], properties: { amount: '120' } }, posthogHook],
] as [string, unknown, unknown][])('%s with %j matches', (type, config, payload) => {
  expect(matchOf(type, config, payload)).toEqual({ matched: true })
})

test.each([
  ['event_received', { events: ['$autocapture'] }, posthogDestination, 'event $pageview is not $autocapture'],
  ['event_received', { properties: { plan: 'free' } }, posthogDestination, 'property plan is not free'],
  ['event_received', { properties: { country: 'DE' } }, posthogDestination, 'property country is missing'],
  ['event_received', { properties: { constructor: 'x' } }, posthogDestination, 'property constructor is missing'],
  ['action_performed', { actions: ['Left'] }, posthogHook, 'action Bought something is not Left'],
  ['action_performed', {}, posthogFlat, 'the event is event_received, this listens to another'],
] as [string, unknown, unknown, string][])('%s with %j does not match and says why', (...row) => {
  const [type, config, payload, reason] = row
  expect(matchOf(type, config, payload)).toEqual({ matched: false, reason })
})

const rawBody = new TextEncoder().encode(JSON.stringify(posthogFlat))
const verify = (headers: Record<string, string>) =>
  verifyPosthog(systemDigest, { headers, rawBody, receivedAt: new Date(receivedAt) }, 's3cret')

test('a signature, a token and a bearer prove the sender', async () => {
  const signature = await systemDigest.hmac('s3cret', rawBody)
  expect(await verify({ 'x-posthog-signature': signature })).toEqual({ ok: true })
  expect(await verify({ 'x-posthog-signature': `sha256=${signature}` })).toEqual({ ok: true })
  expect(await verify({ 'x-posthog-token': 's3cret' })).toEqual({ ok: true })
  expect(await verify({ authorization: 'Bearer s3cret' })).toEqual({ ok: true })
})

test('a wrong one is wrong, also beside a right one, and none is missing', async () => {
  const wrong = { ok: false, reason: 'wrong_signature' }
  expect(await verify({ 'x-posthog-signature': 'ab'.repeat(32), 'x-posthog-token': 's3cret' })).toEqual(wrong)
  expect(await verify({ 'x-posthog-signature': 's3cret' })).toEqual(wrong)
  expect(await verify({ 'x-posthog-token': 's3cre' })).toEqual(wrong)
  // Enforced only where the trigger asks for it (a2 §2.4): there a foreign bearer is refused like none at all.
  const missing = { ok: false, reason: 'missing_signature' }
  expect(await verify({ authorization: 'Bearer other' })).toEqual(missing)
  expect(await verify({ authorization: 'Basic czNjcmV0' })).toEqual(missing)
  expect(await verify({})).toEqual({ ok: false, reason: 'missing_signature' })
})

test('a trigger takes unsigned deliveries unless it asks for a signature', () => {
  expect(takesUnsigned({})).toBe(true)
  expect(takesUnsigned({ requireSignatureVerification: false })).toBe(true)
  expect(takesUnsigned({ requireSignatureVerification: true })).toBe(false)
})
