import { createHmac } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { Hono } from 'hono'
import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from 'vitest'
import { DeliveryMessage } from '#schema/contracts/messages'
import type { Env } from '../../adapters/env.ts'
import { kvEndpointCopies } from '../../adapters/cloudflare/endpoint-copies.ts'
import { later } from '../../domain/kernel/clock.ts'
import { queryRows } from '../../domain/kernel/database.ts'
import { endpointReader, rotateWebhookEndpoint, updateTrigger } from '../../domain/triggers/index.ts'
import { linearCommentEvent } from '../../tests/fixtures/linear/payloads.ts'
import { type InboxMember, type InboxWorld, openedIssue, openInboxWorld } from '../../tests/setup/inbox-world.ts'
import { problemResponse } from '../http/problem.ts'
import { webhooks } from './app.ts'

const app = new Hono<{ Bindings: Env }>()
app.route('/webhooks', webhooks)
app.onError((error) => problemResponse(error, 'request-1'))

const SECRETS = {
  GITHUB_WEBHOOK_SECRET: 'github-secret-of-the-app',
  LINEAR_WEBHOOK_SECRET: 'linear-secret-of-the-app',
  SLACK_SIGNING_SECRET: 'slack-secret-of-the-app',
  NANGO_WEBHOOK_SECRET: 'nango-secret-of-the-broker',
}

let world: InboxWorld
let acme: InboxMember
beforeAll(async () => {
  for (const level of ['info', 'warn', 'error'] as const) vi.spyOn(console, level).mockImplementation(() => undefined)
  world = await openInboxWorld()
  acme = await world.member()
  // The edge has the system's clock, and overlaps are told by it.
  world.needs.clock.advance(Date.now() - world.needs.clock.now().getTime())
})
afterAll(async () => {
  vi.restoreAllMocks()
  await world?.close()
})

const queue = {
  sent: [] as unknown[],
  failing: false,
  async send(message: unknown) {
    if (queue.failing) throw new Error('The queue is away')
    queue.sent.push(structuredClone(message))
  },
}
const kept = new Map<string, string>()
const kv = () => ({
  get: async (key: string) => JSON.parse(kept.get(key) ?? 'null') as unknown,
  put: async (key: string, value: string) => void kept.set(key, value),
})
let namespace: ReturnType<typeof kv>
beforeEach(() => {
  queue.sent = []
  queue.failing = false
  kept.clear()
  namespace = kv()
})

function envOf(change: Record<string, unknown> = {}): Env {
  return {
    ...{ ENVIRONMENT: 'test', APP_URL: 'http://app.test', PLATFORM_URL: 'http://platform.test' },
    ...{ DATABASE_URL: world.databaseUrl, NEON_LOCAL: inject('neonHost'), ENCRYPTION_KEY: btoa('\u0007'.repeat(32)) },
    ...{ SERVICE_TOKEN: 's'.repeat(32), AUTH_SECRET: 'a'.repeat(32) },
    ...{ SANDBOX_HOST_URL: 'http://127.0.0.1:9', SANDBOX_HOST_TOKEN: 't'.repeat(16) },
    ...{ DELIVERIES: queue, ENDPOINTS: namespace, BLOBS: { put: async () => {}, delete: async () => {} } },
    ...SECRETS,
    ...change,
  } as unknown as Env
}
const databaseAway = () => envOf({ DATABASE_URL: 'postgres://postgres@127.0.0.1:1/no_such_database' })
const hex = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex')
const post = (path: string, body: string, headers: Record<string, string> = {}, env = envOf()) =>
  app.request(path, { method: 'POST', headers, body }, env)
const sentMessage = () => DeliveryMessage.parse(queue.sent[0])
const codeOf = async (response: Response) => ((await response.json()) as { code?: string }).code

const issue = JSON.stringify(openedIssue(1))
const fromGithub = (secret: string, body = issue, id = 'd-1') => ({
  'x-github-event': 'issues',
  'x-github-delivery': id,
  'x-hub-signature-256': `sha256=${hex(secret, body)}`,
})
const linearBody = () => JSON.stringify({ ...linearCommentEvent(), webhookTimestamp: Date.now() })
const fromLinear = (body: string, id: string) => ({
  'linear-event': 'Comment',
  'linear-delivery': id,
  'linear-signature': hex(SECRETS.LINEAR_WEBHOOK_SECRET, body),
})

