import { beforeEach, describe, expect, test, vi } from 'vitest'
import { sql } from 'drizzle-orm'
import { SandboxProviderUnavailable } from '#domain/sandboxes'
import { MINUTE_MS, SECOND_MS } from '#kernel/durations'
import { queryRows } from '#kernel/database'
import type { CanaryMessage } from '#schema/contracts/messages'
import { readinessChecks } from '../../../adapters/readiness.ts'
import { answerCanary } from '../../../adapters/readiness/canaries.store.ts'
import type { Platform } from '../../../adapters/platform.ts'
import { testPlatform } from '../../../tests/platform.ts'
import { createApi } from '../context.ts'
import { takeCanaries } from '../../queues/canaries.ts'
import { serveHealth } from './health.ts'

const never = () => new Promise<never>(() => {})
const fine = () => Promise.resolve(null)

interface Broken {
  blobs?: () => Promise<null>
  copies?: () => Promise<null>
  sandboxes?: () => Promise<void>
  ping?: () => Promise<unknown>
}

async function worldWith(broken: Broken = {}) {
  const test = await testPlatform()
  const sent: CanaryMessage[] = []
  const readiness = readinessChecks({
    db: test.db,
    clock: test.clock,
    endpointCopies: { get: broken.copies ?? fine } as unknown as KVNamespace,
    blobs: { head: broken.blobs ?? fine } as unknown as R2Bucket,
    sandboxes: { health: broken.sandboxes ?? (() => Promise.resolve()) },
    queues: { runs: { send: async (message) => void sent.push(message) } },
    objects: { Session: { ping: broken.ping ?? fine } },
  })
  const isolate = () => {
    const app = createApi()
    app.use(async (c, next) => {
      c.set('platform', { ...test, readiness } as unknown as Platform)
      await next()
    })
    serveHealth(app)
    return (path: string) => app.request(path)
  }
  // Each request meets an isolate that has answered nothing yet.
  return { test, sent, isolate, request: (path: string) => isolate()(path) }
}
type World = Awaited<ReturnType<typeof worldWith>>

const ready = async (world: World) => {
  const response = await world.request('/readyz')
  type Check = { name: string; ok: boolean; required: boolean; detail: string | null; durationMs: number }
  const body = (await response.json()) as { ok: boolean; checks: Check[] }
  const failed = body.checks.filter((check) => !check.ok).map(({ name, detail }) => ({ name, detail }))
  const detailOf = (name: string) => body.checks.find((check) => check.name === name)?.detail
  return { status: response.status, ok: body.ok, checks: body.checks, failed, detailOf }
}

test('GET /healthz → 200 whatever stands behind', async () => {
  const world = await worldWith({ blobs: never })
  await world.test.close()
  const response = await world.request('/healthz')
  expect([response.status, await response.json()]).toEqual([200, { ok: true }])
})

test('GET /readyz → 200 with every dependency and how long it took', async () => {
  const { status, ok, checks, failed } = await ready(await worldWith())
  expect([status, ok, failed]).toEqual([200, true, []])
  expect(checks.map(({ name }) => name)).toEqual([
    'database', 'queue runs', 'object Session', 'blobs', 'endpoint copies', 'sandbox provider',
  ])
  for (const check of checks) expect(check.durationMs).toBeGreaterThanOrEqual(0)
})

test('GET /readyz → 503 naming what fails, in words that tell nothing about the inside', async () => {
  const world = await worldWith({
    sandboxes: () => Promise.reject(SandboxProviderUnavailable()),
    ping: () => Promise.reject(new Error('no such class: SessionV2')),
  })
  await world.test.close()
  expect(await ready(world)).toMatchObject({
    status: 503,
    ok: false,
    failed: [
      { name: 'database', detail: 'Does not answer' },
      { name: 'queue runs', detail: 'Does not answer' },
      { name: 'object Session', detail: 'Does not answer' },
      { name: 'sandbox provider', detail: 'The sandbox provider does not answer' },
    ],
  })
})

test('GET /readyz → 503 within its deadline when something never answers', async () => {
  // Only what never answers is waited for to the end of the deadline, by the words of the one that gave it up.
  expect(await ready(await worldWith({ blobs: never }))).toMatchObject({
    status: 503,
    failed: [{ name: 'blobs', detail: 'No answer within 3000 ms' }],
  })
})

test('GET /readyz leaves no timer of its deadline behind once everything has answered', async () => {
  const world = await worldWith()
  const set = vi.spyOn(globalThis, 'setTimeout')
  const clear = vi.spyOn(globalThis, 'clearTimeout')
  const signals = vi.spyOn(AbortSignal, 'timeout')
  const { checks } = await ready(world)
  const deadlines = set.mock.calls.flatMap(([, ms], index) => (ms === 3_000 ? [set.mock.results[index]?.value] : []))
  const cleared = clear.mock.calls.map(([timer]) => timer)
  const used = signals.mock.calls.length
  vi.restoreAllMocks()
  expect(deadlines).toHaveLength(checks.length)
  expect(deadlines.filter((timer) => !cleared.includes(timer))).toEqual([])
  expect(used).toBe(0)
})

