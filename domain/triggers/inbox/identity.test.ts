import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { queryRows } from '#kernel/database'
import type { DeliveryMessage } from '#schema/contracts/messages'
import { type InboxMember, type InboxWorld, openedIssue, openInboxWorld } from '../../../tests/setup/inbox-world.ts'
import { replayDelivery } from '../ledger/replay-deliveries.ts'
import { processDeliveries } from './process-deliveries.ts'
import { drainInbox } from './process-inbox.ts'

let world: InboxWorld
let needs: InboxWorld['needs']
let next = 1_000
beforeAll(async () => {
  world = await openInboxWorld()
  needs = world.needs
})
afterAll(() => world?.close())

const process = (...messages: DeliveryMessage[]) => processDeliveries(needs, { messages })
const everything = { config: {} }

/** What GitHub sends to the app's URL for an installation. */
function fromApp(member: InboxMember, installation: number | null, change: Partial<DeliveryMessage> & { payload?: object } = {}) {
  next += 1
  const { payload = openedIssue(next), ...rest } = change
  return member.message({
    ...{ ingress: 'app', organizationId: null, endpointId: null },
    payload: { ...payload, ...(installation === null ? { installation: undefined } : { installation: { id: installation } }) },
    ...rest,
  })
}
async function rowOf({ id }: Pick<DeliveryMessage, 'id'>) {
  const [row] = await queryRows(needs.db, sql`select * from webhook_inbox where id = ${id}`)
  return row as { organization_id: string | null; integration_id: string | null; status: string; outcome: { reason: string | null } }
}
const runsOf = async ({ organizationId }: InboxMember) =>
  (await queryRows(needs.db, sql`select trigger_id from automation_runs where organization_id = ${organizationId}`)).map(
    (run) => run['trigger_id'],
  )
const statusOf = async (id: string) =>
  (await queryRows(needs.db, sql`select status from integrations where id = ${id}`))[0]?.['status']

test('what comes through an app goes to the organization that holds the installation, and to nobody else', async () => {
  const [acme, rival] = [await world.member(), await world.member()]
  const trigger = await acme.listen(everything)
  await rival.listen(everything)
  const integrationId = await acme.connect({ integrationId: 'github', externalId: '71' })
  await rival.connect({ integrationId: 'github', externalId: '72' })
  const message = fromApp(acme, 71)
  expect(await process(message)).toEqual({ processed: 1, created: 1 })
  expect(await rowOf(message)).toMatchObject({ organization_id: acme.organizationId, integration_id: integrationId })
  expect([await runsOf(acme), await runsOf(rival)]).toEqual([[trigger.id], []])
})

test('an installation that nobody has connected, or two organizations have, starts nothing and says why', async () => {
  const [acme, rival] = [await world.member(), await world.member()]
  for (const member of [acme, rival]) {
    await member.listen(everything)
    await member.connect({ integrationId: 'github', externalId: '81' })
  }
  await acme.connect({ integrationId: 'github', externalId: '82', status: 'suspended' })
  await acme.connect({ integrationId: 'linear', externalId: '83' })
  const messages = [fromApp(acme, 81), fromApp(acme, 82), fromApp(acme, 83), fromApp(acme, null)]
  expect(await process(...messages)).toEqual({ processed: 4, created: 0 })
  const rows = await Promise.all(messages.map(rowOf))
  expect(rows.map(({ outcome, status, organization_id }) => [outcome.reason, status, organization_id])).toEqual([
    ['ambiguous_integration', 'completed', null],
    ['no_integration', 'completed', null],
    ['no_integration', 'completed', null],
    ['no_integration', 'completed', null],
  ])
  expect([await runsOf(acme), await runsOf(rival)]).toEqual([[], []])
})

test("an organization's own endpoint never reaches another organization, whatever installation the payload names", async () => {
  const [acme, rival] = [await world.member(), await world.member()]
  const own = await acme.listen(everything)
  await rival.listen(everything)
  await rival.connect({ integrationId: 'github', externalId: '91' })
  next += 1
  await process(acme.message({ payload: { ...openedIssue(next), installation: { id: 91 } } }))
  expect([await runsOf(acme), await runsOf(rival)]).toEqual([[own.id], []])
})

