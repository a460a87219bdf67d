import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, auditRowOf } from '#domain/identity'
import { queryRows } from '#kernel/database'
import { DAY_MS, MINUTE_MS } from '#kernel/durations'
import { type InboxMember, type InboxWorld, openedIssue, openInboxWorld, sweep } from '../../../tests/setup/inbox-world.ts'
import type { TestSource } from '#schema/contracts/trigger-tests'
import { linearCommentEvent } from '../../../tests/fixtures/linear/payloads.ts'
import { updateTrigger } from '../change-trigger.ts'
import { collectInbox } from '../inbox/collect-inbox.ts'
import { processDeliveries } from '../inbox/process-deliveries.ts'
import { insertReplays } from './deliveries.store.ts'
import { findDelivery, listDeliveries } from './list-deliveries.ts'
import { replayDeliveries, replayDelivery } from './replay-deliveries.ts'
import { testTrigger, testTriggerDraft } from './test-trigger.ts'

let world: InboxWorld
let needs: Omit<InboxWorld['needs'], 'drainQueue'> & { drainQueue: { drain(): Promise<void> } }
let drains = 0
beforeAll(async () => {
  world = await openInboxWorld()
  needs = { ...world.needs, drainQueue: { drain: async () => void (drains += 1) } }
})
afterAll(() => world?.close())

const as = (member: InboxMember, role: 'viewer' | 'member' | 'admin'): Actor => ({
  kind: 'user',
  userId: `user-${role}`,
  userName: role,
  organizationId: member.organizationId,
  role,
})

/** Lets what waits be processed, as the minute's sweep would. */
async function drain() {
  needs.clock.advance(2 * MINUTE_MS)
  await sweep(world.needs)
}

const deliver = (member: InboxMember, number: number) =>
  processDeliveries(needs, { messages: [member.message({ payload: openedIssue(number) })] })

const ledger = async (member: InboxMember, filter = {}) =>
  (await listDeliveries(needs, { actor: member.actor, limit: 50, ...filter })).items

const runs = (member: InboxMember) =>
  queryRows(needs.db, sql`select id from automation_runs where organization_id = ${member.organizationId}`)

test('a delivery tells what was received, by what it was believed, and which runs it started', async () => {
  const acme = await world.member()
  const trigger = await acme.listen()
  await deliver(acme, 11)
  const [row] = await ledger(acme)
  const detail = await findDelivery(needs, { actor: acme.actor, deliveryId: row!.id })
  expect(detail).toMatchObject({
    ingress: 'endpoint',
    replayOf: null,
    verification: 'signature',
    identity: null,
    runs: [{ status: 'queued', triggerId: trigger.id }],
    replays: [],
  })
  expect(detail.payload).toMatchObject({ issue: { number: 11 } })
})

test('the ledger is found by status, result, provider, trigger, time and text', async () => {
  const acme = await world.member()
  const trigger = await acme.listen()
  await deliver(acme, 21)
  await deliver(acme, 21)
  await processDeliveries(needs, { messages: [acme.message({ payload: openedIssue(22, { labels: [] }) })] })
  await processDeliveries(needs, { messages: [acme.message({ payload: 'no json' })] })
  const results = async (filter: object) => (await ledger(acme, filter)).length
  expect(await results({ result: 'started' })).toBe(1)
  expect(await results({ result: 'duplicate' })).toBe(1)
  expect(await results({ result: 'not_matched' })).toBe(1)
  expect(await results({ result: 'failed' })).toBe(1)
  expect(await results({ status: 'completed' })).toBe(3)
  expect(await results({ provider: 'linear' })).toBe(0)
  expect(await results({ triggerId: trigger.id })).toBe(3)
  expect(await results({ triggerId: needs.ids.next() })).toBe(0)
  expect(await results({ q: '"number":22' })).toBe(1)
  expect(await results({ q: '100%_' })).toBe(0)
  expect(await results({ eventType: 'issues' })).toBe(4)
  const now = needs.clock.now().toISOString()
  expect(await results({ from: now })).toBe(4)
  expect(await results({ to: now })).toBe(0)
})

test('a replay is a delivery of its own that starts nothing twice', async () => {
  const acme = await world.member()
  await acme.listen()
  await deliver(acme, 31)
  const [first] = await ledger(acme)
  const before = drains
  const replay = await replayDelivery(needs, { actor: acme.actor, deliveryId: first!.id })
  expect(replay).toMatchObject({ ingress: 'replay', replayOf: first!.id, status: 'queued', deliveryId: first!.deliveryId })
  expect(drains).toBe(before + 1)
  await drain()
  expect(await runs(acme)).toHaveLength(1)
  const after = await findDelivery(needs, { actor: acme.actor, deliveryId: replay.id })
  expect(after.outcome).toMatchObject({ created: 0, duplicates: 1 })
  const original = await findDelivery(needs, { actor: acme.actor, deliveryId: first!.id })
  expect(original.replays).toMatchObject([{ id: replay.id, status: 'completed' }])
})

