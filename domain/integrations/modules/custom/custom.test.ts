import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NormalizedEvent } from '#schema/contracts/triggers'
import { systemDigest } from '../../../../adapters/crypto/digest.ts'
import { customContextOf } from './context.ts'
import { jsonText } from './json-text.ts'
import { custom } from './module.ts'
import { parseCustom } from './parse.ts'
import { verifyCustom } from './signature.ts'
import { customTriggerTypes, takesUnsigned } from './trigger-types.ts'

const bodyHash = 'c'.repeat(64)

function eventOf(payload: unknown, receivedAt = '2026-11-21T10:00:00.000Z', headers: Record<string, string> = {}) {
  const parsed = parseCustom({ payload, eventType: 'webhook', deliveryId: 'd', headers, bodyHash, receivedAt })
  if (!parsed.ok || !parsed.events[0]) throw new Error(JSON.stringify(parsed))
  expect(NormalizedEvent.parse(parsed.events[0])).toEqual(parsed.events[0])
  return parsed.events[0]
}

test('what was sent becomes the context, with the headers that are kept', () => {
  const payload = { title: 'Disk is full', url: 'https://status.example/1', host: { name: 'db-1' } }
  expect(eventOf(payload, '2026-11-21T10:04:59.999Z', { 'user-agent': 'curl/8' })).toEqual({
    provider: 'custom',
    eventType: 'webhook_received',
    providerEventType: 'webhook',
    occurredAt: '2026-11-21T10:04:59.999Z',
    dedupKey: `custom:${bodyHash}:${Date.parse('2026-11-21T10:00:00Z') / 300_000}`,
    earlierKeys: [
      `custom:${bodyHash}:${Date.parse('2026-11-21T09:55:00Z') / 300_000}`,
      `custom:${bodyHash}:${Date.parse('2026-11-21T10:05:00Z') / 300_000}`,
    ],
    title: 'Disk is full',
    url: 'https://status.example/1',
    context: { custom: { payload, headers: { 'user-agent': 'curl/8' } } },
  })
})

test('the same body across the edge of five minutes is the same, and ten minutes later another', () => {
  const first = eventOf({}, '2026-11-21T10:04:59.000Z')
  const again = eventOf({}, '2026-11-21T10:05:01.000Z')
  const later = eventOf({}, '2026-11-21T10:14:59.000Z')
  expect(again.dedupKey).not.toBe(first.dedupKey)
  expect(again.earlierKeys).toContain(first.dedupKey)
  expect([later.dedupKey, ...(later.earlierKeys ?? [])]).not.toContain(first.dedupKey)
})

test.each([
  [{ subject: ' Two\n lines ' }, 'Two lines'],
  [{ title: '', message: 'It broke' }, 'It broke'],
  [{ event: 'build.failed' }, 'Webhook received: build.failed'],
  [{ title: { text: 'x' } }, 'Webhook received'],
  ['just words', 'just words'],
  ['', 'Webhook received'],
  [[1, 2], 'Webhook received'],
  [42, 'Webhook received'],
  [null, 'Webhook received'],
])('%j is called %s', (payload, title) => {
  expect(eventOf(payload).title).toBe(title)
})

test.each(['javascript:alert(1)', 'data:text/html,x', 'not a link', 7])('%s is no link of an event', (url) => {
  expect(eventOf({ url }).url).toBeNull()
  expect(eventOf({ url, link: 'http://a.example/' }).url).toBe('http://a.example/')
})

test('any JSON is an event of bounded size', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (payload) => {
      const event = eventOf(JSON.parse(JSON.stringify(payload)))
      const { truncated, payload: kept } = customContextOf(event)
      if (!truncated) expect(kept).toEqual(JSON.parse(JSON.stringify(payload)))
    }),
  )
  const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) as unknown
  const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`k${index}`, 'x'.repeat(100)]))
  for (const payload of [deep, wide, 'x'.repeat(1_000_000), Array(50_000).fill('y'.repeat(5_000))]) {
    const event = eventOf(payload)
    expect(customContextOf(event).truncated).toBe(true)
    expect(JSON.stringify(event).length).toBeLessThan(100_000)
  }
})

test('a field named like the prototype is a field like any other', () => {
  const event = eventOf(JSON.parse('{"__proto__": {"title": "x"}, "a": 1}'))
  expect(JSON.stringify(customContextOf(event).payload)).toBe('{"__proto__":{"title":"x"},"a":1}')
  expect(event.title).toBe('Webhook received')
})

test.each([
  ['{"a": 1}', 'application/json', { a: 1 }],
  ['{"a": 1}', undefined, { a: 1 }],
  ['a=1&b=two+words&a=2', 'application/x-www-form-urlencoded; charset=utf-8', { a: ['1', '2'], b: 'two words' }],
  ['hello', 'text/plain', 'hello'],
  ['{"a": 1}', 'text/plain', { a: 1 }],
  ['', 'application/json', null],
  [' \n', undefined, null],
])('a body %j of type %s is read as %j', (body, type, json) => {
  expect(JSON.parse(jsonText(body, type === undefined ? {} : { 'content-type': type }))).toEqual(json)
})

test('a body that is neither is left as it is, to be refused as no JSON', () => {
  expect(jsonText('<xml/>', { 'content-type': 'application/xml' })).toBe('<xml/>')
})

const rawBody = new TextEncoder().encode('{"a":1}')
const verify = (headers: Record<string, string>) =>
  verifyCustom(systemDigest, { headers, rawBody, receivedAt: new Date('2026-11-21T10:00:00.000Z') }, 's3cret')
const wrong = { ok: false, reason: 'wrong_signature' }

test.each(['x-webhook-signature', 'x-signature', 'x-hub-signature-256', 'x-signature-256'])(
  'a signature is taken from %s, with and without sha256=',
  async (header) => {
    const signature = await systemDigest.hmac('s3cret', rawBody)
    expect(await verify({ [header]: signature })).toEqual({ ok: true })
    expect(await verify({ [header]: `sha256=${signature.toUpperCase()}` })).toEqual({ ok: true })
    expect(await verify({ [header]: signature.slice(1) })).toEqual(wrong)
    expect(await verify({ [header]: 'ab'.repeat(32) })).toEqual(wrong)
  },
)

test('the first signature counts, whatever stands in the others, and none is missing', async () => {
  const signature = await systemDigest.hmac('s3cret', rawBody)
  expect(await verify({ 'x-webhook-signature': 'ab'.repeat(32), 'x-signature': signature })).toEqual(wrong)
  expect(await verify({ 'x-webhook-signature': signature, 'x-signature': 'no' })).toEqual({ ok: true })
  expect(await verify({})).toEqual({ ok: false, reason: 'missing_signature' })
})

test('a trigger takes unsigned deliveries unless it asks for a signature, and matches all of them', () => {
  expect(takesUnsigned({})).toBe(true)
  expect(takesUnsigned({ requireSignature: true })).toBe(false)
  const configured = customTriggerTypes[0]!.configure({ requireSignature: true })
  expect(configured.ok && configured.matches(eventOf([]))).toEqual({ matched: true })
  expect(customTriggerTypes[0]!.configure({ secret: 'x' })).toMatchObject({ ok: false })
})

test('the kind of event is what the sender calls it, if that is a name', () => {
  const identify = (headers: Record<string, string>) => custom.triggers.webhook?.identify(headers).eventType
  expect(identify({ 'x-event-type': 'order.paid' })).toBe('order.paid')
  expect(identify({ 'x-event-type': '<script>' })).toBe('webhook')
  expect(identify({})).toBe('webhook')
})
