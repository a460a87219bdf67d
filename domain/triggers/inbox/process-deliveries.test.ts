import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { queryRows } from '#kernel/database'
import type { DeliveryMessage } from '#schema/contracts/messages'
import {
  type InboxMember,
  type InboxWorld,
  openedIssue,
  openInboxWorld,
  REPOSITORY,
} from '../../../tests/setup/inbox-world.ts'
import { findDelivery, listDeliveries } from '../ledger/list-deliveries.ts'
import { processDeliveries } from './process-deliveries.ts'

let world: InboxWorld
let needs: InboxWorld['needs']
beforeAll(async () => {
  world = await openInboxWorld()
  needs = world.needs
})
afterAll(() => world?.close())

const process = (...messages: DeliveryMessage[]) => processDeliveries(needs, { messages })
async function ledger({ organizationId }: InboxMember) {
  return (await listDeliveries(needs, { actor: { kind: 'system', organizationId }, limit: 100 })).items
}
const rowsOf = ({ organizationId }: InboxMember, table: 'trigger_events' | 'automation_runs') =>
  queryRows(needs.db, sql`select * from ${sql.identifier(table)} where organization_id = ${organizationId}`)

interface Counts {
  events: number
  runs: number
  lines: number
  outbox: number
}
async function countsOf({ organizationId }: InboxMember): Promise<Counts> {
  const [row] = await queryRows(
    needs.db,
    sql`select
      (select count(*)::int from trigger_events where organization_id = ${organizationId}) as events,
      (select count(*)::int from automation_runs where organization_id = ${organizationId}) as runs,
      (select count(*)::int from automation_run_events e join automation_runs r on r.id = e.run_id
        where r.organization_id = ${organizationId}) as lines,
      (select count(*)::int from outbox where organization_id = ${organizationId}) as outbox`,
  )
  return row as unknown as Counts
}
const one: Counts = { events: 1, runs: 1, lines: 1, outbox: 1 }
const none: Counts = { events: 0, runs: 0, lines: 0, outbox: 0 }

test('a matching delivery becomes a ledger row, a run, its first line and a message to the run queue', async () => {
  const acme = await world.member()
  const trigger = await acme.listen()
  const message = acme.message()
  const sentBefore = needs.runQueue.sent.length
  expect(await process(message)).toEqual({ processed: 1, created: 1 })
  expect(await countsOf(acme)).toEqual(one)
  const [row] = await ledger(acme)
  expect(row).toMatchObject({
    id: message.id,
    deliveryId: message.deliveryId,
    status: 'completed',
    attempt: 1,
    error: null,
    outcome: {
      events: 1,
      matched: 1,
      created: 1,
      duplicates: 0,
      reason: null,
      decisions: [{ triggerId: trigger.id, decision: 'matched', reason: null, runId: expect.any(String) }],
    },
  })
  const sent = needs.runQueue.sent.slice(sentBefore)
  const { organizationId } = acme
  const runId = row?.outcome?.decisions[0]?.runId
  expect(sent).toMatchObject([{ kind: 'enrich', runId, organizationId, traceId: message.traceId }])
  const [event] = await rowsOf(acme, 'trigger_events')
  expect(event).toMatchObject({
    inbox_id: message.id,
    dedup_key: expect.stringMatching(/^github:acme\/widgets:issue:1:\d+:opened$/),
    status: 'queued',
    context: { github: { repository: REPOSITORY, issueNumber: 1, labels: ['agent'] } },
  })
  const [run] = await rowsOf(acme, 'automation_runs')
  expect(run).toMatchObject({ status: 'queued', trigger_id: trigger.id })
  expect(new Date(run?.deadline_at as string).getTime() - needs.clock.now().getTime()).toBe(120 * 60_000)
})

test('the same delivery twice gives one row and one run', async () => {
  const acme = await world.member()
  await acme.listen()
  const first = acme.message()
  await process(first)
  await process(acme.message({ deliveryId: first.deliveryId }))
  expect(await ledger(acme)).toHaveLength(1)
  expect(await countsOf(acme)).toEqual(one)
})

test('the same delivery twenty times at once gives one row and one run', async () => {
  const acme = await world.member()
  await acme.listen()
  const deliveryId = 'at-once'
  await Promise.all(Array.from({ length: 20 }, () => process(acme.message({ deliveryId }))))
  expect(await ledger(acme)).toMatchObject([{ deliveryId, status: 'completed', outcome: { created: 1 } }])
  expect(await countsOf(acme)).toEqual(one)
})

test('the same delivery twice within one batch gives one row and one run', async () => {
  const acme = await world.member()
  await acme.listen()
  await process(acme.message({ deliveryId: 'twin' }), acme.message({ deliveryId: 'twin' }))
  expect(await ledger(acme)).toHaveLength(1)
  expect(await countsOf(acme)).toEqual(one)
})