test('a replay starts what a trigger missed because it was configured wrongly', async () => {
  const acme = await world.member()
  const trigger = await acme.listen({ config: { labels: ['wrong'] } })
  await deliver(acme, 41)
  const [missed] = await ledger(acme)
  expect(missed!.outcome).toMatchObject({ created: 0, matched: 0 })
  await updateTrigger(needs, { actor: acme.actor, triggerId: trigger.id, ifMatch: null, change: { config: { labels: ['agent'] } } })
  await replayDelivery(needs, { actor: acme.actor, deliveryId: missed!.id })
  await drain()
  expect(await runs(acme)).toHaveLength(1)
})

test('a replay of a replay repeats the first one; any number in any order makes one event per trigger', async () => {
  const acme = await world.member()
  await acme.listen()
  await acme.listen()
  await deliver(acme, 51)
  const [first] = await ledger(acme)
  for (let round = 0; round < 4; round += 1) {
    const [latest] = await ledger(acme)
    const replay = await replayDelivery(needs, { actor: acme.actor, deliveryId: latest!.id })
    expect(replay.replayOf).toBe(first!.id)
    await drain()
  }
  expect(await runs(acme)).toHaveLength(2)
})

test('a replay of a replay starts nothing also when the first delivery is long gone', async () => {
  const acme = await world.member()
  const trigger = await acme.listen({ provider: 'custom', eventType: 'webhook_received', config: {} })
  // Its dedup key is made of its bytes and of when they were received.
  const about = { provider: 'custom' as const, eventType: 'webhook', triggerId: trigger.id, endpointId: trigger.webhook?.endpointId ?? '' }
  await processDeliveries(needs, { messages: [acme.message({ ...about, payload: { title: 'Deployed' } })] })
  const receivedAt = needs.clock.now().toISOString()
  for (let day = 0; day < 12; day += 1) {
    const [latest] = await ledger(acme)
    const replay = await replayDelivery(needs, { actor: acme.actor, deliveryId: latest!.id })
    expect(replay.receivedAt).toBe(receivedAt)
    await drain()
    needs.clock.advance(DAY_MS)
    await collectInbox(needs)
  }
  const left = await ledger(acme)
  expect(left.every(({ ingress, outcome }) => ingress === 'replay' && outcome?.duplicates === 1)).toBe(true)
  expect(await runs(acme)).toHaveLength(1)
})

test('what is being processed is not replayed, and only admins replay', async () => {
  const acme = await world.member()
  await acme.listen()
  await deliver(acme, 61)
  const [row] = await ledger(acme)
  const deliveryId = row!.id
  for (const role of ['viewer', 'member'] as const) {
    await expect(replayDelivery(needs, { actor: as(acme, role), deliveryId })).rejects.toMatchObject({ code: 'auth.forbidden' })
  }
  await queryRows(needs.db, sql`update webhook_inbox set status = 'processing', processed_at = null where id = ${deliveryId}`)
  const early = replayDelivery(needs, { actor: as(acme, 'admin'), deliveryId })
  await expect(early).rejects.toMatchObject({ code: 'delivery.not_ended' })
  expect(await ledger(acme)).toHaveLength(1)
})

test("another organization's delivery looks exactly like a missing one, to show, replay and try", async () => {
  const [acme, rival] = [await world.member(), await world.member()]
  const trigger = await acme.listen()
  await deliver(rival, 71)
  const [foreign] = await ledger(rival)
  const refusals = async (deliveryId: string) => {
    const asked = [
      findDelivery(needs, { actor: acme.actor, deliveryId }),
      replayDelivery(needs, { actor: acme.actor, deliveryId }),
      testTrigger(needs, { actor: acme.actor, triggerId: trigger.id, source: { deliveryId } }),
    ]
    return Promise.all(asked.map((one) => one.catch((error: Error) => ({ ...error, message: error.message }))))
  }
  expect(await refusals(foreign!.id)).toEqual(await refusals(needs.ids.next()))
  expect(await refusals(foreign!.id)).toMatchObject([{ code: 'delivery.not_found' }, { code: 'delivery.not_found' }, { code: 'delivery.not_found' }])
})

