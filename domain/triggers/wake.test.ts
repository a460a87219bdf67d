import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectIntegration, ProviderUnauthorized, tokenContext, updateIntegration } from '#domain/integrations'
import type { Actor } from '#domain/identity'
import { queryRows } from '#kernel/database'
import { DAY_MS } from '#kernel/durations'
import { integrationTokens } from '../../adapters/providers/tokens.ts'
import { type InboxMember, type InboxWorld, openInboxWorld } from '../../tests/setup/inbox-world.ts'
import { deleteTrigger, updateTrigger } from './change-trigger.ts'
import { listTriggerEvents, skipTriggerEvent } from './events/trigger-events.ts'
import { listProviders } from './list-providers.ts'
import { renewWebhooks } from './renew-webhooks.ts'
import { runNow } from './run-now.ts'

let world: InboxWorld
let needs: InboxWorld['needs']
beforeAll(async () => {
  world = await openInboxWorld()
  needs = world.needs
})
afterAll(() => world?.close())

const as = (member: InboxMember, role: 'viewer' | 'member' | 'admin'): Actor => ({
  kind: 'user',
  userId: `user-${role}`,
  userName: role,
  organizationId: member.organizationId,
  role,
})

const runNowOf = (member: InboxMember, automationId: string, actor: Actor = member.actor) =>
  runNow(needs, { actor, automationId, request: { title: 'By hand', input: 'Look at the log' } })

test('run now starts a run each time, with one trigger behind it that nothing else wakes', async () => {
  const acme = await world.member()
  const { automationId } = await acme.listen()
  const [first, second] = [await runNowOf(acme, automationId), await runNowOf(acme, automationId)]
  expect(first.runId).not.toBe(second.runId)
  const made = await queryRows(needs.db, sql`select enabled, trigger_type from triggers where automation_id = ${automationId} and provider = 'manual'`)
  expect(made).toEqual([{ enabled: false, trigger_type: 'manual' }])
  const [event] = await queryRows(needs.db, sql`select title, context from trigger_events where id = ${first.triggerEventId}`)
  expect(event).toMatchObject({ title: 'By hand', context: { manual: { input: 'Look at the log' } } })
})

test('two people who run an automation for the first time at once share its one manual trigger', async () => {
  const acme = await world.member()
  const { automationId } = await acme.listen()
  await Promise.all(Array.from({ length: 8 }, () => runNowOf(acme, automationId)))
  const [row] = await queryRows(
    needs.db,
    sql`select count(*)::int as made, (select count(*)::int from automation_runs where automation_id = ${automationId}) as runs
        from triggers where automation_id = ${automationId} and provider = 'manual'`,
  )
  expect(row).toEqual({ made: 1, runs: 8 })
})

test('an automation that is off, foreign, or not for a viewer is not run', async () => {
  const [acme, rival] = [await world.member(), await world.member()]
  const off = await acme.listen({ automationEnabled: false })
  await expect(runNowOf(acme, off.automationId)).rejects.toMatchObject({ code: 'automation.switched_off' })
  const { automationId } = await acme.listen()
  await expect(runNowOf(rival, automationId)).rejects.toMatchObject({ code: 'automation.not_found' })
  await expect(runNowOf(acme, automationId, as(acme, 'viewer'))).rejects.toMatchObject({ code: 'auth.forbidden' })
})

test('an event whose run has not begun is skipped with its run; once it has begun it is not', async () => {
  const acme = await world.member()
  const { automationId } = await acme.listen()
  const { actor } = acme
  const waiting = await runNowOf(acme, automationId)
  const skipped = await skipTriggerEvent(needs, { actor, triggerEventId: waiting.triggerEventId })
  expect(skipped).toMatchObject({ status: 'skipped', skipReason: 'manual', runId: waiting.runId })
  const [run] = await queryRows(needs.db, sql`select status, completed_at is not null as ended from automation_runs where id = ${waiting.runId}`)
  expect(run).toEqual({ status: 'skipped', ended: true })
  const again = skipTriggerEvent(needs, { actor, triggerEventId: waiting.triggerEventId })
  await expect(again).rejects.toMatchObject({ code: 'trigger_event.not_queued' })

  const begun = await runNowOf(acme, automationId)
  await queryRows(needs.db, sql`update automation_runs set status = 'enriching' where id = ${begun.runId}`)
  const late = skipTriggerEvent(needs, { actor, triggerEventId: begun.triggerEventId })
  await expect(late).rejects.toMatchObject({ code: 'trigger_event.not_queued' })
  const [event] = await queryRows(needs.db, sql`select status from trigger_events where id = ${begun.triggerEventId}`)
  expect(event).toEqual({ status: 'queued' })
})

