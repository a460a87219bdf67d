import fc from 'fast-check'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, queryRows } from '#kernel/database'
import { SECOND_MS } from '#kernel/durations'
import type { DeliveryMessage } from '#schema/contracts/messages'
import { type InboxMember, type InboxWorld, openedIssue, openInboxWorld, sweep, takeDrains } from '../../../tests/setup/inbox-world.ts'
import { settleDeliveries } from '../../../workers/queues/deliveries.ts'
import { drainLedger } from '../../../workers/queues/drains.ts'
import { processDeliveries } from './process-deliveries.ts'
import { drainInbox } from './process-inbox.ts'

let world: InboxWorld
let needs: InboxWorld['needs']
beforeAll(async () => {
  world = await openInboxWorld()
  needs = world.needs
})
afterAll(() => world?.close())

const countOf = async (table: 'automation_runs' | 'webhook_inbox' | 'trigger_events', { organizationId }: InboxMember) => {
  const rows = await queryRows(needs.db, sql`select count(*)::int as n from ${sql.identifier(table)} where organization_id = ${organizationId}`)
  return Number(rows[0]?.['n'])
}
const queuedOf = async ({ organizationId }: InboxMember) => {
  const rows = await queryRows(needs.db, sql`select count(*)::int as n from webhook_inbox where organization_id = ${organizationId} and status = 'queued'`)
  return Number(rows[0]?.['n'])
}
const small = (n: number) => ({ action: 'opened', ...openedIssue(n, { body: null }) })
function batchesOf<Item>(items: Item[], size = 100): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))
}

test('two thousand deliveries of one organization do not keep the one of another waiting', async () => {
  const [flood, quiet] = [await world.member(), await world.member()]
  await flood.listen({ config: {} })
  await quiet.listen({ config: {} })
  const storm = Array.from({ length: 2_000 }, (_, n) => flood.message({ payload: small(n + 1) }))
  for (const messages of batchesOf([...storm, quiet.message({ payload: small(1) })])) {
    await processDeliveries(needs, { messages })
  }
  expect(await countOf('automation_runs', quiet)).toBe(1)
  expect(await queuedOf(flood)).toBeGreaterThan(1_000)

  // A row that waits with all the others gets its turn in the next drain, not behind them.
  const late = quiet.message({ payload: small(2) })
  await processDeliveries({ ...needs, db: withoutClaims() }, { messages: [late] }).catch(() => undefined)
  expect(await countOf('automation_runs', quiet)).toBe(1)
  await takeOneDrain()
  expect(await countOf('automation_runs', quiet)).toBe(2)
  expect(await queuedOf(flood)).toBeGreaterThan(800)
  needs.drainQueue.asked = [0]
  await takeDrains(needs)
  expect(await countOf('automation_runs', flood)).toBe(2_000)
}, 120_000)

test('whoever comes behind fifteen thousand waiting deliveries of another has its turn in the next drain', async () => {
  const [flood, quiet] = [await world.member(), await world.member()]
  await quiet.listen({ config: {} })
  const now = needs.clock.now().toISOString()
  await queryRows(
    needs.db,
    sql`insert into webhook_inbox (id, organization_id, endpoint_id, source, provider, delivery_id, event_type, payload,
        trace_id, received_at, next_attempt_at)
      select gen_random_uuid(), ${flood.organizationId}, ${flood.endpoint.id}, 'endpoint:flood', 'github', 'flood-' || n,
        'ping', '{}', 't', ${now}::timestamptz, ${now}::timestamptz from generate_series(1, 15000) n`,
  )
  needs.clock.advance(SECOND_MS)
  const late = quiet.message({ payload: small(1) })
  await processDeliveries({ ...needs, db: withoutClaims() }, { messages: [late] }).catch(() => undefined)
  await takeOneDrain()
  expect(await countOf('automation_runs', quiet)).toBe(1)
  expect(await queuedOf(flood)).toBe(15_000 - 499)
  await queryRows(needs.db, sql`delete from webhook_inbox where organization_id = ${flood.organizationId}`)
}, 60_000)

test('a round hands off no more than it can finish: the rest is given back to its place and costs no try', async () => {
  const acme = await world.member()
  const trigger = await acme.listen({ config: {} })
  await queryRows(
    needs.db,
    sql`insert into triggers (id, organization_id, automation_id, provider, event_type, config, updated_at)
      select gen_random_uuid(), organization_id, automation_id, provider, event_type, config, updated_at
      from triggers cross join generate_series(1, 599) where id = ${trigger.id}`,
  )
  needs.drainQueue.asked = []
  const messages = Array.from({ length: 4 }, (_, n) => acme.message({ payload: small(n + 1) }))
  needs.clock.advance(SECOND_MS)
  await processDeliveries(needs, { messages })
  expect(await countOf('automation_runs', acme)).toBe(1_200)
  const rows = await queryRows(
    needs.db,
    sql`select status, attempt, outcome, next_attempt_at = received_at as "keepsItsPlace" from webhook_inbox where organization_id = ${acme.organizationId} order by id`,
  )
  expect(rows.map(({ status, attempt }) => [status, attempt])).toEqual([['completed', 1], ['completed', 1], ['queued', 0], ['queued', 0]])
  expect(rows[0]?.['outcome']).toMatchObject({ matched: 600, created: 600, omitted: 500 })
  expect(rows.slice(2).map(({ keepsItsPlace }) => keepsItsPlace)).toEqual([true, true])
  await takeDrains(needs)
  expect(await queuedOf(acme)).toBe(0)
  expect(await countOf('automation_runs', acme)).toBe(2_400)
}, 60_000)