test("no statement replays another organization's delivery", async () => {
  const [acme, rival] = [await world.member(), await world.member()]
  await acme.listen()
  await deliver(acme, 75)
  const [row] = await ledger(acme)
  const replays = [{ of: row!.id, id: needs.ids.next(), traceId: 'trace' }]
  const subject = { kind: 'delivery', id: row!.id, label: null }
  const audit = auditRowOf(needs, { actor: as(rival, 'admin'), verb: 'replay', subject })
  expect(await insertReplays(needs.db, rival.organizationId, { replays, now: needs.clock.now(), audit })).toEqual([])
})

test('a stretch of time is replayed at once, without what is itself a replay', async () => {
  const acme = await world.member()
  await acme.listen()
  const from = needs.clock.now().toISOString()
  for (let number = 81; number < 86; number += 1) await deliver(acme, number)
  needs.clock.advance(MINUTE_MS)
  const to = needs.clock.now().toISOString()
  expect(await replayDeliveries(needs, { actor: acme.actor, wanted: { from, to } })).toEqual({ replayed: 5 })
  await drain()
  const later = needs.clock.now().toISOString()
  expect(await replayDeliveries(needs, { actor: acme.actor, wanted: { from, to: later } })).toEqual({ replayed: 5 })
  await drain()
  expect(await runs(acme)).toHaveLength(5)
  expect(await replayDeliveries(needs, { actor: acme.actor, wanted: { from: to, to: later, result: 'started' } })).toEqual({ replayed: 0 })
})

test('trying a trigger tells what it would do, and does nothing', async () => {
  const acme = await world.member()
  const trigger = await acme.listen({ filter: { op: 'eq', path: 'context.github.issueNumber', value: 91 } })
  const { actor } = acme
  const source = (number: number, labels = [{ name: 'agent' }]) => ({
    payload: openedIssue(number, { labels }),
    headers: { 'X-GitHub-Event': 'issues' },
  })
  const attempt = async (given: ReturnType<typeof source>) =>
    (await testTrigger(needs, { actor, triggerId: trigger.id, source: given })).decisions
  expect(await attempt(source(91))).toMatchObject([{ decision: 'matched', reason: null }])
  expect(await attempt(source(92))).toMatchObject([{ decision: 'not_matched', reason: expect.stringContaining('issueNumber') }])
  expect(await attempt(source(91, []))).toMatchObject([{ decision: 'not_matched', reason: 'label agent is missing' }])
  expect(await runs(acme)).toEqual([])
  expect(await queryRows(needs.db, sql`select id from trigger_events where organization_id = ${acme.organizationId}`)).toEqual([])
  expect(await ledger(acme)).toEqual([])
})

test('trying a trigger on an event that it has had tells that it would be a duplicate', async () => {
  const acme = await world.member()
  const trigger = await acme.listen()
  await deliver(acme, 95)
  const [row] = await ledger(acme)
  const tried = await testTrigger(needs, { actor: acme.actor, triggerId: trigger.id, source: { deliveryId: row!.id } })
  expect(tried.decisions).toMatchObject([{ decision: 'duplicate' }])
})

test('a draft with a wrong configuration is a decision and no error; a payload of another event is told so', async () => {
  const acme = await world.member()
  const { actor } = acme
  const source = { payload: openedIssue(97), headers: { 'x-github-event': 'issues' } }
  const draft = { provider: 'github' as const, eventType: 'issue_opened', config: { labels: [''] }, filter: null, source }
  expect((await testTriggerDraft(needs, { actor, draft })).decisions).toMatchObject([{ decision: 'invalid_config' }])
  const unknown = { ...draft, config: {}, source: { payload: {}, headers: { 'x-github-event': 'star' } } }
  expect(await testTriggerDraft(needs, { actor, draft: unknown })).toEqual({ events: [], reason: 'unsupported_event', isIncomplete: false, decisions: [] })
  await expect(testTriggerDraft(needs, { actor: as(acme, 'viewer'), draft })).rejects.toMatchObject({ code: 'auth.forbidden' })
})

