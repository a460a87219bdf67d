import { createHmac } from 'node:crypto'
import { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest'
import { DeliveryMessage } from '#schema/contracts/messages'
import type { Env } from '../../adapters/env.ts'
import { kvEndpointCopies } from '../../adapters/cloudflare/endpoint-copies.ts'
import { createWebhookEndpoint, processDeliveries } from '../../domain/triggers/index.ts'
import { eventually } from '../../tests/setup/eventually.ts'
import { type InboxMember, type InboxWorld, openedIssue, openInboxWorld } from '../../tests/setup/inbox-world.ts'
import { problemResponse } from '../http/problem.ts'
import { webhooks } from './app.ts'

const app = new Hono<{ Bindings: Env }>()
app.route('/webhooks', webhooks)
app.onError((error) => problemResponse(error, 'request-1'))

let world: InboxWorld
let acme: InboxMember
beforeAll(async () => {
  for (const level of ['info', 'warn', 'error'] as const) vi.spyOn(console, level).mockImplementation(() => undefined)
  world = await openInboxWorld()
  acme = await world.member()
  await acme.listen()
})
afterAll(async () => {
  vi.restoreAllMocks()
  await world?.close()
})

const queue = {
  sent: [] as { message: unknown; options: unknown }[],
  failing: false,
  async send(message: unknown, options: unknown) {
    if (queue.failing) throw new Error('The queue is away')
    queue.sent.push({ message: structuredClone(message), options })
  },
}
const kv = {
  kept: new Map<string, string>(),
  failing: false,
  async get(key: string) {
    if (kv.failing) throw new Error('KV is away')
    const text = kv.kept.get(key)
    return text === undefined ? null : JSON.parse(text)
  },
  async put(key: string, value: string, options: unknown) {
    if (kv.failing) throw new Error('KV is away')
    expect(options).toEqual({ expirationTtl: 3_600 })
    kv.kept.set(key, value)
  },
}
const bucket = {
  kept: new Map<string, Uint8Array>(),
  put: async (key: string, body: Uint8Array) => void bucket.kept.set(key, Uint8Array.from(body)),
  delete: async (keys: string[]) => keys.forEach((key) => bucket.kept.delete(key)),
}
/** Another object for each test, as another isolate has: nothing is remembered from the one before. */
let namespace: Pick<typeof kv, 'get' | 'put'>
beforeEach(() => {
  namespace = { get: kv.get, put: kv.put }
  queue.sent = []
  queue.failing = kv.failing = false
  kv.kept.clear()
  bucket.kept.clear()
})

function envOf(change: Partial<Record<keyof Env, unknown>> = {}): Env {
  return {
    ENVIRONMENT: 'test',
    APP_URL: 'http://app.test',
    PLATFORM_URL: 'http://platform.test',
    DATABASE_URL: world.databaseUrl,
    NEON_LOCAL: inject('neonHost'),
    ENCRYPTION_KEY: btoa('\u0007'.repeat(32)),
    SERVICE_TOKEN: 's'.repeat(32),
    AUTH_SECRET: 'a'.repeat(32),
    SANDBOX_HOST_URL: 'http://127.0.0.1:9',
    SANDBOX_HOST_TOKEN: 't'.repeat(16),
    DELIVERIES: queue,
    ENDPOINTS: namespace,
    BLOBS: bucket,
    ...change,
  } as unknown as Env
}
/** A server that answers, and has no such database: what a request sees while the database is away. */
const databaseAway = () => envOf({ DATABASE_URL: 'postgres://postgres@127.0.0.1:1/no_such_database' })

const sign = (body: string | Uint8Array, secret = acme.endpoint.secret) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`

interface Sending {
  headers?: Record<string, string | undefined>
  path?: string
  env?: Env
}
function send(body: string | Uint8Array<ArrayBuffer>, sending: Sending = {}) {
  const { headers = {}, path = acme.endpoint.path, env = envOf() } = sending
  const all = {
    'content-type': 'application/json',
    'x-github-event': 'issues',
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    'x-hub-signature-256': sign(body),
    ...headers,
  }
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return app.request(path, { method: 'POST', headers: given, body }, env)
}
const issue = JSON.stringify(openedIssue(1))
const sentMessage = () => DeliveryMessage.parse(queue.sent[0]?.message)

test('a signed webhook is answered 200 and lies in the queue, byte for byte', async () => {
  const body = `  ${issue}\n`
  const response = await send(body, { headers: { cookie: 'secret=1', 'x-github-hook-id': '7' } })
  expect([response.status, await response.json()]).toEqual([200, { received: true }])
  expect(queue.sent).toHaveLength(1)
  expect(queue.sent[0]?.options).toEqual({ contentType: 'v8' })
  const message = sentMessage()
  expect(message).toMatchObject({
    organizationId: acme.organizationId,
    endpointId: acme.endpoint.id,
    provider: 'github',
    deliveryId: '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    eventType: 'issues',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issues',
      'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
      'x-github-hook-id': '7',
    },
  })
  expect(Object.keys(message.headers)).not.toContain('x-hub-signature-256')
  expect(Object.keys(message.headers)).not.toContain('cookie')
  expect(message.body.kind === 'inline' && new TextDecoder().decode(message.body.bytes)).toBe(body)
})

test('what the edge sends, the consumer turns into a run', async () => {
  await send(issue)
  expect(await processDeliveries(world.needs, { messages: [sentMessage()] })).toEqual({ processed: 1, created: 1 })
})

test.each([
  ['missing', { 'x-hub-signature-256': undefined }],
  ['of another secret', { 'x-hub-signature-256': sign(issue, 'another secret') }],
  ['of another body', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }],
  ['not a signature', { 'x-hub-signature-256': 'sha256=' }],
])('a signature that is %s: 401 and nothing sent', async (_what, headers) => {
  const response = await send(issue, { headers })
  expect(response.status).toBe(401)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toMatchObject({ code: 'webhook.not_verified' })
  expect(queue.sent).toEqual([])
  expect(bucket.kept.size).toBe(0)
})

test.each([
  ['an endpoint nobody has', '/webhooks/direct/github/01890000-0000-7000-8000-000000000000'],
  ['an id that is none', '/webhooks/direct/github/not-an-id'],
  ['a provider nobody knows', '/webhooks/direct/nobody/01890000-0000-7000-8000-000000000000'],
])('%s: 404 and nothing sent', async (_what, path) => {
  const response = await send(issue, { path })
  expect([response.status, await response.json()]).toMatchObject([404, { code: 'webhook.endpoint_not_found' }])
  expect(queue.sent).toEqual([])
})

test('a malformed id and an unknown provider are refused without asking the database', async () => {
  const fetch = vi.spyOn(globalThis, 'fetch')
  await send(issue, { path: '/webhooks/direct/github/not-an-id' })
  await send(issue, { path: `/webhooks/direct/nobody/${acme.endpoint.id}` })
  expect(fetch).not.toHaveBeenCalled()
  fetch.mockRestore()
})

test('a 26 MB body: 413, by its announced length and without one', async () => {
  const body = new Uint8Array(26 * 1024 * 1024)
  const unread = vi.fn((controller: ReadableStreamDefaultController) => controller.error(new Error('It was read')))
  const stream = new ReadableStream({ pull: unread }, { highWaterMark: 0 })
  const headers = { 'content-length': String(body.byteLength), 'x-hub-signature-256': sign(body) }
  const request = new Request(`http://edge.test${acme.endpoint.path}`, {
    method: 'POST',
    headers,
    body: stream,
    duplex: 'half',
  } as RequestInit)
  expect((await app.fetch(request, envOf())).status).toBe(413)
  expect(unread).not.toHaveBeenCalled()
  expect((await send(body)).status).toBe(413)
  expect(queue.sent).toEqual([])
})