async function takeOneDrain() {
  needs.drainQueue.asked = []
  await drainInbox(needs)
}

/** The same database, in which nothing can be claimed. */
function withoutClaims(): Database {
  return new Proxy(needs.db, {
    get(db, name) {
      if (name !== 'execute') return Reflect.get(db, name) as unknown
      return (statement: Parameters<Database['execute']>[0]) =>
        JSON.stringify(statement).includes("set status = 'processing'") ? Promise.reject(new Error('away')) : db.execute(statement)
    },
  })
}

const away = new Proxy({} as Database, {
  get: () => () => {
    throw new Error('The database is away')
  },
})

interface Waiting {
  queue: 'deliveries' | 'drains'
  body: unknown
  attempts: number
  dueAt: number
}
/** The queues as the platform has them: what is not acknowledged comes again when its delay is over. */
async function consumeAll(bodies: unknown[], isAway: () => boolean): Promise<number> {
  let waiting: Waiting[] = bodies.map((body) => ({ queue: 'deliveries', body, attempts: 1, dueAt: 0 }))
  let tries = 0
  while (waiting.length > 0) {
    const now = needs.clock.now().getTime()
    const next = waiting.filter(({ dueAt }) => dueAt <= now)
    const queue = next[0]?.queue
    const due = next.filter((one) => one.queue === queue).slice(0, 100)
    if (queue === undefined) {
      needs.clock.advance(SECOND_MS)
      continue
    }
    tries += 1
    const again = new Map<Waiting, number>()
    const messages = due.map((one, at) => ({
      ...{ id: `message-${at}`, timestamp: new Date(now), attempts: one.attempts, body: one.body },
      ack: () => undefined,
      retry: ({ delaySeconds = 0 }: QueueRetryOptions = {}) => void again.set(one, now + delaySeconds * SECOND_MS),
    }))
    const batch = {
      ...{ queue, messages, metadata: {} },
      ackAll: () => undefined,
      retryAll: (options?: QueueRetryOptions) => messages.forEach((message) => message.retry(options)),
    }
    const consume = queue === 'drains' ? drainLedger : settleDeliveries
    await consume(isAway() ? { ...needs, db: away } : needs, batch as unknown as MessageBatch<unknown>)
    waiting = waiting.flatMap((one) => {
      if (!due.includes(one)) return [one]
      const dueAt = again.get(one)
      return dueAt === undefined ? [] : [{ ...one, attempts: one.attempts + 1, dueAt }]
    })
    const drains = needs.drainQueue.asked.splice(0).map((delaySeconds) => ({
      ...{ queue: 'drains' as const, body: { v: 1, kind: 'drain' }, attempts: 1, dueAt: now + delaySeconds * SECOND_MS },
    }))
    waiting.push(...drains)
  }
  return tries
}

test('a database that is away for two minutes during a thousand deliveries loses none and doubles none', async () => {
  const acme = await world.member()
  await acme.listen({ config: {} })
  needs.drainQueue.asked = []
  const messages = Array.from({ length: 1_000 }, (_, n) => acme.message({ payload: small(n + 1) }))
  const start = needs.clock.now().getTime()
  let taken = 0
  const isAway = () => {
    taken += 1
    const elapsed = needs.clock.now().getTime() - start
    return taken > 3 && elapsed < 120 * SECOND_MS
  }
  await consumeAll(messages, isAway)
  expect(needs.clock.now().getTime() - start).toBeGreaterThanOrEqual(120 * SECOND_MS)
  expect(await countOf('webhook_inbox', acme)).toBe(1_000)
  expect(await queuedOf(acme)).toBe(0)
  expect(await countOf('automation_runs', acme)).toBe(1_000)
}, 120_000)

test('any deliveries, repeated any number of times in any order and at once, give one event per trigger', async () => {
  const plan = fc.array(fc.array(fc.tuple(fc.nat(7), fc.nat(2)), { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(plan, async (batches) => {
      const acme = await world.member()
      for (let trigger = 0; trigger < 2; trigger += 1) await acme.listen({ config: {} })
      const known = new Map<string, DeliveryMessage>()
      const messageOf = ([issue, repeat]: [number, number]) => {
        const name = `${issue} ${repeat}`
        const message = known.get(name) ?? acme.message({ payload: openedIssue(issue + 1), deliveryId: `d-${issue}-${repeat}` })
        known.set(name, message)
        return message
      }
      await Promise.all(batches.map((batch) => processDeliveries(needs, { messages: batch.map(messageOf) })))
      needs.clock.advance(70 * SECOND_MS)
      await sweep(needs)
      const issues = new Set(batches.flat().map(([issue]) => issue))
      expect(await countOf('trigger_events', acme)).toBe(issues.size * 2)
      expect(await countOf('automation_runs', acme)).toBe(issues.size * 2)
    }),
    { numRuns: 15 },
  )
}, 120_000)