describe('trying a trigger says what would really happen', () => {
  const custom = { provider: 'custom' as const, eventType: 'webhook_received', config: {} }
  const attempt = async (acme: InboxMember, triggerId: string, source: TestSource) =>
    testTrigger(needs, { actor: acme.actor, triggerId, source })

  /** A delivery to the address of a trigger of its own. */
  async function delivered(acme: InboxMember, payload: object) {
    const trigger = await acme.listen(custom)
    const about = { provider: 'custom' as const, endpointId: trigger.webhook?.endpointId ?? null, triggerId: trigger.id, eventType: 'webhook_received', headers: {} }
    const message = acme.message({ ...about, payload, deliveryId: 'sha256:same:1' })
    await processDeliveries(needs, { messages: [message] })
    return { trigger, deliveryId: message.id }
  }

  test('a key that an event had before counts, and a replay has the keys of what it repeats', async () => {
    const acme = await world.member()
    const { trigger, deliveryId } = await delivered(acme, { title: 'Deployed' })
    const replay = await replayDelivery(needs, { actor: acme.actor, deliveryId })
    needs.clock.advance(5 * MINUTE_MS)
    await drain()
    const [key] = await queryRows(needs.db, sql`select dedup_key from trigger_events where trigger_id = ${trigger.id}`)
    const tried = await attempt(acme, trigger.id, { deliveryId: replay.id })
    expect(tried.decisions).toMatchObject([{ decision: 'duplicate', dedupKey: key?.['dedup_key'] }])
    // Of the five minutes after: only an earlier key tells that it is the same.
    const event = tried.events[0]
    await queryRows(needs.db, sql`update trigger_events set dedup_key = ${event?.earlierKeys?.[0] ?? ''} where trigger_id = ${trigger.id}`)
    expect((await attempt(acme, trigger.id, { deliveryId })).decisions).toMatchObject([{ decision: 'duplicate' }])
  })

  test('an automation that is off starts nothing', async () => {
    const acme = await world.member()
    const trigger = await acme.listen({ automationEnabled: false })
    const source = { payload: openedIssue(98), headers: { 'x-github-event': 'issues' } }
    expect((await attempt(acme, trigger.id, source)).decisions).toMatchObject([{ decision: 'automation_disabled' }])
  })

  test('what came to the address of another trigger is not heard; a draft takes it as its own', async () => {
    const acme = await world.member()
    const { trigger, deliveryId } = await delivered(acme, { title: 'Deployed' })
    const other = await acme.listen(custom)
    expect((await attempt(acme, other.id, { deliveryId })).decisions).toMatchObject([
      { decision: 'not_matched', reason: 'it came to the address of another trigger' },
    ])
    expect((await attempt(acme, trigger.id, { deliveryId })).decisions).toMatchObject([{ decision: 'duplicate' }])
    expect((await attempt(acme, other.id, { payload: { title: 'x' }, headers: {} })).decisions).toMatchObject([{ decision: 'matched' }])
    const { actor } = acme
    const draft = { ...custom, filter: null, source: { deliveryId } }
    expect((await testTriggerDraft(needs, { actor, draft })).decisions).toMatchObject([{ decision: 'matched' }])
  })

  test('a trigger hears its own connection alone, and an event that would be completed says so', async () => {
    const acme = await world.member()
    const comment = { ...linearCommentEvent(), organizationId: needs.ids.next() }
    const integrationId = await acme.connect({ integrationId: 'linear', externalId: comment.organizationId })
    const elsewhere = await acme.connect({ integrationId: 'linear', externalId: needs.ids.next() })
    const filter = { op: 'eq' as const, path: 'context.linear.labels[*]', value: 'bug' }
    const wanted = { provider: 'linear' as const, eventType: 'comment_created', config: {}, filter }
    const source = { payload: comment, headers: { 'linear-event': 'Comment' } }
    const own = await acme.listen({ ...wanted, integrationId })
    const foreign = await acme.listen({ ...wanted, integrationId: elsewhere })
    expect(await attempt(acme, own.id, source)).toMatchObject({
      isIncomplete: true,
      decisions: [{ decision: 'not_matched', reason: expect.stringMatching(/ \(not completed from the service\)$/) }],
    })
    expect((await attempt(acme, foreign.id, source)).decisions).toMatchObject([
      { decision: 'not_matched', reason: expect.stringContaining('another connection') },
    ])
  })

  test('nothing is learned from what somebody pastes', async () => {
    const acme = await world.member()
    const comment = { ...linearCommentEvent(), organizationId: needs.ids.next() }
    const integrationId = await acme.connect({ integrationId: 'linear', externalId: null })
    const trigger = await acme.listen({ provider: 'linear', eventType: 'comment_created', config: {} })
    await attempt(acme, trigger.id, { payload: comment, headers: { 'linear-event': 'Comment' } })
    const rows = await queryRows(needs.db, sql`select external_id from integrations where id = ${integrationId}`)
    expect(rows).toEqual([{ external_id: null }])
  })
})
