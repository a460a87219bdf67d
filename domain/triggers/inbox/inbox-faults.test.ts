import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { later } from '#kernel/clock'
import { type Database, queryRows } from '#kernel/database'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '#kernel/durations'
import type { DeliveryMessage } from '#schema/contracts/messages'
import { type InboxMember, type InboxWorld, openedIssue, openInboxWorld, sweep, takeDrains } from '../../../tests/setup/inbox-world.ts'
import { claimRowsAcrossOrganizations, finishRowsAcrossOrganizations } from './inbox.store.ts'
import { listDeliveries } from '../ledger/list-deliveries.ts'
import { replayDelivery } from '../ledger/replay-deliveries.ts'
import { processDeliveries } from './process-deliveries.ts'
import { drainInbox } from './process-inbox.ts'
import { sweepInbox } from './sweep-inbox.ts'

let world: InboxWorld
let needs: InboxWorld['needs']
beforeAll(async () => {
  world = await openInboxWorld()
  needs = world.needs
})
afterAll(() => world?.close())

async function ledger({ organizationId }: InboxMember) {
  return (await listDeliveries(needs, { actor: { kind: 'system', organizationId }, limit: 100 })).items
}
const runsOf = async ({ organizationId }: InboxMember) =>
  queryRows(needs.db, sql`select id from automation_runs where organization_id = ${organizationId}`)

/** The same database, on which the statement that mentions `text` never arrives. */
function losing(text: string): Database {
  return new Proxy(needs.db, {
    get(db, name) {
      if (name !== 'execute') return Reflect.get(db, name) as unknown
      return (statement: Parameters<Database['execute']>[0]) => {
        if (JSON.stringify(statement).includes(text)) return Promise.reject(new Error('The connection was lost'))
        return db.execute(statement)
      }
    },
  })
}

/** The same database, which understands what mentions `text` in a hand-off, and refuses it. */
function refusing(text: string): Database {
  return new Proxy(needs.db, {
    get(db, name) {
      if (name !== 'execute') return Reflect.get(db, name) as unknown
      return (statement: Parameters<Database['execute']>[0]) => {
        const said = JSON.stringify(statement)
        if (!said.includes('insert into trigger_events') || !said.includes(text)) return db.execute(statement)
        return Promise.reject(Object.assign(new Error('A field has a value that is out of range'), { code: '22008' }))
      }
    },
  })
}

test('a consumer that dies between the hand-off and the end leaves one run and a ledger that is right later', async () => {
  const acme = await world.member()
  await acme.listen()
  const message = acme.message()
  const dying = processDeliveries({ ...needs, db: losing('set status = f.status') }, { messages: [message] })
  await expect(dying).rejects.toThrow('The connection was lost')
  expect(await ledger(acme)).toMatchObject([{ status: 'processing', attempt: 1 }])
  expect(await runsOf(acme)).toHaveLength(1)

  expect(await processDeliveries(needs, { messages: [message] })).toMatchObject({ processed: 0 })
  needs.clock.advance(6 * MINUTE_MS)
  await sweep(needs)
  expect(await ledger(acme)).toMatchObject([
    { status: 'completed', attempt: 2, outcome: { created: 1, duplicates: 0, decisions: [{ decision: 'matched' }] } },
  ])
  const [run] = await runsOf(acme)
  expect((await ledger(acme))[0]?.outcome?.decisions[0]?.runId).toBe(run?.id)
  expect(await runsOf(acme)).toHaveLength(1)
})

test('a consumer that dies before the hand-off leaves a row that the same message finishes', async () => {
  const acme = await world.member()
  await acme.listen()
  const message = acme.message()
  await expect(
    processDeliveries({ ...needs, db: losing("set status = 'processing'") }, { messages: [message] }),
  ).rejects.toThrow()
  expect(await ledger(acme)).toMatchObject([{ status: 'queued', attempt: 0 }])
  await processDeliveries(needs, { messages: [message] })
  expect(await ledger(acme)).toMatchObject([{ status: 'completed', attempt: 1 }])
})

test('a connection lost in the middle gives the rows back, and the same message finishes them', async () => {
  const acme = await world.member()
  await acme.listen()
  const message = acme.message()
  await expect(
    processDeliveries({ ...needs, db: losing('insert into trigger_events') }, { messages: [message] }),
  ).rejects.toThrow('The connection was lost')
  expect(await ledger(acme)).toMatchObject([{ status: 'queued', attempt: 0, error: null }])
  expect(await processDeliveries(needs, { messages: [message] })).toEqual({ processed: 1, created: 1 })
  expect(await ledger(acme)).toMatchObject([{ status: 'completed', attempt: 1, error: null }])
})