test('a trigger that is bound to a connection hears that one only; one that is not hears all', async () => {
  const acme = await world.member()
  const [first, second] = [
    await acme.connect({ integrationId: 'github', externalId: '101' }),
    await acme.connect({ integrationId: 'github', externalId: '102' }),
  ]
  const [toFirst, toSecond, toAll] = [
    await acme.listen({ ...everything, integrationId: first }),
    await acme.listen({ ...everything, integrationId: second }),
    await acme.listen(everything),
  ]
  await process(fromApp(acme, 101))
  expect((await runsOf(acme)).sort()).toEqual([toFirst.id, toAll.id].sort())
  // What names no connection at all may be of any.
  await process(acme.message({ payload: openedIssue(99_999) }))
  expect((await runsOf(acme)).filter((id) => id === toSecond.id)).toHaveLength(1)
})

test('what arrives at the address of one trigger is for that one alone', async () => {
  const acme = await world.member()
  const make = () => acme.listen({ provider: 'custom', eventType: 'webhook_received', config: {} })
  const [mine, other] = [await make(), await make()]
  const body = { payload: { title: 'Deployed' }, provider: 'custom' as const, eventType: 'webhook' }
  await process(acme.message({ ...body, endpointId: mine.webhook?.endpointId ?? '', triggerId: mine.id }))
  expect(await runsOf(acme)).toEqual([mine.id])
  expect(other.webhook?.endpointId).not.toBe(mine.webhook?.endpointId)
})

test('the same bytes at the end of one five minutes and at the start of the next are one event', async () => {
  const acme = await world.member()
  const trigger = await acme.listen({ provider: 'custom', eventType: 'webhook_received', config: {} })
  const at = (receivedAt: string) =>
    acme.message({
      ...{ payload: { title: 'Deployed' }, provider: 'custom' as const, eventType: 'webhook', receivedAt },
      ...{ endpointId: trigger.webhook?.endpointId ?? '', triggerId: trigger.id },
    })
  await process(at('2026-06-01T12:04:59.000Z'))
  await process(at('2026-06-01T12:05:01.000Z'))
  expect(await runsOf(acme)).toHaveLength(1)
  await process(at('2026-06-01T12:20:00.000Z'), at('2026-06-01T12:25:00.000Z'))
  expect(await runsOf(acme)).toHaveLength(2)
})

test('an installation that is suspended, resumed and removed changes its connection, and nobody else\'s', async () => {
  const [acme, rival] = [await world.member(), await world.member()]
  const id = await acme.connect({ integrationId: 'github', externalId: '111' })
  const others = await rival.connect({ integrationId: 'github', externalId: '112' })
  const say = (action: string) =>
    process(fromApp(acme, 111, { eventType: 'installation', payload: { action, installation: { id: 111 } } }))
  const seen: unknown[] = []
  for (const action of ['suspend', 'unsuspend', 'deleted', 'unsuspend']) {
    needs.clock.advance(1_000)
    await say(action)
    seen.push(await statusOf(id))
  }
  expect(seen).toEqual(['suspended', 'active', 'deleted', 'deleted'])
  expect(await statusOf(others)).toBe('active')
})

test('a replay of what was said of a connection changes it no more, and news reach a connection that rests', async () => {
  const acme = await world.member()
  const id = await acme.connect({ integrationId: 'github', externalId: '115' })
  const say = async (action: string) => {
    const message = fromApp(acme, 115, { eventType: 'installation', payload: { action, installation: { id: 115 } } })
    needs.clock.advance(1_000)
    await process(message)
    return message
  }
  const [suspended, resumed] = [await say('suspend'), await say('unsuspend')]
  expect(await statusOf(id)).toBe('active')
  // Said while the connection rested, it is in the ledger of whose connection it is all the same.
  expect(await rowOf(resumed)).toMatchObject({ organization_id: acme.organizationId, integration_id: id, outcome: { reason: 'connection_changed' } })
  const actor = { kind: 'system' as const, organizationId: acme.organizationId }
  const drainQueue = { drain: async () => {} }
  const replay = await replayDelivery({ ...needs, drainQueue }, { actor, deliveryId: suspended.id })
  await drainInbox(needs)
  expect(await rowOf(replay)).toMatchObject({ status: 'completed' })
  expect(await statusOf(id)).toBe('active')
})