test('the events of a trigger are listed by status, and are nobody else’s to see or skip', async () => {
  const [acme, rival] = [await world.member(), await world.member()]
  const { automationId } = await acme.listen()
  const { triggerEventId } = await runNowOf(acme, automationId)
  const [row] = await queryRows(needs.db, sql`select trigger_id from trigger_events where id = ${triggerEventId}`)
  const triggerId = String(row!['trigger_id'])
  const { actor } = acme
  expect((await listTriggerEvents(needs, { actor, triggerId, limit: 10 })).items).toMatchObject([{ id: triggerEventId, status: 'queued' }])
  expect((await listTriggerEvents(needs, { actor, triggerId, status: 'failed', limit: 10 })).items).toEqual([])
  const foreign = listTriggerEvents(needs, { actor: rival.actor, triggerId, limit: 10 })
  await expect(foreign).rejects.toMatchObject({ code: 'trigger.not_found' })
  const skip = skipTriggerEvent(needs, { actor: rival.actor, triggerEventId })
  await expect(skip).rejects.toMatchObject({ code: 'trigger_event.not_found' })
})

test('a provider that knows one address per trigger gets it, with a secret that is told once', async () => {
  const acme = await world.member()
  const made = await acme.listen({ provider: 'custom', eventType: 'webhook_received', config: { requireSignature: true } })
  expect(made.webhook).toMatchObject({ path: `/webhooks/direct/custom/${made.webhook?.endpointId}`, signatureRequired: true })
  expect(made.webhookSecret).toMatch(/^[0-9a-f]{64}$/)
  const { actor } = acme
  const loose = await updateTrigger(needs, { actor, triggerId: made.id, ifMatch: null, change: { config: { requireSignature: false } } })
  expect(loose).not.toHaveProperty('webhookSecret')
  expect(loose.webhook).toMatchObject({ signatureRequired: false })
  expect(needs.endpointCopies.kept.get(made.webhook!.endpointId)).toMatchObject({ signatureRequired: false })
  await deleteTrigger(needs, { actor, triggerId: made.id, ifMatch: null })
  expect(await queryRows(needs.db, sql`select id from webhook_endpoints where id = ${made.webhook!.endpointId}`)).toEqual([])
})

test('a filter that cannot be asked is refused when it is saved, at its place', async () => {
  const acme = await world.member()
  const wrong = acme.listen({ filter: { op: 'and', filters: [{ op: 'matches', path: 'title', pattern: '(' }] } })
  await expect(wrong).rejects.toMatchObject({ code: 'trigger.invalid', options: { meta: { issues: [{ path: expect.stringMatching(/^filter\./) }] } } })
})

test('every provider comes with a form for each of its events', () => {
  const { items } = listProviders({ actor: { kind: 'system', organizationId: 'any' } })
  expect(items.map(({ id }) => id).toSorted()).toEqual(
    ['custom', 'github', 'gmail', 'jira', 'linear', 'manual', 'posthog', 'scheduled', 'sentry', 'slack'],
  )
  // A credential that nobody tries would seem connected.
  const takesCredential = new Map(items.map((provider) => [provider.id, provider.takesCredential]))
  expect([takesCredential.get('linear'), takesCredential.get('posthog')]).toEqual([true, false])
  for (const { triggerTypes } of items) {
    for (const { configSchema } of triggerTypes) expect(configSchema).toMatchObject({ type: 'object' })
  }
})

/** A service that knows two credentials, each of an account of its own. */
const providerHttp = async ({ headers = {} }: { headers?: Record<string, string> }) => {
  const token = /lin_oauth_(right|other)/.exec(JSON.stringify(headers))?.[1]
  if (token === undefined) throw ProviderUnauthorized()
  const id = token === 'right' ? 'workspace-1' : 'workspace-2'
  const text = JSON.stringify({ data: { organization: { id, name: 'Acme' } } })
  return { status: 200, headers: {}, text }
}