test("at an app's URL the app's secret verifies, without any look at the database", async () => {
  const response = await post('/webhooks/direct/github', issue, fromGithub(SECRETS.GITHUB_WEBHOOK_SECRET), databaseAway())
  expect([response.status, await response.json()]).toEqual([200, { received: true }])
  expect(sentMessage()).toMatchObject({
    ...{ ingress: 'app', organizationId: null, endpointId: null, triggerId: null, provider: 'github' },
    ...{ deliveryId: 'd-1', eventType: 'issues', verification: 'signature' },
  })
})

test.each([
  ['a wrong signature', '/webhooks/direct/github', {}, 401, 'webhook.not_verified'],
  ['an app without a secret', '/webhooks/direct/github', { GITHUB_WEBHOOK_SECRET: undefined }, 404, 'webhook.endpoint_not_found'],
  ['a provider without an app', '/webhooks/direct/custom', {}, 404, 'webhook.endpoint_not_found'],
  ['a provider nobody knows', '/webhooks/direct/nobody', {}, 404, 'webhook.endpoint_not_found'],
  ['a name that every object has', '/webhooks/direct/constructor', {}, 404, 'webhook.endpoint_not_found'],
  ['the broker with a wrong signature', '/webhooks/nango', {}, 401, 'webhook.not_verified'],
  ['a broker that is not configured', '/webhooks/nango', { NANGO_WEBHOOK_SECRET: undefined }, 404, 'webhook.endpoint_not_found'],
] as const)('%s: refused, and nothing sent', async (...[, path, change, status, code]) => {
  const headers = { ...fromGithub('a secret of somebody else'), 'x-nango-hmac-sha256': '0'.repeat(64) }
  const response = await post(path, issue, headers, envOf(change))
  expect([response.status, await codeOf(response)]).toEqual([status, code])
  expect(queue.sent).toEqual([])
})

test('what the broker passes on is verified by its secret and travels as it came', async () => {
  const body = JSON.stringify({ type: 'forward', from: 'github', connectionId: 'c', providerConfigKey: 'github', payload: {} })
  const headers = { 'x-nango-hmac-sha256': hex(SECRETS.NANGO_WEBHOOK_SECRET, body), 'x-github-event': 'issues', cookie: 'a=b' }
  expect((await post('/webhooks/nango', body, headers, databaseAway())).status).toBe(200)
  const message = sentMessage()
  expect(message).toMatchObject({ ingress: 'nango', provider: 'nango', organizationId: null, headers: { 'x-github-event': 'issues' } })
  expect(Object.keys(message.headers)).not.toContain('cookie')
  expect(message.body.kind === 'inline' && new TextDecoder().decode(message.body.bytes)).toBe(body)
})

test("Slack's challenge is answered at once when it is signed, and only then; nothing is sent", async () => {
  const body = JSON.stringify({ type: 'url_verification', challenge: 'abc', token: 't' })
  const at = String(Math.floor(Date.now() / 1_000))
  const signed = (secret: string) => ({
    'x-slack-request-timestamp': at,
    'x-slack-signature': `v0=${hex(secret, `v0:${at}:${body}`)}`,
  })
  const right = await post('/webhooks/direct/slack', body, signed(SECRETS.SLACK_SIGNING_SECRET))
  expect([right.status, await right.text()]).toEqual([200, expect.stringContaining('abc')])
  expect((await post('/webhooks/direct/slack', body, signed('another secret of slack'))).status).toBe(401)
  expect(queue.sent).toEqual([])
})

test('GET at an address for anybody says that it is there, whether or not it is', async () => {
  const response = await app.request('/webhooks/direct/custom/01890000-0000-7000-8000-000000000000', {}, databaseAway())
  expect([response.status, await response.json()]).toEqual([200, { ok: true }])
})

