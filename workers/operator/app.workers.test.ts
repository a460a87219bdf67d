import { createExecutionContext, createMessageBatch } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { DeliveryMessage } from '#schema/contracts/messages'
import { r2ParkedMessages } from '../../adapters/cloudflare/parked-messages.ts'
import { systemDigest } from '../../adapters/crypto/digest.ts'
import { consume } from '../queues/index.ts'
import { replayParked } from '../queues/replay-parked.ts'

// In workerd with the real R2: what the dead letter queues park is what is put back, bytes and all.

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const LATER = new Date(Date.now() + 3_600_000)
const delivery = (number: number) => ({
  v: 1 as const,
  id: `01890000-0000-7000-8000-0000000000${String(number).padStart(2, '0')}`,
  ingress: 'app' as const,
  organizationId: null,
  endpointId: null,
  triggerId: null,
  provider: 'github' as const,
  verification: 'signature' as const,
  deliveryId: `d-${number}`,
  eventType: 'issues',
  headers: {},
  receivedAt: '2026-11-21T10:00:00.000Z',
  traceId: 'trace',
  body: { kind: 'inline' as const, bytes: Uint8Array.from([0, 255, 10, number]) },
})

const parkedKeys = async () => (await env.BLOBS.list({ prefix: 'parked/' })).objects.map(({ key }) => key)

async function park(queue: string, bodies: unknown[]): Promise<void> {
  const messages = bodies.map((body, index) => ({ id: `m-${index}`, timestamp: new Date(), attempts: 100, body }))
  await consume(createMessageBatch(`${queue}-dlq`, messages), env, createExecutionContext())
}

/** Queues that take everything, or nothing from a number of messages on. */
function queues({ takes = Infinity } = {}) {
  const sent: { queue: string; body: unknown }[] = []
  const named = (queue: string) => ({
    send: async (body: unknown) => {
      if (sent.length >= takes) throw new Error('The queue is away')
      sent.push({ queue, body: structuredClone(body) })
    },
  })
  const names = ['deliveries', 'polls', 'runs', 'effects']
  return { sent, queues: Object.fromEntries(names.map((name) => [name, named(name) as unknown as Queue])) }
}

const replay = (into: Record<string, Queue>, before = LATER, cursor: string | null = null) =>
  replayParked({ log, parked: r2ParkedMessages(env.BLOBS, into) }, { before, cursor })

beforeAll(() => {
  for (const level of ['info', 'warn', 'error'] as const) vi.spyOn(console, level).mockImplementation(() => undefined)
})
beforeEach(async () => {
  await env.BLOBS.delete(await parkedKeys())
})

test('what was parked goes back into its queue as it was, and is parked no more', async () => {
  const poll = { v: 1, organizationId: 'acme', groupId: delivery(1).id, traceId: 'trace' }
  await park('deliveries', [delivery(1), delivery(2)])
  await park('polls', [poll])
  const { sent, queues: into } = queues()
  expect(await replay(into)).toEqual({ sent: 3, unreadable: 0, cursor: null })
  expect(sent).toEqual([
    { queue: 'deliveries', body: delivery(1) },
    { queue: 'deliveries', body: delivery(2) },
    { queue: 'polls', body: poll },
  ])
  expect(DeliveryMessage.parse(sent[0]?.body).body).toEqual(delivery(1).body)
  expect(await parkedKeys()).toEqual([])
})

test('page by page all of them go back, each once', async () => {
  await park('deliveries', Array.from({ length: 60 }, (_, number) => delivery(number)))
  const { sent, queues: into } = queues()
  let pages = 0
  for (let cursor: string | null = null, isMore = true; isMore; isMore = cursor !== null, pages += 1) {
    const report = await replay(into, LATER, cursor)
    expect(report.sent).toBeLessThanOrEqual(25)
    cursor = report.cursor
  }
  expect(new Set(sent.map(({ body }) => (body as DeliveryMessage).deliveryId)).size).toBe(60)
  expect([sent.length, pages, await parkedKeys()]).toEqual([60, 3, []])
})

test('a queue that is away takes nothing, and what it did not take stays parked', async () => {
  await park('deliveries', [delivery(1), delivery(2), delivery(3)])
  const { sent, queues: into } = queues({ takes: 1 })
  await expect(replay(into)).rejects.toThrow('The queue is away')
  expect([sent.length, await parkedKeys()]).toEqual([1, ['parked/deliveries/m-1', 'parked/deliveries/m-2']])
})

test('run again it sends what is left, each once, and nothing when nothing is', async () => {
  await park('deliveries', [delivery(1), delivery(2), delivery(3)])
  const away = queues({ takes: 2 })
  await expect(replay(away.queues)).rejects.toThrow('The queue is away')
  const { sent, queues: into } = queues()
  expect([(await replay(into)).sent, (await replay(into)).sent]).toEqual([1, 0])
  const ids = [...away.sent, ...sent].map(({ body }) => (body as DeliveryMessage).deliveryId)
  expect(ids).toEqual(['d-1', 'd-2', 'd-3'])
})

test('what another replay put back since the page was read is neither sent again nor unreadable', async () => {
  await park('deliveries', [delivery(1), delivery(2)])
  const { sent, queues: into } = queues()
  const parked = r2ParkedMessages(env.BLOBS, into)
  const list: typeof parked.list = async (from) => {
    const page = await parked.list(from)
    await replay(into)
    return page
  }
  const late = await replayParked({ log, parked: { ...parked, list } }, { before: LATER, cursor: null })
  expect([late, sent.length]).toEqual([{ sent: 0, unreadable: 0, cursor: null }, 2])
})

test('what nobody can read stays and is counted; what was parked since stays too', async () => {
  await park('deliveries', [{ v: 99 }, delivery(1)])
  await env.BLOBS.put('parked/nobody/m-9', JSON.stringify({ queue: 'nobody', body: {} }))
  await env.BLOBS.put('parked/runs/m-9', 'no json')
  const { sent, queues: into } = queues()
  expect(await replay(into, new Date(Date.now() - 3_600_000))).toEqual({ sent: 0, unreadable: 0, cursor: null })
  expect(await replay(into)).toEqual({ sent: 1, unreadable: 3, cursor: null })
  expect(sent).toEqual([{ queue: 'deliveries', body: delivery(1) }])
  expect(await parkedKeys()).toEqual(['parked/deliveries/m-0', 'parked/nobody/m-9', 'parked/runs/m-9'])
})

test('only the operator may ask: 401 without the token derived from SERVICE_TOKEN, 400 for no instant', async () => {
  const ask = (token: string, body: unknown) =>
    exports.default.fetch('http://platform.test/internal/operator/replay', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const token = await systemDigest.hmac(env.SERVICE_TOKEN ?? '', 'operator')
  const asked = { before: LATER.toISOString(), cursor: null }
  for (const wrong of ['', 'nonsense', env.SERVICE_TOKEN ?? '', await systemDigest.hmac('another', 'operator')]) {
    expect((await ask(wrong, asked)).status).toBe(401)
  }
  expect((await ask(token, {})).status).toBe(400)
  const answer = await ask(token, asked)
  expect([answer.status, await answer.json()]).toEqual([200, { sent: 0, unreadable: 0, cursor: null }])
})