test('redelivery of every message of the queue, also at the same time, has no second effect', async () => {
  const acme = await world.member()
  await acme.listen()
  const messages = [1, 2, 3].map((number) => acme.message({ payload: openedIssue(number) }))
  await process(...messages)
  const before = await ledger(acme)
  expect(await process(...messages)).toEqual({ processed: 0, created: 0 })
  await Promise.all([process(...messages), process(...messages.toReversed())])
  expect(await ledger(acme)).toEqual(before)
  expect(await countsOf(acme)).toEqual({ events: 3, runs: 3, lines: 3, outbox: 3 })
})

test('two batches with the same deliveries in opposite order do not block each other', async () => {
  const acme = await world.member()
  await acme.listen()
  const batches = Array.from({ length: 8 }, (_, index) => {
    const messageOf = (n: number) => acme.message({ deliveryId: `d${n}`, payload: openedIssue(n + 1) })
    const batch = Array.from({ length: 20 }, (_, n) => messageOf(n))
    return index % 2 === 0 ? batch : batch.toReversed()
  })
  await Promise.all(batches.map((batch) => process(...batch)))
  expect((await ledger(acme)).map(({ status }) => status)).toEqual(Array(20).fill('completed'))
  expect(await countsOf(acme)).toEqual({ events: 20, runs: 20, lines: 20, outbox: 20 })
})

test('the same event in another delivery is a duplicate that names the run it started', async () => {
  const acme = await world.member()
  await acme.listen()
  await process(acme.message())
  await process(acme.message())
  const [second, first] = await ledger(acme)
  const runId = first?.outcome?.decisions[0]?.runId
  expect(second?.outcome).toMatchObject({
    matched: 1,
    created: 0,
    duplicates: 1,
    decisions: [{ decision: 'duplicate', runId, reason: 'the same event came in an earlier delivery' }],
  })
  expect(await countsOf(acme)).toEqual(one)
})

test('an event that several triggers want starts one run for each', async () => {
  const acme = await world.member()
  await acme.listen()
  await acme.listen({ config: {} })
  await process(acme.message())
  expect(await countsOf(acme)).toEqual({ events: 2, runs: 2, lines: 2, outbox: 2 })
})

test('a trigger that does not match says why in the ledger and starts nothing', async () => {
  const acme = await world.member()
  await acme.listen({ config: { labels: ['urgent'] } })
  await acme.listen({ eventType: 'issue_closed', config: {} })
  await process(acme.message())
  const [row] = await ledger(acme)
  expect(row?.outcome).toMatchObject({ events: 1, matched: 0, created: 0, reason: null })
  expect(row?.outcome?.decisions.map(({ decision, reason }) => [decision, reason])).toEqual([
    ['not_matched', 'label urgent is missing'],
    ['not_matched', 'the event is issue_opened, this listens to another'],
  ])
  expect(await countsOf(acme)).toEqual(none)
})

test('a disabled automation gets a skipped event and no run; a disabled trigger is not asked', async () => {
  const acme = await world.member()
  await acme.listen({ automationEnabled: false })
  await acme.listen({ enabled: false })
  await process(acme.message())
  const [row] = await ledger(acme)
  expect(row?.outcome).toMatchObject({
    created: 0,
    decisions: [{ decision: 'automation_disabled', reason: 'the automation is switched off', runId: null }],
  })
  expect(await countsOf(acme)).toEqual({ ...none, events: 1 })
  const skipped = { status: 'skipped', skip_reason: 'automation_disabled', processed_at: expect.anything() }
  expect(await rowsOf(acme, 'trigger_events')).toMatchObject([skipped])
})

test('a stored configuration that no longer fits its type is skipped and named, and the others go on', async () => {
  const acme = await world.member()
  const broken = await acme.listen()
  await acme.listen()
  await queryRows(needs.db, sql`update triggers set config = '{"labels": 5}'::jsonb where id = ${broken.id}`)
  await process(acme.message())
  const [row] = await ledger(acme)
  expect(row?.outcome).toMatchObject({ created: 1 })
  expect(row?.outcome?.decisions.map(({ decision }) => decision).sort()).toEqual(['invalid_config', 'matched'])
})

test("another organization's trigger never matches, and its endpoint cannot be written to", async () => {
  const acme = await world.member()
  const rival = await world.member()
  await rival.listen({ config: {} })
  await process(acme.message())
  await process(acme.message(), rival.message({ payload: openedIssue(9) }))
  expect((await ledger(acme)).map(({ outcome }) => [outcome?.reason, outcome?.decisions])).toEqual([
    ['no_trigger', []],
    ['no_trigger', []],
  ])
  expect(await countsOf(acme)).toEqual(none)
  expect(await countsOf(rival)).toEqual(one)
  await process({ ...acme.message(), endpointId: rival.endpoint.id })
  expect(await ledger(acme)).toHaveLength(2)
  expect(await ledger(rival)).toHaveLength(1)
  const [row] = await ledger(acme)
  const foreign = findDelivery(needs, { actor: { kind: 'system', organizationId: rival.organizationId }, deliveryId: row!.id })
  await expect(foreign).rejects.toMatchObject({ code: 'delivery.not_found' })
})