test('a trigger that takes unsigned deliveries takes those, and never one with a wrong signature', async () => {
  const trigger = await acme.listen({ provider: 'custom', eventType: 'webhook_received', config: { requireSignature: false } })
  const path = trigger.webhook?.path ?? ''
  expect((await post(path, '{"title":"Deployed"}')).status).toBe(200)
  expect(sentMessage()).toMatchObject({ triggerId: trigger.id, verification: 'unsigned' })
  expect((await post(path, '{}', { 'x-signature': '0'.repeat(64) })).status).toBe(401)
  expect((await post(path, '{}', { 'x-signature': hex(trigger.webhookSecret ?? '', '{}') })).status).toBe(200)
  expect(queue.sent).toHaveLength(2)
  const needs = { ...world.needs, endpointCopies: kvEndpointCopies(kvNamespace()) }
  const change = { config: { requireSignature: true } }
  await updateTrigger(needs, { actor: acme.actor, triggerId: trigger.id, ifMatch: null, change })
  namespace = kv()
  expect((await post(path, '{}')).status).toBe(401)
})
const kvNamespace = () => namespace as unknown as KVNamespace

test('during the overlap after a rotation both secrets verify, and without one the old one does not', async () => {
  const member = await world.member()
  const path = member.endpoint.path
  const at = async (secret: string, env = envOf()) => (await post(path, issue, fromGithub(secret), env)).status
  const rotate = (overlapSeconds: number) => {
    const needs = { ...world.needs, endpointCopies: kvEndpointCopies(kvNamespace()) }
    return rotateWebhookEndpoint(needs, { actor: member.actor, webhookEndpointId: member.endpoint.id, overlapSeconds })
  }
  const first = member.endpoint.secret
  const { secret: second } = await rotate(3_600)
  namespace = kv()
  // Also by the copy alone, while the database is away.
  expect([await at(first, databaseAway()), await at(second, databaseAway())]).toEqual([200, 200])
  expect(queue.sent.map((message) => DeliveryMessage.parse(message).verification)).toEqual(['previous_secret', 'signature'])
  const { secret: third } = await rotate(0)
  namespace = kv()
  expect([await at(first), await at(second), await at(third)]).toEqual([401, 401, 200])
  const now = world.needs.clock.now()
  world.needs.clock.advance(-7_200_000)
  await rotate(3_600)
  world.needs.clock.advance(now.getTime() - world.needs.clock.now().getTime())
  namespace = kv()
  expect(await at(third)).toBe(401)
})

test('every secret verifies as long as it was promised, however often another one is made meanwhile', async () => {
  const member = await world.member()
  const at = async (secret: string) => {
    namespace = kv()
    kept.clear()
    return (await post(member.endpoint.path, issue, fromGithub(secret))).status
  }
  const rotate = (overlapSeconds: number) => {
    const input = { actor: member.actor, webhookEndpointId: member.endpoint.id, overlapSeconds }
    return rotateWebhookEndpoint(world.needs, input)
  }
  const [first, second, third] = [member.endpoint, await rotate(3_600), await rotate(60)]
  const fourth = await rotate(3_600)
  expect([await at(first.secret), await at(second.secret), await at(third.secret), await at(fourth.secret)]).toEqual([200, 200, 200, 200])
  const now = world.needs.clock.now()
  await queryRows(world.needs.db, sql`update webhook_endpoints set previous_sealed_secret =
    replace(previous_sealed_secret, ${later(now, 60_000).toISOString()}, ${now.toISOString()}) where id = ${member.endpoint.id}`)
  expect([await at(first.secret), await at(second.secret), await at(third.secret)]).toEqual([200, 401, 200])
  await rotate(60)
  const [row] = await queryRows(world.needs.db, sql`select previous_sealed_secret as kept from webhook_endpoints where id = ${member.endpoint.id}`)
  expect(JSON.parse(String(row?.kept))).toHaveLength(3)
  await rotate(0)
  expect([await at(first.secret), await at(third.secret), await at(fourth.secret)]).toEqual([401, 401, 401])
})

