import { createHmac, randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { endpoints } from '#schema/endpoints/index'
import { openWorld, until, type World } from './world.ts'

let world: World

beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world?.stack.stop())

const signature = (body: string | Buffer, secret = world.endpoint.secret) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`

function post(body: string | Buffer, headers: Record<string, string>, url = world.endpoint.url): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { 'content-type': 'application/json', 'x-github-event': 'issues', ...headers },
    signal: AbortSignal.timeout(60_000),
  })
}

const ledger = async () => (await world.api.call(endpoints.deliveries.list, { query: { limit: 100 } })).items
const runs = async () => (await world.api.call(endpoints.runs.list, { query: { limit: 100 } })).items

test('wrong or missing signature: 401 and nothing stored', async () => {
  const body = world.issue('never stored')
  const before = (await ledger()).length
  expect((await post(body, { 'x-github-delivery': randomUUID() })).status).toBe(401)
  const wrong = { 'x-github-delivery': randomUUID(), 'x-hub-signature-256': signature(body, 'another secret') }
  expect((await post(body, wrong)).status).toBe(401)
  const accepted = await world.deliver(world.issue('the one that counts'))
  // Later tests count runs, so this one's must be there.
  await world.runOf(accepted)
  expect((await ledger()).length).toBe(before + 1)
})

test('unknown endpoint: 404', async () => {
  const body = world.issue('nobody home')
  const headers = { 'x-github-delivery': randomUUID(), 'x-hub-signature-256': signature(body) }
  const base = `${world.stack.urls.worker}/webhooks/direct`
  expect((await post(body, headers, `${base}/github/01890000-0000-7000-8000-000000000000`)).status).toBe(404)
  expect((await post(body, headers, `${base}/github/not-an-id`)).status).toBe(404)
  expect((await post(body, headers, `${base}/nobody/01890000-0000-7000-8000-000000000000`)).status).toBe(404)
})

/** Announces a body and sends its beginning: the answer must not wait for the rest, which would meet a closed connection. */
function announce(bytes: number, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(world.endpoint.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': bytes, 'x-github-event': 'issues', ...headers },
      timeout: 60_000,
    })
    asked.on('response', (response) => {
      resolve(response.statusCode ?? 0)
      asked.destroy()
    })
    asked.on('timeout', () => asked.destroy(new Error('No answer')))
    asked.on('error', reject)
    asked.write(Buffer.alloc(16 * 1024, 0x20))
  })
}

test('26 MB body: 413', async () => {
  const headers = { 'x-github-delivery': randomUUID(), 'x-hub-signature-256': signature('') }
  expect(await announce(26 * 1024 * 1024, headers)).toBe(413)
})

test('malformed JSON with a valid signature: a ledger row that failed with invalid_json', async () => {
  const body = '{"action": "opened", '
  const deliveryId = randomUUID()
  const headers = { 'x-github-delivery': deliveryId, 'x-hub-signature-256': signature(body) }
  expect((await post(body, headers)).status).toBe(200)
  const row = await until('the row', 60_000, async () => {
    const found = (await ledger()).find((item) => item.deliveryId === deliveryId)
    return found?.status === 'failed' ? found : null
  })
  expect(row.error).toBe('invalid_json')
  expect(row.processedAt).not.toBeNull()
})

test('the same delivery twice, also concurrently: one run', async () => {
  const body = world.issue('delivered often')
  const deliveryId = randomUUID()
  const headers = { 'x-github-delivery': deliveryId, 'x-hub-signature-256': signature(body) }
  const before = (await runs()).length
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(body, headers)))
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]))
  await world.runOf(deliveryId)
  expect((await post(body, headers)).status).toBe(200)
  const marker = await world.deliver(world.issue('processed after the repeat'))
  await world.runOf(marker)
  expect((await ledger()).filter((row) => row.deliveryId === deliveryId)).toHaveLength(1)
  expect((await runs()).length).toBe(before + 2)
})

test('database stopped during ingest: still 200, processed after it is back', async () => {
  await world.stack.database.current.stop()
  const deliveries = await Promise.all(
    Array.from({ length: 5 }, (_, index) => world.deliver(world.issue(`while the database is away ${index}`))),
  )
  await world.stack.database.start()
  const found = await until('the deliveries', 100_000, async () => {
    const rows = (await ledger().catch(() => [])).filter((row) => deliveries.includes(row.deliveryId))
    return rows.length === 5 && rows.every((row) => row.status === 'completed') ? rows : null
  })
  expect(found.map((row) => row.outcome?.created)).toEqual([1, 1, 1, 1, 1])
})