test('a body of exactly 25 MB is taken', async () => {
  const body = new Uint8Array(25 * 1024 * 1024).fill(0x20)
  expect((await send(body)).status).toBe(200)
})

test('a body over 96 KB travels through blob storage, one of exactly 96 KB in the message', async () => {
  const [small, large] = [new Uint8Array(96 * 1024).fill(0x20), new Uint8Array(96 * 1024 + 1).fill(0x20)]
  await send(small)
  expect(sentMessage().body).toMatchObject({ kind: 'inline' })
  queue.sent = []
  await send(large)
  const { id, body } = sentMessage()
  expect(body).toEqual({ kind: 'stored', key: `deliveries/${acme.organizationId}/${id}`, size: large.byteLength })
  expect(bucket.kept.get(`deliveries/${acme.organizationId}/${id}`)).toEqual(large)
})

test('a queue that does not take it: 503, nothing half stored, and the sender may try again', async () => {
  queue.failing = true
  const large = new Uint8Array(100 * 1024).fill(0x20)
  const response = await send(large)
  expect([response.status, await response.json()]).toMatchObject([503, { code: 'webhook.not_accepted' }])
  expect(bucket.kept.size).toBe(0)
  queue.failing = false
  expect((await send(large)).status).toBe(200)
  expect(queue.sent).toHaveLength(1)
})

