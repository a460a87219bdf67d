import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { DAY_MS, MINUTE_MS, SECOND_MS } from '#kernel/durations'
import { outbox } from '#schema/tables/index'
import { type TestPlatform, testPlatform } from '../../tests/platform.ts'
import { raceOn } from '../../tests/setup/race.ts'
import { seedOrganization } from '../../tests/setup/seed.ts'
import { collectOutbox, kickOutbox, sweepOutbox } from './index.ts'

let platform: TestPlatform
let organizationId: string
beforeAll(async () => void (platform = await testPlatform()))
afterAll(() => platform.close())
beforeEach(async () => {
  await platform.db.delete(outbox)
  organizationId = await seedOrganization(platform)
  Object.assign(platform.runQueue, { sent: [], failing: false })
  Object.assign(platform.effectQueue, { sent: [], failing: false })
  platform.log.entries.length = 0
})

async function insertRow(given: Partial<typeof outbox.$inferInsert> = {}): Promise<string> {
  const id = platform.ids.next()
  const now = platform.clock.now()
  await platform.db.insert(outbox).values({
    id,
    organizationId,
    kind: 'enqueue_enrich',
    payload: { runId: platform.ids.next(), traceId: 'trace-1' },
    availableAt: now,
    createdAt: now,
    updatedAt: now,
    ...given,
  })
  return id
}

async function rowOf(id: string) {
  const [row] = await platform.db.select().from(outbox).where(eq(outbox.id, id))
  return row
}

test('a kick hands committed rows to their queues at once and marks them dispatched', async () => {
  const runId = platform.ids.next()
  const enrich = await insertRow({ payload: { runId, traceId: 'trace-1' } })
  const artifact = await insertRow({ kind: 'write_artifacts', payload: { runId, artifact: 'completion' } })
  await kickOutbox(platform, { ids: [enrich, artifact] })
  expect(platform.runQueue.sent).toEqual([
    { v: 1, kind: 'enrich', organizationId, runId, outboxId: enrich, traceId: 'trace-1' },
  ])
  const ids = { organizationId, runId, outboxId: artifact, traceId: artifact.replaceAll('-', '') }
  expect(platform.effectQueue.sent).toEqual([{ v: 1, kind: 'write_artifacts', artifact: 'completion', ...ids }])
  expect([(await rowOf(enrich))?.status, (await rowOf(artifact))?.status]).toEqual(['dispatched', 'dispatched'])
})

test('what the kick could not send the sweep delivers later', async () => {
  const id = await insertRow()
  platform.runQueue.failing = true
  await kickOutbox(platform, { ids: [id] })
  expect(await rowOf(id)).toMatchObject({ status: 'pending', attempts: 1, lastError: 'The queue is away' })
  platform.runQueue.failing = false
  await sweepOutbox(platform)
  expect(platform.runQueue.sent).toHaveLength(0)
  platform.clock.advance(30 * SECOND_MS)
  await sweepOutbox(platform)
  expect(platform.runQueue.sent).toHaveLength(1)
  expect((await rowOf(id))?.status).toBe('dispatched')
})

test('a kick never throws, even when the database is away', async () => {
  const db = new Proxy(platform.db, { get: () => () => Promise.reject(new Error('The database is away')) })
  await expect(kickOutbox({ ...platform, db }, { ids: [platform.ids.next()] })).resolves.toBeUndefined()
  expect(platform.log.entries.map(({ event }) => event)).toEqual(['outbox.kick_failed'])
})

test('a row of an unknown kind fails on its first pass with an alert, and holds up no neighbour', async () => {
  const unknown = await insertRow({ kind: 'launch_rocket' })
  const malformed = await insertRow({ payload: { runId: 'not an id' } })
  const good = await insertRow()
  await sweepOutbox(platform)
  expect(await rowOf(unknown)).toMatchObject({ status: 'failed', attempts: 0 })
  expect(await rowOf(malformed)).toMatchObject({ status: 'failed' })
  expect((await rowOf(good))?.status).toBe('dispatched')
  expect(platform.log.entries.filter(({ fields }) => fields.alert === true)).toHaveLength(2)
})