test('GET /readyz → 200 when only something fails without which the Worker works', async () => {
  const world = await worldWith({ copies: () => Promise.reject(new Error('KV is away')) })
  expect(await ready(world)).toMatchObject({ status: 200, ok: true, failed: [{ name: 'endpoint copies' }] })
})

test('GET /readyz asks everything once in five seconds, however often an isolate is asked', async () => {
  let asked = 0
  const world = await worldWith({ sandboxes: () => Promise.resolve(void (asked += 1)) })
  const request = world.isolate()
  const answers = []
  for (let round = 0; round < 5; round += 1) {
    answers.push(await (await request('/readyz')).text())
    world.test.clock.advance(SECOND_MS)
  }
  expect([asked, new Set(answers).size]).toEqual([1, 1])
  await request('/readyz')
  expect(asked).toBe(2)
})

describe('the database', () => {
  test('says which migration it has', async () => {
    expect((await ready(await worldWith())).detailOf('database')).toMatch(/^migration \d{4}_\w+$/)
  })

  test('that misses a migration → 503 with both names', async () => {
    const world = await worldWith()
    const youngest = sql`(select max(created_at) from drizzle.__drizzle_migrations)`
    await queryRows(world.test.db, sql`delete from drizzle.__drizzle_migrations where created_at = ${youngest}`)
    const { status, failed } = await ready(world)
    expect(status).toBe(503)
    expect(failed).toMatchObject([{ name: 'database', detail: expect.stringMatching(/is applied, \d{4}_\w+ is expected/) }])
  })

  test('that is ahead of this version is fine: migrations go out first', async () => {
    const world = await worldWith()
    await queryRows(
      world.test.db,
      sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', ${String(Date.UTC(2100, 0, 1))}::bigint)`,
    )
    expect((await ready(world)).failed).toEqual([])
  })
})

describe('a queue', () => {
  let world: World
  beforeEach(async () => void (world = await worldWith()))
  const later = (milliseconds: number) => world.test.clock.advance(milliseconds)
  /** The queue gives its consumer what it was sent. */
  const deliver = async () => {
    const acknowledged: string[] = []
    const messages = world.sent.splice(0).map((body, index) => ({
      id: String(index),
      timestamp: new Date(),
      attempts: 1,
      body,
      ack: () => void acknowledged.push('ack'),
      retry: () => void acknowledged.push('retry'),
    }))
    const canaries = {
      cameRound: (canary: { queue: string; sentAt: Date }) =>
        answerCanary(world.test.db, { ...canary, now: world.test.clock.now() }),
    }
    const batch = { queue: 'runs', messages, metadata: {}, ackAll: () => {}, retryAll: () => {} } as unknown as MessageBatch
    const rest = await takeCanaries({ canaries, log: world.test.log }, batch)
    return { rest: rest.messages.length, acknowledged }
  }
  const detail = async () => (await ready(world)).detailOf('queue runs')

  test('gets one canary a minute, however often somebody asks, also at the same time', async () => {
    await Promise.all(Array.from({ length: 10 }, () => ready(world)))
    expect(world.sent).toHaveLength(1)
    later(59 * SECOND_MS)
    await ready(world)
    expect(world.sent).toHaveLength(1)
    later(SECOND_MS)
    await ready(world)
    expect(world.sent).toHaveLength(2)
  })

  test('is shown with the age and the time of its last canary', async () => {
    expect(await detail()).toBe('The first canary is on its way')
    later(400)
    expect(await deliver()).toEqual({ rest: 0, acknowledged: ['ack'] })
    later(20 * SECOND_MS)
    expect(await detail()).toBe('Last canary 20 s ago, round trip 400 ms')
  })

  test('that gives nothing back → 503 after two minutes, until a canary comes round', async () => {
    await ready(world)
    later(MINUTE_MS)
    expect((await ready(world)).status).toBe(200)
    later(MINUTE_MS + SECOND_MS)
    expect(await ready(world)).toMatchObject({
      status: 503,
      failed: [{ name: 'queue runs', detail: 'No canary has come back for 121 s' }],
    })
    await deliver()
    expect((await ready(world)).status).toBe(200)
  })

  test('nobody asked about for long is not late', async () => {
    await ready(world)
    await deliver()
    later(600 * MINUTE_MS)
    expect((await ready(world)).status).toBe(200)
  })

  test('an old canary that comes late does not hide that the young one is missing', async () => {
    await ready(world)
    const [old] = world.sent
    later(MINUTE_MS)
    await ready(world)
    world.sent.splice(0, 2, ...(old ? [old] : []))
    await deliver()
    later(2 * MINUTE_MS + SECOND_MS)
    expect((await ready(world)).status).toBe(503)
  })
})
