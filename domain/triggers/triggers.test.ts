import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { queryRows } from '#kernel/database'
import { CreateTrigger } from '#schema/contracts/triggers'
import { type InboxWorld, openInboxWorld } from '../../tests/setup/inbox-world.ts'
import { deleteTrigger } from './change-trigger.ts'
import { createTrigger } from './create-trigger.ts'
import { disconnectIntegration } from './disconnect-integration.ts'
import { createWebhookEndpoint } from './endpoints/create-webhook-endpoint.ts'
import { endpointReader } from './endpoints/endpoint-reader.ts'
import { findTrigger, listTriggers } from './list-triggers.ts'
import { listWebhookEndpoints } from './endpoints/list-webhook-endpoints.ts'

let world: InboxWorld
let needs: InboxWorld['needs']
beforeAll(async () => {
  world = await openInboxWorld()
  needs = world.needs
})
afterAll(() => world?.close())

test('a trigger is created, shown and listed, newest first and page by page', async () => {
  const acme = await world.member()
  const first = await acme.listen()
  const second = await acme.listen({ eventType: 'push', config: { branches: ['main'] } })
  const { organizationId } = acme
  const actor = { kind: 'system' as const, organizationId }
  const { webhookSecret: none, ...shown } = first
  expect(none).toBeNull()
  expect(await findTrigger(needs, { actor, triggerId: first.id })).toEqual(shown)
  const page = await listTriggers(needs, { actor, limit: 1 })
  expect(page).toMatchObject({ items: [{ id: second.id, pendingEventCount: 0, pollGroup: null }], nextCursor: second.id })
  const rest = await listTriggers(needs, { actor, limit: 1, cursor: second.id })
  expect(rest).toMatchObject({ items: [shown], nextCursor: null })
  const { automationId } = first
  expect((await listTriggers(needs, { actor, automationId, limit: 50 })).items).toMatchObject([shown])
})

test("another organization's trigger looks exactly like a missing one, and its automation takes none", async () => {
  const [acme, rival] = [await world.member(), await world.member()]
  const { id, automationId } = await rival.listen()
  const refusal = async (triggerId: string) => {
    const found = findTrigger(needs, { actor: { kind: 'system', organizationId: acme.organizationId }, triggerId })
    return found.catch((error: Error) => ({ ...error, message: error.message }))
  }
  expect(await refusal(id)).toMatchObject({ code: 'trigger.not_found' })
  expect(await refusal(id)).toEqual(await refusal(needs.ids.next()))
  const push = CreateTrigger.parse({ automationId, provider: 'github', eventType: 'push' })
  const foreign = createTrigger(needs, { actor: acme.actor, ...push })
  await expect(foreign).rejects.toMatchObject({ code: 'automation.not_found' })
  expect((await listTriggers(needs, { actor: { kind: 'system', organizationId: acme.organizationId }, limit: 50 })).items).toEqual([])
})

test('an unknown event type and a wrong configuration are refused field by field', async () => {
  const acme = await world.member()
  await expect(acme.listen({ eventType: 'issue_exploded' })).rejects.toMatchObject({
    code: 'trigger.invalid',
    options: { meta: { issues: [{ path: 'eventType', message: 'github has no trigger issue_exploded' }] } },
  })
  await expect(acme.listen({ config: { labels: ['ok', ''], colour: 'red' } })).rejects.toMatchObject({
    code: 'trigger.invalid',
    options: { meta: { issues: [{ path: 'config.labels.1' }, { path: 'config' }] } },
  })
})

test('a viewer may neither add a trigger nor make an endpoint, and a member no endpoint', async () => {
  const acme = await world.member()
  const { automationId } = await acme.listen()
  const as = (role: 'viewer' | 'member') =>
    ({ kind: 'user', userId: 'u', userName: 'U', organizationId: acme.organizationId, role }) as const
  const trigger = CreateTrigger.parse({ automationId, provider: 'github', eventType: 'push' })
  const forbidden = { code: 'auth.forbidden' }
  await expect(createTrigger(needs, { actor: as('viewer'), ...trigger })).rejects.toMatchObject(forbidden)
  const endpoint = createWebhookEndpoint(needs, { actor: as('member'), provider: 'github' })
  await expect(endpoint).rejects.toMatchObject(forbidden)
})

test('an endpoint keeps its address when its secret is replaced; the secret is sealed wherever it lies', async () => {
  const acme = await world.member()
  const { organizationId, actor, endpoint } = acme
  const sealedBefore = needs.endpointCopies.kept.get(endpoint.id)
  const rotated = await createWebhookEndpoint(needs, { actor, provider: 'github' })
  expect(rotated).toMatchObject({ id: endpoint.id, path: `/webhooks/direct/github/${endpoint.id}` })
  expect(rotated.secret).toMatch(/^[0-9a-f]{64}$/)
  expect(rotated.secret).not.toBe(endpoint.secret)
  expect(needs.endpointCopies.kept.get(endpoint.id)).not.toEqual(sealedBefore)
  const { secret: _secret, areCopiesStale: _stale, ...shown } = rotated
  expect(await listWebhookEndpoints(needs, { actor: { kind: 'system', organizationId }, limit: 50 })).toEqual({ items: [shown], nextCursor: null })
  const [row] = await queryRows(needs.db, sql`select * from webhook_endpoints where id = ${endpoint.id}`)
  expect(JSON.stringify([row, needs.endpointCopies.kept.get(endpoint.id)])).not.toContain(rotated.secret)
})

test('a rotation whose old copy cannot be replaced tells the new secret, and that the old one is taken meanwhile', async () => {
  const acme = await world.member()
  const { actor } = acme
  needs.endpointCopies.failing = true
  const stale = await createWebhookEndpoint(needs, { actor, provider: 'github' })
  needs.endpointCopies.failing = false
  expect(stale).toMatchObject({ secret: expect.stringMatching(/^[0-9a-f]{64}$/), areCopiesStale: true })
  expect(await createWebhookEndpoint(needs, { actor, provider: 'github' })).toMatchObject({ areCopiesStale: false })
})

test('with a trigger its copy at the edge goes, and a copy that cannot be deleted keeps no trigger', async () => {
  const acme = await world.member()
  const { actor } = acme
  for (const failing of [false, true]) {
    const trigger = await acme.listen({ provider: 'custom', eventType: 'webhook_received', config: {} })
    const reader = endpointReader(needs)
    const stored = await reader.stored(trigger.webhook?.endpointId ?? '')
    if (stored) await reader.keepCopy(stored)
    expect(needs.endpointCopies.kept.has(stored?.id ?? '')).toBe(true)
    needs.endpointCopies.failing = failing
    await deleteTrigger(needs, { actor, triggerId: trigger.id, ifMatch: null })
    needs.endpointCopies.failing = false
    expect(needs.endpointCopies.kept.has(stored?.id ?? '')).toBe(failing)
  }
})

test('of those who take a connection away at the same moment one does, and the log says so once', async () => {
  const acme = await world.member()
  const integrationId = await acme.connect({ integrationId: 'linear' })
  const asked = [1, 2, 3].map(() => disconnectIntegration(needs, { actor: acme.actor, integrationId }))
  const answers = await Promise.allSettled(asked)
  const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []))
  expect(refused).toMatchObject([{ code: 'integration.not_found' }, { code: 'integration.not_found' }])
  const said = sql`select verb from audit_log where organization_id = ${acme.organizationId} and subject_id = ${integrationId}`
  expect(await queryRows(needs.db, said)).toEqual([{ verb: 'delete' }])
})