test('a row is tried five times, later each time, and then fails for good', async () => {
  const id = await insertRow()
  platform.runQueue.failing = true
  const delays: number[] = []
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    await sweepOutbox(platform)
    const row = await rowOf(id)
    expect(row).toMatchObject({ status: 'pending', attempts: attempt })
    delays.push(((row?.availableAt.getTime() ?? 0) - platform.clock.now().getTime()) / SECOND_MS)
    platform.clock.advance(5 * MINUTE_MS)
  }
  await sweepOutbox(platform)
  expect(await rowOf(id)).toMatchObject({ status: 'failed', attempts: 5 })
  expect(delays).toEqual([30, 60, 120, 240])
  platform.clock.advance(DAY_MS)
  platform.runQueue.failing = false
  await sweepOutbox(platform)
  expect(platform.runQueue.sent).toHaveLength(0)
})

test('a row whose dispatcher died is taken up after five minutes, and fails after the fifth such death', async () => {
  const claimedAt = platform.clock.now()
  const once = await insertRow({ status: 'processing', claimedAt })
  const often = await insertRow({ status: 'processing', claimedAt, attempts: 4 })
  platform.clock.advance(5 * MINUTE_MS)
  await sweepOutbox(platform)
  expect((await rowOf(once))?.status).toBe('processing')
  platform.clock.advance(1)
  await sweepOutbox(platform)
  expect(await rowOf(once)).toMatchObject({ status: 'dispatched', attempts: 1 })
  expect(await rowOf(often)).toMatchObject({ status: 'failed', attempts: 5 })
  expect(platform.runQueue.sent).toHaveLength(1)
})

test('dispatchers that meet at the same rows send each row once', async () => {
  const ids = await Promise.all(Array.from({ length: 40 }, () => insertRow()))
  await raceOn<unknown>(platform.databaseUrl, {
    lock: 'select from outbox',
    contenders: () =>
      Array.from({ length: 10 }, (_, index) => (index % 2 ? sweepOutbox(platform) : kickOutbox(platform, { ids }))),
  })
  await Promise.all(Array.from({ length: 10 }, () => sweepOutbox(platform)))
  expect(platform.runQueue.sent.map(({ outboxId }) => outboxId).toSorted()).toEqual(ids.toSorted())
})

test('one sweep delivers a backlog of more than one claim', async () => {
  await Promise.all(Array.from({ length: 130 }, () => insertRow()))
  expect(await sweepOutbox(platform)).toEqual({ taken: 130 })
  expect(platform.runQueue.sent).toHaveLength(130)
})

test('a dispatcher that comes back late does not settle a row that another one took over', async () => {
  const id = await insertRow()
  platform.runQueue.send = async () => {
    // While this dispatcher sends, its claim is given back and taken by another one.
    await platform.db.update(outbox).set({ claimedAt: new Date('2026-06-01T12:34:56.000Z') }).where(eq(outbox.id, id))
    throw new Error('Too late')
  }
  await kickOutbox(platform, { ids: [id] })
  expect(await rowOf(id)).toMatchObject({ status: 'processing', attempts: 0 })
})

test('dispatched rows are thrown out after a week; all others stay', async () => {
  const old = await insertRow({ status: 'dispatched' })
  const failed = await insertRow({ status: 'failed' })
  platform.clock.advance(7 * DAY_MS + 1)
  const recent = await insertRow({ status: 'dispatched' })
  expect(await collectOutbox(platform)).toEqual({ removed: 1 })
  expect(await rowOf(old)).toBeUndefined()
  expect([(await rowOf(failed))?.status, (await rowOf(recent))?.status]).toEqual(['failed', 'dispatched'])
})
