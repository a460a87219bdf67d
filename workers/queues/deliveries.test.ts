import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '#kernel/database'
import { queryRows } from '#kernel/database'
import { traceIdOf } from '#kernel/trace'
import { type InboxWorld, openedIssue, openInboxWorld } from '../../tests/setup/inbox-world.ts'
import { settleDeliveries } from './deliveries.ts'
import { parkBatch } from './parked.ts'

let world: InboxWorld
let needs: InboxWorld['needs']
beforeAll(async () => {
  world = await openInboxWorld()
  needs = world.needs
})
afterAll(() => world?.close())

type Verdict = 'ack' | { retry: number | undefined }

/** A batch that remembers what was decided: a word about one message counts more than one about all. */
function batchOf(bodies: unknown[], { queue = 'deliveries', attempts = 1 } = {}) {
  const verdicts: (Verdict | undefined)[] = bodies.map(() => undefined)
  const decide = (index: number, verdict: Verdict) => void (verdicts[index] ??= verdict)
  const messages = bodies.map((body, index) => ({
    id: `message-${index}`,
    timestamp: new Date('2026-06-01T12:00:00Z'),
    attempts,
    body,
    ack: () => decide(index, 'ack'),
    retry: (options?: QueueRetryOptions) => decide(index, { retry: options?.delaySeconds }),
  }))
  const batch = {
    queue,
    messages,
    ackAll: () => messages.forEach((message) => message.ack()),
    retryAll: (options?: QueueRetryOptions) => messages.forEach((message) => message.retry(options)),
  }
  return { batch: batch as unknown as MessageBatch<unknown>, verdicts }
}

const away = new Proxy({} as Database, {
  get: () => () => {
    throw new Error('The database is away')
  },
})
const runsOf = (organizationId: string) =>
  queryRows(needs.db, sql`select id from automation_runs where organization_id = ${organizationId}`)

test('a batch is acknowledged once its deliveries are in the ledger', async () => {
  const acme = await world.member()
  await acme.listen()
  const { batch, verdicts } = batchOf([acme.message(), acme.message({ payload: openedIssue(2) })])
  await settleDeliveries(needs, batch)
  expect(verdicts).toEqual(['ack', 'ack'])
  expect(await runsOf(acme.organizationId)).toHaveLength(2)
})

test('while the database is away the whole batch comes again later and later, at most after five minutes', async () => {
  const acme = await world.member()
  await acme.listen()
  const message = acme.message()
  const delays: unknown[] = []
  for (const attempts of [1, 2, 3, 50]) {
    const { batch, verdicts } = batchOf([message], { attempts })
    await settleDeliveries({ ...needs, db: away }, batch)
    delays.push(verdicts[0])
  }
  expect(delays).toEqual([{ retry: 2 }, { retry: 4 }, { retry: 8 }, { retry: 300 }])

  const { batch, verdicts } = batchOf([message], { attempts: 51 })
  await settleDeliveries(needs, batch)
  expect(verdicts).toEqual(['ack'])
  expect(await runsOf(acme.organizationId)).toHaveLength(1)
})

test('a message nobody can read is parked with an alert, and the others of its batch are processed', async () => {
  const acme = await world.member()
  await acme.listen()
  const { batch, verdicts } = batchOf([{ v: 2, organizationId: acme.organizationId }, acme.message()])
  await settleDeliveries(needs, batch)
  expect(verdicts).toEqual(['ack', 'ack'])
  expect(await runsOf(acme.organizationId)).toHaveLength(1)
  const parked = needs.blobs.stored.get('parked/deliveries/message-0')
  expect(parked?.organizationId).toBe(acme.organizationId)
  const fields = expect.objectContaining({ alert: true })
  expect(needs.log.entries).toContainEqual({ level: 'error', event: 'queue.dead_letter', fields })
})

test('dead letters are parked under the name of their queue, bytes and all', async () => {
  const acme = await world.member()
  const message = acme.message({ bytes: Uint8Array.from([0, 255, 10]) })
  const { batch, verdicts } = batchOf([message], { queue: 'deliveries-dlq', attempts: 3 })
  await parkBatch(needs, batch)
  expect(verdicts).toEqual(['ack'])
  const text = new TextDecoder().decode(needs.blobs.stored.get('parked/deliveries/message-0')?.bytes)
  expect(JSON.parse(text)).toMatchObject({
    queue: 'deliveries',
    attempts: 3,
    timestamp: '2026-06-01T12:00:00.000Z',
    body: { id: message.id, body: { kind: 'inline', bytes: { $bytes: 'AP8K' } } },
  })
})

test('a dead letter has one wide event and one span, in the trace of its message', async () => {
  const acme = await world.member()
  const message = acme.message()
  const spans: { traceId: string; name: string; error: string | null }[] = []
  const telemetry = { ...needs.telemetry, span: (span: (typeof spans)[number]) => void spans.push(span) }
  const { batch } = batchOf([message], { queue: 'deliveries-dlq', attempts: 7 })
  await parkBatch({ ...needs, telemetry }, batch)
  expect(spans).toMatchObject([{ name: 'queue.dead_letter', traceId: traceIdOf(message.traceId) }])
  const { organizationId } = acme
  const fields = { queue: 'deliveries', attempts: 7, organizationId, alert: true, traceId: traceIdOf(message.traceId) }
  expect(needs.log.entries.at(-1)).toMatchObject({ level: 'error', event: 'queue.dead_letter', fields })
})

test('a dead letter that cannot be stored comes again', async () => {
  const blobs = { ...needs.blobs, put: () => Promise.reject(new Error('away')) }
  const { batch, verdicts } = batchOf([{ organizationId: 'acme' }, {}], { queue: 'runs-dlq' })
  await parkBatch({ ...needs, blobs }, batch)
  expect(verdicts).toEqual([{ retry: 60 }, { retry: 60 }])
  const failed = { level: 'error', event: 'queue.dead_letter', fields: { queue: 'runs', error: 'away' } }
  expect(needs.log.entries.at(-1)).toMatchObject(failed)
})