test('a database that comes and goes costs a delivery nothing but time, however often', async () => {
  const acme = await world.member()
  await acme.listen()
  const message = acme.message()
  for (let round = 0; round < 12; round += 1) {
    const flapping = processDeliveries({ ...needs, db: losing('insert into trigger_events') }, { messages: [message] })
    await expect(flapping).rejects.toThrow('The connection was lost')
  }
  await processDeliveries(needs, { messages: [message] })
  expect(await ledger(acme)).toMatchObject([{ status: 'completed', attempt: 1, outcome: { created: 1 } }])
})

test('a mistake of ours over one row ends, and takes no other row along', async () => {
  const acme = await world.member()
  await acme.listen()
  const [bad, good] = [acme.message({ payload: openedIssue(1, { title: 'Bad' }) }), acme.message({ payload: openedIssue(2) })]
  const mistaken = new Proxy(needs.db, {
    get(db, name) {
      if (name !== 'execute') return Reflect.get(db, name) as unknown
      return (statement: Parameters<Database['execute']>[0]) => {
        const said = JSON.stringify(statement)
        if (said.includes('set status = f.status') && said.includes('eventTitle') && said.includes(bad.id)) throw new TypeError('x is undefined')
        return db.execute(statement)
      }
    },
  })
  const broken = { ...needs, db: mistaken }
  await expect(processDeliveries(broken, { messages: [bad, good] })).rejects.toThrow(TypeError)
  expect((await ledger(acme)).map(({ attempt, error }) => [attempt, error])).toEqual(Array(2).fill([1, 'interrupted']))
  for (let round = 0; round < 8; round += 1) await drainInbox(broken).catch(() => undefined)
  const rows = await ledger(acme)
  expect(rows.find(({ id }) => id === good.id)).toMatchObject({ status: 'completed', outcome: { created: 1 } })
  expect(rows.find(({ id }) => id === bad.id)).toMatchObject({ status: 'failed', error: 'too_many_attempts' })
})

test('a row that kills its consumer ends alone: nobody who waited beside it fails with it', async () => {
  const [acme, rival] = [await world.member(), await world.member()]
  await acme.listen({ config: {} })
  await rival.listen({ config: {} })
  const messages = Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? acme : rival).message({ payload: openedIssue(n + 1) }))
  const [poison] = messages as [DeliveryMessage]
  await expect(processDeliveries({ ...needs, db: losing("set status = 'processing'") }, { messages })).rejects.toThrow()
  // Of a consumer that dies nothing is heard any more; whoever does not hold the poison lives.
  for (let death = 0; death < 60; death += 1) {
    const claimed = await claimAsIfDying(poison.id)
    if (claimed === 'nothing') break
    needs.clock.advance(6 * MINUTE_MS)
  }
  const rows = [...(await ledger(acme)), ...(await ledger(rival))]
  expect(rows.filter(({ id }) => id !== poison.id).map(({ status }) => status)).toEqual(Array(39).fill('completed'))
  expect(rows.find(({ id }) => id === poison.id)).toMatchObject({ status: 'failed', error: 'too_many_attempts' })
})

/** One drain, of a consumer that does not survive reading the poison. */
async function claimAsIfDying(poison: string): Promise<'died' | 'lived' | 'nothing'> {
  const before = await pending()
  if (before === 0) return 'nothing'
  const deadly = new Proxy(needs.db, {
    get(db, name) {
      if (name !== 'execute') return Reflect.get(db, name) as unknown
      return async (statement: Parameters<Database['execute']>[0]) => {
        const said = JSON.stringify(statement)
        const isLast = said.includes('set status = f.status')
        if (isLast && said.includes((await holderOf(poison)) ?? 'nobody')) throw new Error('The isolate is gone')
        return db.execute(statement)
      }
    },
  })
  await drainInbox({ ...needs, db: deadly }).catch(() => undefined)
  return 'died'
}
const pending = async () => {
  const [row] = await queryRows(needs.db, sql`select count(*)::int as n from webhook_inbox where status in ('queued', 'processing')`)
  return Number(row?.['n'])
}
/** The claim under which a consumer has it, and is about to read it. */
const holderOf = async (id: string) => {
  const [row] = await queryRows(
    needs.db,
    sql`select claim_token from webhook_inbox where id = ${id} and status = 'processing' and attempt <= 6`,
  )
  return row ? String(row['claim_token']) : null
}