test('a queue that does not answer in time: 503, and the body stays for a message that is taken yet', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const silent = { send: () => new Promise(() => undefined) }
  const sending = send(new Uint8Array(100 * 1024).fill(0x20), { env: envOf({ DELIVERIES: silent }) })
  await eventually(() => expect(bucket.kept.size).toBe(1))
  await vi.advanceTimersByTimeAsync(4_000)
  const response = await sending
  vi.useRealTimers()
  expect([response.status, await response.json()]).toMatchObject([503, { code: 'webhook.not_accepted' }])
  expect(bucket.kept.size).toBe(1)
})

test('while the database is away a known endpoint still answers 200, an unknown one 503', async () => {
  expect((await send(issue, { env: databaseAway() })).status).toBe(503)
  expect((await send(issue)).status).toBe(200)
  queue.sent = []
  expect((await send(issue, { env: databaseAway() })).status).toBe(200)
  expect(queue.sent).toHaveLength(1)
  const wrong = { 'x-hub-signature-256': sign(issue, 'another secret') }
  expect((await send(issue, { env: databaseAway(), headers: wrong })).status).toBe(401)
})

test('a copy of the endpoint spares the database, and holds its secret sealed', async () => {
  await send(issue)
  const fetch = vi.spyOn(globalThis, 'fetch')
  expect((await send(issue)).status).toBe(200)
  expect(fetch).not.toHaveBeenCalled()
  fetch.mockRestore()
  const copy = kv.kept.get(`endpoint:${acme.endpoint.id}`)
  expect(copy).toContain(acme.organizationId)
  expect(copy).not.toContain(acme.endpoint.secret)
})

test('copies that cannot be read or written do not stop webhooks', async () => {
  kv.failing = true
  expect((await send(issue)).status).toBe(200)
  kv.failing = false
  kv.kept.set(`endpoint:${acme.endpoint.id}`, '{"id":"of an older version"}')
  expect((await send(issue)).status).toBe(200)
})

test('after a rotation the new secret verifies although an older copy is there, and the old one does not', async () => {
  const rotating = await world.member()
  const body = issue
  const old = { path: rotating.endpoint.path, headers: { 'x-hub-signature-256': sign(body, rotating.endpoint.secret) } }
  expect((await send(body, old)).status).toBe(200)
  const { secret } = await createWebhookEndpoint(world.needs, { actor: rotating.actor, provider: 'github' })
  const current = { ...old, headers: { 'x-hub-signature-256': sign(body, secret) } }
  expect((await send(body, current)).status).toBe(200)
  expect((await send(body, old)).status).toBe(401)
})

test('a rotation replaces the copy, so that the old secret is refused where the copy is read', async () => {
  const rotating = await world.member()
  const copies = kvEndpointCopies(kv as unknown as KVNamespace)
  const needs = { ...world.needs, endpointCopies: copies }
  const { secret } = await createWebhookEndpoint(needs, { actor: rotating.actor, provider: 'github' })
  const at = (key: string) => ({ path: rotating.endpoint.path, headers: { 'x-hub-signature-256': sign(issue, key) } })
  expect((await send(issue, { ...at(rotating.endpoint.secret), env: databaseAway() })).status).toBe(401)
  expect((await send(issue, { ...at(secret), env: databaseAway() })).status).toBe(200)
})

test.each([undefined, '', 'x'.repeat(300), 'two words'])(
  'a delivery with the id %j is known by the hash of its body',
  async (id) => {
    await send(issue, { headers: { 'x-github-delivery': id } })
    expect(sentMessage().deliveryId).toMatch(/^sha256:[0-9a-f]{64}:\d+$/)
  },
)

test('malformed JSON is accepted here: whether it is JSON is not the business of the edge', async () => {
  expect((await send('{"action": "opened", ')).status).toBe(200)
})

test('two hundred webhooks at once are all taken, and no request goes anywhere but to the database once', async () => {
  const fetch = vi.spyOn(globalThis, 'fetch')
  await send(issue)
  const lookups = fetch.mock.calls.length
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, n) => send(issue, { headers: { 'x-github-delivery': `at-once-${n}` } })),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(200)
  expect(queue.sent).toHaveLength(201)
  expect([lookups, fetch.mock.calls.length]).toEqual([1, 1])
  fetch.mockRestore()
})