test('ping and events nobody can listen to are in the ledger with the reason', async () => {
  const acme = await world.member()
  await acme.listen()
  await process(
    acme.message({ eventType: 'ping', payload: { zen: 'Design for failure.' } }),
    acme.message({ eventType: 'watch', payload: { action: 'started' } }),
  )
  const rows = await ledger(acme)
  expect(rows.map(({ status, outcome }) => [status, outcome?.reason])).toEqual([
    ['completed', 'unsupported_event'],
    ['completed', 'ping'],
  ])
})

test.each([
  ['half a document', new TextEncoder().encode('{"action": "opened", ')],
  ['bytes that are not UTF-8', Uint8Array.from([0x7b, 0xff, 0xfe, 0x7d])],
  ['a NUL outside of a string', new TextEncoder().encode('{}\u0000')],
  ['nothing', new Uint8Array()],
])('malformed JSON (%s) fails with invalid_json and keeps the raw bytes', async (_what, bytes) => {
  const acme = await world.member()
  await acme.listen()
  const bad = acme.message({ bytes })
  await process(bad, acme.message())
  const rows = await ledger(acme)
  expect(rows.map(({ status }) => status).sort()).toEqual(['completed', 'failed'])
  const row = rows.find(({ id }) => id === bad.id)
  expect(row).toMatchObject({ status: 'failed', error: 'invalid_json', outcome: { reason: 'invalid_json' } })
  expect(row?.processedAt).not.toBeNull()
  expect(needs.blobs.stored.get(`deliveries/${acme.organizationId}/${bad.id}`)?.bytes).toEqual(bytes)
})

test('a payload of another shape fails with invalid_payload', async () => {
  const acme = await world.member()
  await process(acme.message({ payload: { action: 'opened', issue: 'gone' } }))
  expect(await ledger(acme)).toMatchObject([{ status: 'failed', error: 'invalid_payload' }])
})

test('a NUL character or a lone surrogate in a title does not fail the batch', async () => {
  const acme = await world.member()
  await acme.listen()
  await process(
    acme.message({ payload: openedIssue(1, { title: 'nul \u0000 here', body: '\u0000' }) }),
    acme.message({ payload: openedIssue(2, { title: 'half \ud83d of a smile' }) }),
    acme.message({ payload: openedIssue(3, { title: `${'x'.repeat(499)}😀` }) }),
    acme.message({ payload: openedIssue(4) }),
  )
  expect((await ledger(acme)).map(({ status }) => status)).toEqual(Array(4).fill('completed'))
  expect(await countsOf(acme)).toEqual({ events: 4, runs: 4, lines: 4, outbox: 4 })
  const titles = await queryRows(
    needs.db,
    sql`select title from trigger_events where organization_id = ${acme.organizationId} order by dedup_key`,
  )
  expect(titles.map(({ title }) => title).slice(0, 2)).toEqual(['nul  here', 'half \ufffd of a smile'])
})

test('a form body, as GitHub preselects it, is understood', async () => {
  const acme = await world.member()
  await acme.listen()
  const body = new URLSearchParams({ payload: JSON.stringify(openedIssue(1)) }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const message = acme.message({ payload: body, headers })
  await process(message)
  expect(await countsOf(acme)).toEqual(one)
  const shown = await findDelivery(needs, { actor: { kind: 'system', organizationId: acme.organizationId }, deliveryId: message.id })
  expect(shown).toMatchObject({ headers, payload: { action: 'opened' } })
})

test('a message whose id is known already does no harm, whatever else it says', async () => {
  const acme = await world.member()
  await acme.listen()
  const first = acme.message({ payload: openedIssue(1) })
  await process(first)
  await process({ ...first, deliveryId: 'another' })
  expect(await countsOf(acme)).toEqual(one)
})

test('the round trips to the database do not depend on how many deliveries there are', async () => {
  const roundTrips: number[] = []
  for (const size of [1, 10, 100]) {
    const acme = await world.member()
    await acme.listen()
    const batch = Array.from({ length: size }, (_, index) => acme.message({ payload: openedIssue(index + 1) }))
    const spy = vi.spyOn(globalThis, 'fetch')
    await process(...batch)
    // The outbox has its own bounded claims; here it is the ledger's statements that count.
    const statements = spy.mock.calls.map(([, init]) => String((init as RequestInit).body))
    roundTrips.push(statements.filter((text) => !/(from|update) outbox/.test(text)).length)
    spy.mockRestore()
    expect(needs.drainQueue.asked).toEqual([])
    expect(await countsOf(acme)).toEqual({ events: size, runs: size, lines: size, outbox: size })
  }
  expect(roundTrips).toEqual([5, 5, 5])
}, 60_000)