test('a stale claim is taken over, and its late owner can change nothing any more', async () => {
  const acme = await world.member()
  await acme.listen()
  const message = acme.message()
  await expect(
    processDeliveries({ ...needs, db: losing("set status = 'processing'") }, { messages: [message] }),
  ).rejects.toThrow()
  const claim = { ids: [message.id], claimToken: needs.ids.next(), perStorm: 25, limit: 100, withPayloads: true }
  const claimed = () => {
    const now = needs.clock.now()
    return claimRowsAcrossOrganizations(needs.db, { ...claim, now, freeAgainAt: later(now, 5 * MINUTE_MS) })
  }
  expect((await claimed()).rows).toHaveLength(1)

  needs.clock.advance(5 * MINUTE_MS - SECOND_MS)
  await sweep(needs)
  expect(await ledger(acme)).toMatchObject([{ status: 'processing', attempt: 1 }])

  needs.clock.advance(2 * SECOND_MS)
  await sweep(needs)
  expect(await ledger(acme)).toMatchObject([{ status: 'completed', attempt: 2 }])
  await queryRows(needs.db, sql`update webhook_inbox set status = 'processing', claim_token = ${needs.ids.next()}
    where id = ${message.id}`)
  const settled = await finishRowsAcrossOrganizations(needs.db, {
    finishes: [{ id: message.id, status: 'failed', error: 'late', outcome: null }],
    claimToken: claim.claimToken,
    now: needs.clock.now(),
  })
  expect(settled).toEqual(new Set())
  expect((await ledger(acme))[0]?.status).toBe('processing')
  expect(await runsOf(acme)).toHaveLength(1)
})

test('one event the database refuses is put aside and tried five times; the rest of its batch goes on', async () => {
  const acme = await world.member()
  await acme.listen()
  const poison = acme.message({ payload: openedIssue(1, { title: 'Poison' }) })
  const refusal = { ...needs, db: refusing('Poison') }
  await processDeliveries(refusal, { messages: [poison, acme.message({ payload: openedIssue(2) })] })
  const rowOf = async () => (await ledger(acme)).find(({ id }) => id === poison.id)
  expect(await rowOf()).toMatchObject({ status: 'queued', attempt: 1, error: 'run_create_failed', processedAt: null })
  expect(await runsOf(acme)).toHaveLength(1)

  const skipped = () =>
    queryRows(needs.db, sql`select skip_reason, title, inbox_id from trigger_events
      where organization_id = ${acme.organizationId} and status = 'skipped'`)
  for (let tick = 0; tick < 4; tick += 1) {
    expect(await skipped()).toEqual([])
    needs.clock.advance(10 * MINUTE_MS)
    await sweep(refusal)
  }
  expect(await rowOf()).toMatchObject({ status: 'failed', attempt: 5, error: 'run_create_failed' })
  expect(await skipped()).toEqual([
    { skip_reason: 'run_create_failed', title: 'An event that could not be stored', inbox_id: poison.id },
  ])
  expect((await rowOf())?.processedAt).not.toBeNull()
  needs.clock.advance(HOUR_MS)
  await sweep(needs)
  expect(await rowOf()).toMatchObject({ attempt: 5 })
  const actor = { kind: 'system' as const, organizationId: acme.organizationId }
  await replayDelivery({ ...needs, drainQueue: { drain: async () => {} } }, { actor, deliveryId: poison.id })
  await drainInbox(needs)
  expect(await runsOf(acme)).toHaveLength(2)
})

test('a row that killed its last consumer alone is failed without being read again', async () => {
  const acme = await world.member()
  await acme.listen()
  const message = acme.message()
  await expect(
    processDeliveries({ ...needs, db: losing('set status = f.status') }, { messages: [message] }),
  ).rejects.toThrow()
  await queryRows(needs.db, sql`update webhook_inbox set attempt = 6 where id = ${message.id}`)
  needs.clock.advance(6 * MINUTE_MS)
  await sweep(needs)
  expect(await ledger(acme)).toMatchObject([{ status: 'failed', error: 'too_many_attempts', attempt: 7 }])
})

const stored = (acme: InboxMember) => {
  const base = acme.message()
  const key = `deliveries/${acme.organizationId}/${base.id}`
  return { ...base, body: { kind: 'stored' as const, key, size: 100_000 } }
}