/** What Sentry sends to the organization's own address. */
const fromSentry = (member: InboxMember, uuid: string | null, payload: object = {}) => {
  next += 1
  const data = { issue: { id: `${next}`, title: 'It broke', project: { slug: 'web' } } }
  return member.message({
    ...{ provider: 'sentry' as const, eventType: 'issue' },
    payload: { action: 'created', data, ...(uuid === null ? {} : { installation: { uuid } }), ...payload },
  })
}
const errors = { provider: 'sentry' as const, eventType: 'error_created', config: {} }
const externalIdOf = async (id: string) =>
  (await queryRows(needs.db, sql`select external_id from integrations where id = ${id}`))[0]?.['external_id']

test("at an organization's own address an unknown account is its only connection's, which learns what it is called", async () => {
  const [acme, rival] = [await world.member(), await world.member()]
  const id = await acme.connect({ integrationId: 'sentry' })
  const foreign = await rival.connect({ integrationId: 'sentry' })
  const bound = await acme.listen({ ...errors, integrationId: id })
  const asked: string[] = []
  const providerHttp: InboxWorld['needs']['providerHttp'] = async ({ url }) => {
    asked.push(url)
    return { status: 404, headers: {}, text: '' }
  }
  await processDeliveries({ ...needs, providerHttp }, { messages: [fromSentry(acme, 'uuid-1')] })
  expect(await runsOf(acme)).toEqual([bound.id])
  expect(asked).toHaveLength(1)
  expect([await externalIdOf(id), await externalIdOf(foreign)]).toEqual(['uuid-1', null])

  await processDeliveries({ ...needs, providerHttp }, { messages: [fromSentry(acme, 'uuid-2')] })
  expect(await runsOf(acme)).toHaveLength(1)
  const removed = { action: 'deleted', data: { installation: { uuid: 'uuid-1' } }, installation: { uuid: 'uuid-1' } }
  await process(fromSentry(acme, 'uuid-1', removed))
  expect([await statusOf(id), await statusOf(foreign)]).toEqual(['deleted', 'active'])
})

test('a connection is not guessed among several, and learns no name that anybody could make up', async () => {
  const acme = await world.member()
  const several = [await acme.connect({ integrationId: 'sentry' }), await acme.connect({ integrationId: 'sentry' })]
  await acme.listen({ ...errors, integrationId: several[0]! })
  await process(fromSentry(acme, 'uuid-3'))
  expect(await runsOf(acme)).toEqual([])
  expect(await Promise.all(several.map(externalIdOf))).toEqual([null, null])

  const only = await acme.connect({ integrationId: 'github' })
  const bound = await acme.listen({ ...everything, integrationId: only })
  next += 1
  await process(acme.message({ payload: { ...openedIssue(next), installation: { id: 131 } } }))
  expect(await runsOf(acme)).toEqual([bound.id])
  // Installations are counted through: who could claim one would get the deliveries of its owner.
  expect(await externalIdOf(only)).toBeNull()
})

test("an organization's own endpoint changes no connection of another organization", async () => {
  const [acme, rival] = [await world.member(), await world.member()]
  const id = await rival.connect({ integrationId: 'github', externalId: '121' })
  const payload = { action: 'deleted', installation: { id: 121 } }
  await process(acme.message({ eventType: 'installation', payload }))
  expect(await statusOf(id)).toBe('active')
})

const fromNango = (member: InboxMember, envelope: object) =>
  member.message({
    ...{ ingress: 'nango', organizationId: null, endpointId: null, provider: 'nango', eventType: 'envelope' },
    headers: { 'x-github-event': 'issues', 'x-github-delivery': `nango-${(next += 1)}`, 'linear-event': 'Issue' },
    payload: envelope,
  })

