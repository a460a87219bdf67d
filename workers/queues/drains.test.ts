import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { processDeliveries } from '#domain/triggers'
import { queryRows } from '#kernel/database'
import type { Database } from '#kernel/database'
import { type InboxWorld, openInboxWorld, openedIssue } from '../../tests/setup/inbox-world.ts'
import { drainLedger } from './drains.ts'

let world: InboxWorld
let needs: InboxWorld['needs']
beforeAll(async () => {
  world = await openInboxWorld()
  needs = world.needs
})
afterAll(() => world?.close())

const DRAIN = { v: 1, kind: 'drain' }

function batchOf(bodies: unknown[]) {
  const [ackAll, retryAll] = [vi.fn(), vi.fn()]
  const batch = { queue: 'drains', messages: bodies.map((body) => ({ body })), ackAll, retryAll }
  return { batch: batch as unknown as MessageBatch<unknown>, ackAll, retryAll }
}

/** So many deliveries of a storm that most of them wait in the ledger. */
async function storm(count: number) {
  const acme = await world.member()
  await acme.listen({ config: {} })
  const messages = Array.from({ length: count }, (_, n) => acme.message({ payload: openedIssue(n + 1) }))
  for (let start = 0; start < count; start += 100) {
    await processDeliveries(needs, { messages: messages.slice(start, start + 100) })
  }
  const waiting = async () => {
    const rows = await queryRows(
      needs.db,
      sql`select id from webhook_inbox where organization_id = ${acme.organizationId} and status <> 'completed'`,
    )
    return rows.length
  }
  return { waiting }
}

test('several drains that come together are one, and take up what a storm left waiting', async () => {
  const { waiting } = await storm(300)
  expect(await waiting()).toBe(150)
  const { batch, ackAll, retryAll } = batchOf([DRAIN, DRAIN, DRAIN])
  await drainLedger(needs, batch)
  expect(await waiting()).toBe(0)
  expect([ackAll.mock.calls.length, retryAll.mock.calls.length]).toEqual([1, 0])
})

test('while the database is away a drain comes again after two seconds', async () => {
  const away = new Proxy({} as Database, {
    get: () => () => {
      throw new Error('The database is away')
    },
  })
  const { batch, ackAll, retryAll } = batchOf([DRAIN])
  await drainLedger({ ...needs, db: away }, batch)
  expect(retryAll.mock.calls).toEqual([[{ delaySeconds: 2 }]])
  expect(ackAll).not.toHaveBeenCalled()
})

test('what is no drain is told to the log, and does not come again', async () => {
  const error = vi.fn()
  const { batch, ackAll } = batchOf([{ v: 2, kind: 'drain' }])
  await drainLedger({ ...needs, log: { ...needs.log, error } }, batch)
  expect(error).toHaveBeenCalledWith('drain.unreadable', { queue: 'drains', messages: 1 })
  expect(ackAll).toHaveBeenCalledOnce()
})
