import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { earlier } from '#kernel/clock'
import { queryRows } from '#kernel/database'
import { DAY_MS, HOUR_MS } from '#kernel/durations'
import { type InboxMember, type InboxWorld, openInboxWorld } from '../../../tests/setup/inbox-world.ts'
import { webhookInbox } from '#schema/tables/index'
import { collectInbox, collectSkippedEvents } from './collect-inbox.ts'

let world: InboxWorld
let needs: InboxWorld['needs']
beforeAll(async () => {
  world = await openInboxWorld()
  needs = world.needs
})
afterAll(() => world?.close())

async function row(acme: InboxMember, status: string, ageMs: number, payloadRef: string | null = null) {
  const id = needs.ids.next()
  const at = earlier(needs.clock.now(), ageMs)
  await needs.db.insert(webhookInbox).values({
    id,
    organizationId: acme.organizationId,
    endpointId: acme.endpoint.id,
    source: `endpoint:${acme.endpoint.id}`,
    provider: 'github',
    deliveryId: id,
    eventType: 'issues',
    payload: payloadRef === null ? '{}' : null,
    payloadRef,
    traceId: 't',
    status,
    receivedAt: at,
    processedAt: status === 'completed' || status === 'failed' ? at : null,
  })
  return id
}

test('rows that ended more than seven days ago go with their bodies; what has not ended stays at any age', async () => {
  const acme = await world.member()
  const [young, old] = [7 * DAY_MS - HOUR_MS, 7 * DAY_MS + HOUR_MS]
  const gone = [await row(acme, 'completed', old), await row(acme, 'failed', old, 'deliveries/acme/old')]
  const kept: string[] = []
  for (const status of ['queued', 'processing']) kept.push(await row(acme, status, old), await row(acme, status, young))
  kept.push(await row(acme, 'completed', young), await row(acme, 'failed', young, 'deliveries/acme/young'))
  for (const key of ['deliveries/acme/old', 'deliveries/acme/young']) {
    await needs.blobs.put(key, '{}', { contentType: 'application/json', organizationId: acme.organizationId })
  }
  expect(await collectInbox(needs)).toBe(gone.length)
  const own = sql`select id from webhook_inbox where organization_id = ${acme.organizationId}`
  const left = await queryRows(needs.db, own)
  expect(left.map(({ id }) => id).sort()).toEqual(kept.sort())
  expect([...needs.blobs.stored.keys()]).toEqual(['deliveries/acme/young'])
})

test('a body that several rows share goes with the last of them', async () => {
  const acme = await world.member()
  const key = 'deliveries/acme/shared'
  await needs.blobs.put(key, '{}', { contentType: 'application/json', organizationId: acme.organizationId })
  await row(acme, 'completed', 8 * DAY_MS, key)
  const replay = await row(acme, 'completed', 6 * DAY_MS, key)
  expect(await collectInbox(needs)).toBe(1)
  expect(needs.blobs.stored.has(key)).toBe(true)
  await row(acme, 'failed', 8 * DAY_MS, key)
  await queryRows(needs.db, sql`update webhook_inbox set processed_at = processed_at - interval '2 days' where id = ${replay}`)
  expect(await collectInbox(needs)).toBe(2)
  expect(needs.blobs.stored.has(key)).toBe(false)
})

test('twenty thousand rows go in chunks, bodies at most a thousand a call', async () => {
  const acme = await world.member()
  await queryRows(
    needs.db,
    sql`insert into webhook_inbox (id, organization_id, endpoint_id, source, provider, delivery_id, event_type, payload_ref,
        trace_id, status, received_at, processed_at)
      select gen_random_uuid(), ${acme.organizationId}, ${acme.endpoint.id}, 'endpoint:bulk', 'github', 'bulk-' || n, 'issues',
        case when n % 4 = 0 then 'deliveries/acme/' || n end, 't', 'completed',
        ${earlier(needs.clock.now(), 8 * DAY_MS).toISOString()}::timestamptz,
        ${earlier(needs.clock.now(), 8 * DAY_MS).toISOString()}::timestamptz
      from generate_series(1, 20000) n`,
  )
  const calls: number[] = []
  const blobs = { ...needs.blobs, delete: async (keys: string[]) => void calls.push(keys.length) }
  expect(await collectInbox({ ...needs, blobs })).toBe(20_000)
  expect(calls.reduce((sum, size) => sum + size, 0)).toBe(5_000)
  expect(Math.max(...calls)).toBeLessThanOrEqual(1_000)
  expect(await collectInbox(needs)).toBe(0)
}, 60_000)

test('blob storage that is away keeps the rows for the next tick', async () => {
  const acme = await world.member()
  await row(acme, 'completed', 8 * DAY_MS, 'deliveries/acme/kept')
  const blobs = { ...needs.blobs, delete: () => Promise.reject(new Error('away')) }
  await expect(collectInbox({ ...needs, blobs })).rejects.toThrow('away')
  expect(await collectInbox(needs)).toBe(1)
})

test('the table itself refuses an ended row that does not say when it ended', async () => {
  const acme = await world.member()
  const id = await row(acme, 'queued', HOUR_MS)
  await expect(queryRows(needs.db, sql`update webhook_inbox set status = 'failed' where id = ${id}`)).rejects.toThrow()
})

test('events that started nothing go after a week; those of runs, and those a person skipped, stay', async () => {
  const acme = await world.member()
  const trigger = await acme.listen()
  const event = (status: string, reason: string | null, ageMs: number, many = 1) =>
    queryRows(
      needs.db,
      sql`insert into trigger_events (id, organization_id, trigger_id, provider, event_type, provider_event_type, occurred_at,
          dedup_key, title, context, status, skip_reason, created_at)
        select gen_random_uuid(), ${acme.organizationId}, ${trigger.id}::uuid, 'github', 'issue_opened', 'issues', now(),
          gen_random_uuid()::text, 't', '{}', ${status}, ${reason}, ${earlier(needs.clock.now(), ageMs).toISOString()}::timestamptz
        from generate_series(1, ${many}::int)`,
    )
  await event('skipped', 'automation_disabled', 8 * DAY_MS, 12_000)
  await event('skipped', 'run_create_failed', 8 * DAY_MS)
  await event('skipped', 'automation_disabled', 6 * DAY_MS)
  await event('skipped', 'manual', 8 * DAY_MS)
  await event('completed', null, 8 * DAY_MS)
  expect(await collectSkippedEvents(needs)).toBe(12_001)
  const own = sql`select status, skip_reason from trigger_events where organization_id = ${acme.organizationId} order by 1, 2`
  expect(await queryRows(needs.db, own)).toEqual([
    { status: 'completed', skip_reason: null },
    { status: 'skipped', skip_reason: 'automation_disabled' },
    { status: 'skipped', skip_reason: 'manual' },
  ])
})