test('what the broker passes on is a delivery of the provider, for the organization of its connection', async () => {
  const acme = await world.member()
  const trigger = await acme.listen(everything)
  const integrationId = await acme.connect({ integrationId: 'github', provider: 'nango', connectionId: 'connection-1' })
  next += 1
  const whose = { from: 'github', connectionId: 'connection-1', providerConfigKey: 'github' }
  const message = fromNango(acme, { type: 'forward', ...whose, payload: openedIssue(next) })
  expect(await process(message)).toEqual({ processed: 1, created: 1 })
  expect(await runsOf(acme)).toEqual([trigger.id])
  expect(await rowOf(message)).toMatchObject({
    ...{ organization_id: acme.organizationId, integration_id: integrationId, provider: 'github' },
    ...{ source: 'nango:connection-1', identity_kind: 'connection', identity_value: 'connection-1' },
  })
  const [row] = await queryRows(needs.db, sql`select headers from webhook_inbox where id = ${message.id}`)
  expect(Object.keys(row?.['headers'] as object).sort()).toEqual(['x-github-delivery', 'x-github-event'])
})

test('the broker says when a connection is lost and when it is back; syncs and what it cannot attribute leave no row', async () => {
  const acme = await world.member()
  const id = await acme.connect({ integrationId: 'linear', provider: 'nango', connectionId: 'connection-2' })
  const whose = { from: 'nango', connectionId: 'connection-2', providerConfigKey: 'linear' }
  const say = (success: boolean) => process(fromNango(acme, { type: 'auth', ...whose, operation: 'refresh', success }))
  await say(false)
  expect(await statusOf(id)).toBe('expired')
  await say(true)
  expect(await statusOf(id)).toBe('active')
  const before = await queryRows(needs.db, sql`select count(*) from webhook_inbox`)
  await process(fromNango(acme, { type: 'sync', ...whose }), fromNango(acme, { action: 'opened' }))
  expect(await queryRows(needs.db, sql`select count(*) from webhook_inbox`)).toEqual(before)
  expect(needs.log.entries.filter(({ event }) => event === 'nango.ignored').map(({ fields }) => fields['envelope'])).toEqual([
    'sync',
    'unattributed',
  ])
})

test('a large envelope leaves the body that it carried, and not itself', async () => {
  const acme = await world.member()
  await acme.listen(everything)
  await acme.connect({ integrationId: 'github', provider: 'nango', connectionId: 'connection-3' })
  next += 1
  const payload = openedIssue(next, { body: 'x'.repeat(200_000) })
  const whose = { from: 'github', connectionId: 'connection-3', providerConfigKey: 'github' }
  const message = fromNango(acme, { type: 'forward', ...whose, payload })
  const key = `deliveries/unknown/${message.id}`
  const bytes = (message.body as { bytes: Uint8Array }).bytes
  await needs.blobs.put(key, bytes, { contentType: 'application/json', organizationId: 'unknown' })
  const stored: DeliveryMessage = { ...message, body: { kind: 'stored', key, size: bytes.byteLength } }
  expect(await process(stored)).toEqual({ processed: 1, created: 1 })
  expect([...needs.blobs.stored.keys()].filter((one) => one.startsWith(key))).toEqual([`${key}/payload`])
})

test("a trigger's filter is asked after its own configuration, and says why it refused", async () => {
  const acme = await world.member()
  await acme.listen({ ...everything, filter: { op: 'eq', path: 'context.github.issueNumber', value: 7 } })
  const [wanted, unwanted] = [acme.message({ payload: openedIssue(7) }), acme.message({ payload: openedIssue(8) })]
  expect(await process(wanted, unwanted)).toEqual({ processed: 2, created: 1 })
  expect(await rowOf(unwanted)).toMatchObject({
    outcome: { decisions: [{ decision: 'not_matched', reason: 'context.github.issueNumber is 8, not 7' }] },
  })
})