test('a large body is read from blob storage, and only when its row is processed', async () => {
  const acme = await world.member()
  await acme.listen()
  const message = stored(acme)
  const text = JSON.stringify(openedIssue(1, { body: 'x'.repeat(200_000) }))
  const { organizationId } = acme
  await needs.blobs.put(message.body.key, text, { contentType: 'application/json', organizationId })
  await processDeliveries(needs, { messages: [message] })
  expect(await ledger(acme)).toMatchObject([{ status: 'completed', outcome: { created: 1 } }])
})

test('blob storage that is away postpones its row alone; a body that is gone fails it', async () => {
  const acme = await world.member()
  await acme.listen()
  const message = stored(acme)
  const away = { ...needs.blobs, get: () => Promise.reject(new Error('away')) }
  await processDeliveries({ ...needs, blobs: away }, { messages: [message, acme.message({ payload: openedIssue(2) })] })
  const rowOf = async () => (await ledger(acme)).find(({ id }) => id === message.id)
  expect(await rowOf()).toMatchObject({ status: 'queued', error: 'body_missing', attempt: 1 })
  expect(await runsOf(acme)).toHaveLength(1)

  expect(await processDeliveries(needs, { messages: [message] })).toMatchObject({ processed: 0 })
  needs.clock.advance(2 * MINUTE_MS)
  await sweep(needs)
  expect(await rowOf()).toMatchObject({ status: 'failed', error: 'body_missing', attempt: 2 })
})

test('a repeated delivery leaves no stray body behind, and the same message again takes nothing away', async () => {
  const acme = await world.member()
  await acme.listen()
  const put = (key: string) =>
    needs.blobs.put(key, JSON.stringify(openedIssue(1)), { contentType: 'application/json', organizationId: 'x' })
  const [first, second] = [stored(acme), stored(acme)]
  await put(first.body.key)
  await put(second.body.key)
  await processDeliveries(needs, { messages: [first] })
  await processDeliveries(needs, { messages: [{ ...second, deliveryId: first.deliveryId }] })
  await processDeliveries(needs, { messages: [first] })
  expect(needs.blobs.stored.has(first.body.key)).toBe(true)
  expect(needs.blobs.stored.has(second.body.key)).toBe(false)
  expect(await ledger(acme)).toHaveLength(1)
})

test('a delivery whose endpoint is gone leaves no body behind; one that is just being written keeps its own', async () => {
  const acme = await world.member()
  const [gone, twin] = [stored(acme), stored(acme)]
  for (const { body } of [gone, twin]) {
    await needs.blobs.put(body.key, '{}', { contentType: 'application/json', organizationId: acme.organizationId })
  }
  await processDeliveries(needs, { messages: [{ ...gone, endpointId: needs.ids.next() }] })
  expect(needs.blobs.stored.has(gone.body.key)).toBe(false)
  await Promise.all(Array.from({ length: 8 }, () => processDeliveries(needs, { messages: [twin] })))
  expect(needs.blobs.stored.has(twin.body.key)).toBe(true)
})

test('a run queue that is away costs nothing but time: the run and its outbox row are there', async () => {
  const acme = await world.member()
  await acme.listen()
  needs.runQueue.failing = true
  await processDeliveries(needs, { messages: [acme.message()] })
  needs.runQueue.failing = false
  expect(await ledger(acme)).toMatchObject([{ status: 'completed', outcome: { created: 1 } }])
  const rows = await queryRows(needs.db, sql`select status from outbox where organization_id = ${acme.organizationId}`)
  expect(rows).toEqual([{ status: 'pending' }])
})

test('the sweep leaves to the queue what has been due for less than a minute', async () => {
  const acme = await world.member()
  await acme.listen()
  const message = acme.message()
  await expect(
    processDeliveries({ ...needs, db: losing("set status = 'processing'") }, { messages: [message] }),
  ).rejects.toThrow()
  needs.clock.advance(59 * SECOND_MS)
  expect(await sweepInbox(needs)).toEqual({ overdue: false })
  needs.clock.advance(2 * SECOND_MS)
  needs.drainQueue.asked = []
  expect(await sweepInbox(needs)).toEqual({ overdue: true })
  // A tick of cron calls no provider and starts nothing: it only asks.
  expect(needs.drainQueue.asked).toEqual([0])
  expect(await runsOf(acme)).toEqual([])
  await takeDrains(needs)
  expect(await runsOf(acme)).toHaveLength(1)
})
