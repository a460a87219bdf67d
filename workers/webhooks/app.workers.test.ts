import { env, exports } from 'cloudflare:workers'
import { Hono } from 'hono'
import { beforeAll, expect, test, vi } from 'vitest'
import { DeliveryMessage } from '#schema/contracts/messages'
import { organizations, webhookInbox } from '#schema/tables/index'
import { kvEndpointCopies } from '../../adapters/cloudflare/endpoint-copies.ts'
import { systemDigest } from '../../adapters/crypto/digest.ts'
import { systemSecrets } from '../../adapters/crypto/secrets.ts'
import { aesVault } from '../../adapters/crypto/vault.ts'
import { configOf, type Env } from '../../adapters/env.ts'
import { openDatabase } from '../../adapters/postgres/neon.ts'
import { structuredLog } from '../../adapters/log.ts'
import { systemClock, systemIds } from '../../adapters/system.ts'
import { createWebhookEndpoint, listDeliveries } from '../../domain/triggers/index.ts'
import { eventually } from '../../tests/setup/eventually.ts'
import { problemResponse } from '../http/problem.ts'
import { webhooks } from './app.ts'

// The edge in workerd itself, with the real KV, R2 and WebCrypto; the queue is replaced where it matters what is sent.

const app = new Hono<{ Bindings: Env }>()
app.route('/webhooks', webhooks)
app.onError((error) => problemResponse(error, 'request-1'))

const organizationId = 'acme'
const config = configOf(env)
const db = openDatabase(config.DATABASE_URL, config.NEON_LOCAL)
let endpoint: { id: string; path: string; secret: string }
beforeAll(async () => {
  for (const level of ['info', 'warn', 'error'] as const) vi.spyOn(console, level).mockImplementation(() => undefined)
  await db.insert(organizations).values({ id: organizationId, name: 'Acme', slug: 'acme' })
  const needs = {
    db,
    clock: systemClock,
    ids: systemIds,
    log: structuredLog(),
    vault: aesVault(config.ENCRYPTION_KEY),
    endpointCopies: kvEndpointCopies(env.ENDPOINTS),
    secrets: systemSecrets,
  }
  endpoint = await createWebhookEndpoint(needs, { actor: { kind: 'system', organizationId }, provider: 'github' })
})

function recordingQueue({ failing = false } = {}) {
  const sent: unknown[] = []
  const send = async (message: unknown) => {
    if (failing) throw new Error('The queue is away')
    sent.push(structuredClone(message))
  }
  return { sent, queue: { send } as unknown as Queue }
}
/** The same copies as another isolate sees them: it remembers none from before. */
function endpointsElsewhere(): KVNamespace {
  const { ENDPOINTS } = env
  const get = (key: string) => ENDPOINTS.get(key, 'json')
  const put = (key: string, value: string, options: KVNamespacePutOptions) => ENDPOINTS.put(key, value, options)
  return { get, put } as unknown as KVNamespace
}
/** The bindings of the test, some replaced. */
const envWith = (change: Partial<Env>): Env => ({ ...env, ...change })

async function send(body: Uint8Array, given: { env: Env; path?: string; signature?: string | null }) {
  const right = `sha256=${await systemDigest.hmac(endpoint.secret, body)}`
  const signature = given.signature === undefined ? right : given.signature
  const headers = new Headers({ 'x-github-event': 'issues', 'x-github-delivery': 'd-1' })
  if (signature !== null) headers.set('x-hub-signature-256', signature)
  return app.request(given.path ?? endpoint.path, { method: 'POST', headers, body: Uint8Array.from(body) }, given.env)
}
const issue = new TextEncoder().encode('{"action":"opened"}')
const bytes = (size: number) => new Uint8Array(size).fill(0x20)

test('a signed webhook is answered 200 and its bytes lie in the queue', async () => {
  const { sent, queue } = recordingQueue()
  expect((await send(issue, { env: envWith({ DELIVERIES: queue }) })).status).toBe(200)
  expect(DeliveryMessage.parse(sent[0])).toMatchObject({ organizationId, body: { kind: 'inline', bytes: issue } })
})

test('a wrong or missing signature: 401 and nothing sent', async () => {
  const { sent, queue } = recordingQueue()
  for (const signature of [null, `sha256=${'0'.repeat(64)}`]) {
    expect((await send(issue, { env: envWith({ DELIVERIES: queue }), signature })).status).toBe(401)
  }
  expect(sent).toEqual([])
})

test('an unknown endpoint: 404', async () => {
  const path = '/webhooks/direct/github/01890000-0000-7000-8000-000000000000'
  expect((await send(issue, { env: envWith({}), path })).status).toBe(404)
})

test('a 26 MB body: 413', async () => {
  expect((await send(bytes(26 * 1024 * 1024), { env: envWith({}) })).status).toBe(413)
})

test('a body over 96 KB lies in R2', async () => {
  const { sent, queue } = recordingQueue()
  const body = bytes(96 * 1024 + 1)
  expect((await send(body, { env: envWith({ DELIVERIES: queue }) })).status).toBe(200)
  const message = DeliveryMessage.parse(sent[0])
  const object = await env.BLOBS.get(`deliveries/${organizationId}/${message.id}`)
  expect(new Uint8Array(await object!.arrayBuffer())).toEqual(body)
  expect(object!.customMetadata).toEqual({ organizationId })
})

test('a body of exactly 96 KB fits into a real message, and the consumer finds it whole in the ledger', async () => {
  const body = bytes(96 * 1024)
  body.set(issue)
  const headers = {
    'x-github-event': 'ping',
    'x-github-delivery': 'through-the-queue',
    'x-hub-signature-256': `sha256=${await systemDigest.hmac(endpoint.secret, body)}`,
  }
  const request = new Request(`http://edge.test${endpoint.path}`, { method: 'POST', headers, body })
  expect((await exports.default.fetch(request)).status).toBe(200)
  const row = await eventually(async () => {
    const { items } = await listDeliveries({ db }, { actor: { kind: 'system', organizationId }, limit: 10 })
    const found = items.find(({ deliveryId }) => deliveryId === 'through-the-queue')
    expect(found?.status).toBe('completed')
    return found
  })
  expect(row).toMatchObject({ eventType: 'ping', outcome: { reason: 'ping' } })
  const [stored] = await db.select({ payload: webhookInbox.payload }).from(webhookInbox)
  expect(stored?.payload).toBe(new TextDecoder().decode(body))
})

test('a queue that does not take it: 503, and no body stays behind in R2', async () => {
  const { queue } = recordingQueue({ failing: true })
  const before = (await env.BLOBS.list()).objects.length
  expect((await send(bytes(100 * 1024), { env: envWith({ DELIVERIES: queue }) })).status).toBe(503)
  expect((await env.BLOBS.list()).objects).toHaveLength(before)
})

test('the database is away and the copy is there: 200; without a copy: 503', async () => {
  const { sent, queue } = recordingQueue()
  const DATABASE_URL = 'postgres://postgres@127.0.0.1:1/no_such_database'
  const away = () => envWith({ DELIVERIES: queue, DATABASE_URL, ENDPOINTS: endpointsElsewhere() })
  expect((await send(issue, { env: away() })).status).toBe(200)
  expect(sent).toHaveLength(1)
  await env.ENDPOINTS.delete(`endpoint:${endpoint.id}`)
  expect((await send(issue, { env: away() })).status).toBe(503)
})