test('a credential is tried before it is kept, is sealed, and tells itself whose it is', async () => {
  const acme = await world.member()
  const { actor, organizationId } = acme
  const connect = (token: string) =>
    connectIntegration({ ...needs, providerHttp }, { actor, integration: { integrationId: 'linear', displayName: null, token } })
  await expect(connect('lin_oauth_wrong')).rejects.toMatchObject({ code: 'integration.credential_refused' })
  const made = await connect('lin_oauth_right')
  expect(made).toMatchObject({ externalId: 'workspace-1', displayName: 'Acme', status: 'active' })
  await expect(connect('lin_oauth_right')).rejects.toMatchObject({ code: 'integration.already_connected' })
  const [row] = await queryRows(needs.db, sql`select * from integrations where id = ${made.id}`)
  expect(JSON.stringify([row, made])).not.toContain('lin_oauth_right')
  const opened = await needs.vault.open(String(row!['sealed_token']), tokenContext({ organizationId, integrationId: 'linear' }))
  expect(opened).toBe('lin_oauth_right')
  for (const token of ['lin_oauth_wrong', 'lin_oauth_other']) {
    const change = updateIntegration({ ...needs, providerHttp }, { actor, integrationId: made.id, ifMatch: null, change: { token } })
    await expect(change, token).rejects.toMatchObject({ code: 'integration.credential_refused' })
  }
  await expect(
    connectIntegration({ ...needs, providerHttp }, { actor: as(acme, 'member'), integration: { integrationId: 'linear', displayName: null, token: 'lin_oauth_right' } }),
  ).rejects.toMatchObject({ code: 'auth.forbidden' })
})

test('registrations that would run out are renewed in one call per connection; one that fails is told and stops nobody', async () => {
  const acme = await world.member()
  const { organizationId } = acme
  const integrationId = needs.ids.next()
  const sealed = await needs.vault.seal('jira-token', tokenContext({ organizationId, integrationId: 'jira' }))
  await queryRows(
    needs.db,
    sql`insert into integrations (id, organization_id, provider, integration_id, connection_id, sealed_token)
        values (${integrationId}, ${organizationId}, 'stored', 'jira', ${integrationId}, ${sealed})`,
  )
  const jira = { provider: 'jira' as const, eventType: 'issue_created', config: {}, integrationId }
  const [first, second] = [
    await acme.listen({ ...jira, externalWebhookId: 'site/1' }),
    await acme.listen({ ...jira, externalWebhookId: 'site/2' }),
  ]
  const expiresAt = new Date(needs.clock.now().getTime() + 30 * DAY_MS).toISOString()
  const calls: string[] = []
  const http = async ({ method, url, json }: { method: string; url: string; json?: unknown }) => {
    calls.push(`${method} ${url} ${JSON.stringify(json)}`)
    return { status: 200, headers: {}, text: JSON.stringify({ expirationDate: expiresAt }) }
  }
  const tokens = integrationTokens({ vault: needs.vault, http })
  const report = await renewWebhooks({ ...needs, providerHttp: http, integrationTokens: tokens })
  expect(report).toEqual({ renewed: 2, failed: 0 })
  expect(calls).toEqual([expect.stringContaining('/webhook/refresh {"webhookIds":[1,2]}')])
  const rows = await queryRows(needs.db, sql`select external_webhook_expires_at as at from triggers where id in (${first.id}, ${second.id})`)
  expect(rows.map(({ at }) => new Date(String(at)).toISOString())).toEqual([expiresAt, expiresAt])
  expect(await renewWebhooks({ ...needs, providerHttp: http, integrationTokens: tokens })).toEqual({ renewed: 0, failed: 0 })
  needs.clock.advance(27 * DAY_MS)
  const away = { ...needs, providerHttp: () => Promise.reject(new Error('Jira is away')), integrationTokens: tokens }
  expect(await renewWebhooks(away)).toEqual({ renewed: 0, failed: 2 })
  const github = acme.listen({ externalWebhookId: '7' })
  await expect(github).rejects.toMatchObject({ code: 'trigger.invalid' })
})