test('a secret that a row of before holds as it is verifies too', async () => {
  const member = await world.member()
  await queryRows(world.needs.db, sql`update webhook_endpoints set previous_sealed_secret = sealed_secret,
    previous_valid_until = now() + interval '1 hour' where id = ${member.endpoint.id}`)
  for (const overlapSeconds of [60, 60]) {
    await rotateWebhookEndpoint(world.needs, { actor: member.actor, webhookEndpointId: member.endpoint.id, overlapSeconds })
  }
  namespace = kv()
  expect((await post(member.endpoint.path, issue, fromGithub(member.endpoint.secret))).status).toBe(200)
})

test('a copy of before a rotation does not replace the one after it', async () => {
  const member = await world.member()
  const copies = kvEndpointCopies(kvNamespace())
  const reader = endpointReader({ ...world.needs, endpointCopies: copies })
  const before = await reader.stored(member.endpoint.id)
  const input = { actor: member.actor, webhookEndpointId: member.endpoint.id, overlapSeconds: 0 }
  await rotateWebhookEndpoint({ ...world.needs, endpointCopies: copies }, input)
  if (before) await reader.keepCopy(before)
  expect(await copies.get(member.endpoint.id)).toEqual(await reader.stored(member.endpoint.id))
})

test('a bearer of the secret before verifies during the overlap, and a foreign one counts as no signature', async () => {
  const of = (config: object) => ({ provider: 'posthog' as const, eventType: 'event_received', config: { ...config } })
  const trigger = await acme.listen(of({ requireSignatureVerification: true }))
  const needs = { ...world.needs, endpointCopies: kvEndpointCopies(kvNamespace()) }
  const webhookEndpointId = trigger.webhook?.endpointId ?? ''
  await rotateWebhookEndpoint(needs, { actor: acme.actor, webhookEndpointId, overlapSeconds: 3_600 })
  const sentTo = async (path: string | undefined, bearer: string) =>
    (await post(path ?? '', '{"event":"signed_up"}', { authorization: `Bearer ${bearer}` })).status
  expect(await sentTo(trigger.webhook?.path, trigger.webhookSecret ?? '')).toBe(200)
  expect(sentMessage()).toMatchObject({ verification: 'previous_secret' })
  expect(await sentTo(trigger.webhook?.path, 'of-a-proxy')).toBe(401)
  const open = await acme.listen(of({}))
  expect(await sentTo(open.webhook?.path, 'of-a-proxy')).toBe(200)
  expect(DeliveryMessage.parse(queue.sent[1])).toMatchObject({ verification: 'unsigned' })
})

test("another organization's endpoint cannot be rotated, and looks exactly like a missing one", async () => {
  const rival = await world.member()
  const rotate = (webhookEndpointId: string) =>
    rotateWebhookEndpoint(world.needs, { actor: rival.actor, webhookEndpointId, overlapSeconds: 0 })
  await expect(rotate(acme.endpoint.id)).rejects.toMatchObject({ code: 'webhook.endpoint_not_found' })
  await expect(rotate(world.needs.ids.next())).rejects.toMatchObject({ code: 'webhook.endpoint_not_found' })
})

test('two hundred webhooks of a provider that hydrates, whose API hangs: all answered within a second, no call (T1 a)', async () => {
  // Whatever the edge calls hangs for ever.
  const fetch = vi.spyOn(globalThis, 'fetch').mockImplementation(() => new Promise(() => undefined))
  const before = process.cpuUsage()
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, n) => {
      const body = linearBody()
      return post('/webhooks/direct/linear', body, fromLinear(body, `at-once-${n}`))
    }),
  )
  // Nothing here waits for anything but this process, so that its own time tells; what else the machine does, does not.
  const { user, system } = process.cpuUsage(before)
  const tookMs = (user + system) / 1_000
  const calls = fetch.mock.calls.length
  fetch.mockRestore()
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(200)
  expect(queue.sent).toHaveLength(200)
  expect(calls).toBe(0)
  expect(tookMs).toBeLessThan(1_000)
})

test('an app whose queue does not take it: 503, and the same delivery again is taken (T1 b)', async () => {
  queue.failing = true
  const headers = fromGithub(SECRETS.GITHUB_WEBHOOK_SECRET)
  expect((await post('/webhooks/direct/github', issue, headers)).status).toBe(503)
  queue.failing = false
  expect((await post('/webhooks/direct/github', issue, headers)).status).toBe(200)
  expect(queue.sent).toHaveLength(1)
})
