import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { earlier } from '#kernel/clock'
import { queryRows } from '#kernel/database'
import { DAY_MS } from '#kernel/durations'
import { webhookInbox } from '#schema/tables/index'
import { type InboxMember, type InboxWorld, openInboxWorld } from '../../../tests/setup/inbox-world.ts'
import { deleteEndedAcrossOrganizations } from './collect.store.ts'
import { collectInbox } from './collect-inbox.ts'

let world: InboxWorld
let needs: InboxWorld['needs']
let acme: InboxMember
beforeAll(async () => {
  world = await openInboxWorld()
  needs = world.needs
  acme = await world.member()
})
afterAll(() => world?.close())

/** A row that came nine days ago, with a body in blob storage. */
async function oldRow(given: { status: string; processedAt: Date }) {
  const id = needs.ids.next()
  const { organizationId, endpoint } = acme
  const whose = { organizationId, endpointId: endpoint.id, source: `endpoint:${endpoint.id}`, provider: 'github', deliveryId: id }
  const receivedAt = earlier(needs.clock.now(), 9 * DAY_MS)
  const body = `deliveries/${organizationId}/${id}`
  await needs.blobs.put(body, '{}', { contentType: 'application/json', organizationId })
  await needs.db
    .insert(webhookInbox)
    .values({ id, ...whose, eventType: 'issues', payloadRef: body, traceId: 't', receivedAt, ...given })
  return { id, body }
}
const isThere = async (id: string) =>
  (await needs.db.select().from(webhookInbox).where(eq(webhookInbox.id, id))).length > 0

test('the week begins when a row ends: one that came long ago and ended lately stays', async () => {
  const { id, body } = await oldRow({ status: 'completed', processedAt: earlier(needs.clock.now(), DAY_MS) })
  expect(await collectInbox(needs)).toBe(0)
  expect([await isThere(id), needs.blobs.stored.has(body)]).toEqual([true, true])
})

test('a row that waits anew after it had ended keeps its body, and cannot be deleted by its id either', async () => {
  const { id, body } = await oldRow({ status: 'queued', processedAt: earlier(needs.clock.now(), 8 * DAY_MS) })
  expect(await collectInbox(needs)).toBe(0)
  expect(await deleteEndedAcrossOrganizations(needs.db, [id])).toBe(0)
  expect([await isThere(id), needs.blobs.stored.has(body)]).toEqual([true, true])
})

test('one statement takes five thousand rows at most', async () => {
  const ended = sql`${earlier(needs.clock.now(), 8 * DAY_MS).toISOString()}::timestamptz - n * interval '1 second'`
  await queryRows(
    needs.db,
    sql`insert into webhook_inbox (id, organization_id, endpoint_id, source, provider, delivery_id, event_type, payload_ref,
        trace_id, status, received_at, processed_at)
      select gen_random_uuid(), ${acme.organizationId}, ${acme.endpoint.id}, 'endpoint:chunks', 'github', 'chunk-' || n,
        'issues', case when n % 10 = 0 then 'deliveries/acme/chunk-' || n end, 't', 'completed', ${ended}, ${ended}
      from generate_series(1, 12000) n`,
  )
  const calls: number[] = []
  const blobs = { ...needs.blobs, delete: async (keys: string[]) => void calls.push(keys.length) }
  expect(await collectInbox({ ...needs, blobs })).toBe(12_000)
  expect(calls).toEqual([500, 500, 200])
}, 60_000)
