import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  findIntegrationModule,
  type IntegrationTokens,
  noteRateLimits,
  type Polling,
  type ProviderHttp,
  tokenContext,
} from '#domain/integrations'
import { later } from '#kernel/clock'
import { type Database, queryRows } from '#kernel/database'
import { HOUR_MS, MINUTE_MS } from '#kernel/durations'
import type { CreateTrigger, UpdateTrigger } from '#schema/contracts/triggers'
import { integrationTokens } from '../../../adapters/providers/tokens.ts'
import { type LinearIssueNode, startLinearApi } from '../../../tests/fakes/linear-api.ts'
import { fakeProviderHttp } from '../../../tests/fakes/provider-http.ts'
import { linearIssue } from '../../../tests/fixtures/linear/payloads.ts'
import { raceOn } from '../../../tests/setup/race.ts'
import { type InboxMember, type InboxWorld, openInboxWorld } from '../../../tests/setup/inbox-world.ts'
import { pollingOf } from '../../../tests/setup/polling-world.ts'
import { deleteTrigger, updateTrigger } from '../change-trigger.ts'
import { disconnectIntegration } from '../disconnect-integration.ts'
import { pollGroup } from './poll-group.ts'

const TOKEN = 'lin_oauth_token'

let world: InboxWorld
let needs: InboxWorld['needs'] & { providerHttp: ProviderHttp; integrationTokens: IntegrationTokens }
let linear: Awaited<ReturnType<typeof startLinearApi>>
beforeAll(async () => {
  world = await openInboxWorld()
})
afterAll(() => world?.close())
beforeEach(async () => {
  linear = await startLinearApi(TOKEN)
  const http = fakeProviderHttp({ 'https://api.linear.app': linear.url })
  const tokens = integrationTokens({ vault: world.needs.vault, http })
  needs = { ...world.needs, providerHttp: http, integrationTokens: tokens }
  await queryRows(needs.db, sql`update triggers set enabled = false where trigger_type = 'polling'`)
})
afterEach(async () => {
  expect(linear.problems).toEqual([])
  await linear.close()
})

/** Connects the organization to a workspace of Linear. */
async function connect(member: InboxMember): Promise<string> {
  const { organizationId } = member
  const id = needs.ids.next()
  const sealed = await needs.vault.seal(TOKEN, tokenContext({ organizationId, integrationId: 'linear' }))
  await queryRows(
    needs.db,
    sql`insert into integrations (id, organization_id, provider, integration_id, connection_id, sealed_token)
        values (${id}, ${organizationId}, 'stored', 'linear', ${id}, ${sealed})`,
  )
  return id
}

const polling = (integrationId: string | null, given: Partial<CreateTrigger> = {}) =>
  ({ provider: 'linear', triggerType: 'polling', eventType: 'issue_created', config: {}, integrationId, ...given }) as const

/** An issue that was created just now, by the clock of the test. */
function create(name: string): void {
  const now = needs.clock.now().toISOString()
  const node: LinearIssueNode = {
    ...linearIssue,
    id: name,
    identifier: name.toUpperCase(),
    createdAt: now,
    updatedAt: now,
    labels: { nodes: [] },
  }
  linear.world.issues = [...linear.world.issues, node]
}

const { tick, cycle, groups, runsIn } = pollingOf(() => needs)

const edit = (member: InboxMember, triggerId: string, change: UpdateTrigger) =>
  updateTrigger(needs, { actor: member.actor, triggerId, ifMatch: null, change })

test('fifty triggers on one integration are one call to the provider per cycle, and each is asked (trap T2)', async () => {
  const acme = await world.member()
  const integrationId = await connect(acme)
  for (let made = 0; made < 50; made += 1) await acme.listen(polling(integrationId))
  expect(await groups(acme)).toMatchObject([{ provider: 'linear', integrationId, triggerCount: 50, lastPolledAt: null }])
  expect(await cycle()).toEqual([{ outcome: 'baseline', events: 0, created: 0 }])
  needs.clock.advance(MINUTE_MS)
  create('eng-1')
  create('eng-2')
  linear.calls.length = 0
  expect(await cycle()).toEqual([{ outcome: 'polled', events: 2, created: 100 }])
  expect(linear.calls).toHaveLength(1)
  expect(await runsIn(acme.organizationId)).toHaveLength(100)
})

test('the first poll is a baseline: what is there already starts nothing', async () => {
  const acme = await world.member()
  await acme.listen(polling(await connect(acme)))
  create('old-1')
  await cycle()
  needs.clock.advance(MINUTE_MS)
  await cycle()
  expect(await runsIn(acme.organizationId)).toEqual([])
  expect((await groups(acme))[0]).toMatchObject({ consecutiveFailures: 0, lastError: null })
})

test('what a provider tells at the first poll starts nothing, whatever its module makes of it', async () => {
  const acme = await world.member()
  await acme.listen(polling(await connect(acme)))
  create('eng-1')
  const module = findIntegrationModule('linear')!.triggers.polling as Polling
  const { poll } = module
  const since = { since: { at: new Date(0).toISOString(), ids: [] }, createdAfter: new Date(0).toISOString(), walk: null }
  module.poll = (context) => poll({ ...context, cursor: since })
  try {
    expect(await cycle()).toEqual([{ outcome: 'baseline', events: 0, created: 0 }])
  } finally {
    module.poll = poll
  }
})

test('two messages for the same group are one call, at the same time and one after the other (trap T2)', async () => {
  const acme = await world.member()
  await acme.listen(polling(await connect(acme)))
  const [message] = await tick()
  const http: ProviderHttp = async (request) => {
    expect(await pollGroup(needs, message!)).toEqual({ outcome: 'skipped' })
    return needs.providerHttp(request)
  }
  expect(await pollGroup({ ...needs, providerHttp: http }, message!)).toMatchObject({ outcome: 'baseline' })
  expect(await pollGroup(needs, message!)).toEqual({ outcome: 'skipped' })
  expect(linear.calls).toHaveLength(1)
})

test('two organizations poll independently, also where no integration is named (trap T2, G2)', async () => {
  const [acme, rival] = [await world.member(), await world.member()]
  await acme.listen(polling(await connect(acme)))
  await rival.listen(polling(await connect(rival)))
  // Providers that need no credential have groups without an integration; one per organization, whoever listens.
  for (const { organizationId } of [acme, rival, acme, rival]) {
    await queryRows(
      needs.db,
      sql`insert into triggers (id, organization_id, automation_id, trigger_type, provider, event_type, updated_at)
          select ${needs.ids.next()}::uuid, organization_id, id, 'polling', 'sentry', 'error_created',
            ${needs.clock.now().toISOString()}::timestamptz
          from automations where organization_id = ${organizationId} limit 1`,
    )
  }
  const sent = await tick()
  expect(sent.map(({ organizationId }) => organizationId).toSorted()).toEqual(
    [acme, acme, rival, rival].map(({ organizationId }) => organizationId).toSorted(),
  )
})

/** The same database, on which the statement that mentions `text` never arrives: the consumer dies there. */
function dyingAt(text: string): Database {
  return new Proxy(needs.db, {
    get(db, name) {
      if (name !== 'execute') return Reflect.get(db, name) as unknown
      return (statement: Parameters<Database['execute']>[0]) => {
        if (JSON.stringify(statement).includes(text)) return Promise.reject(new Error('The isolate is gone'))
        return db.execute(statement)
      }
    },
  })
}

test.each([
  ['before the hand-off', 'insert into trigger_events', 0, 1],
  ['between the hand-off and the cursor', 'set cursor', 1, 0],
])('a consumer that dies %s loses nothing and doubles nothing (trap T2)', async (_when, text, before, after) => {
  const acme = await world.member()
  await acme.listen(polling(await connect(acme)))
  await cycle()
  needs.clock.advance(MINUTE_MS)
  create('eng-1')
  const [message] = await tick()
  await expect(pollGroup({ ...needs, db: dyingAt(text) }, message!)).rejects.toThrow('The isolate is gone')
  expect(await runsIn(acme.organizationId)).toHaveLength(before)
  // Nobody gives the group back; its lease runs out by itself.
  expect(await cycle()).toEqual([])
  needs.clock.advance(2 * MINUTE_MS)
  expect(await cycle()).toEqual([{ outcome: 'polled', events: 1, created: after }])
  expect(await runsIn(acme.organizationId)).toHaveLength(1)
})

test('a hand-off that fails leaves the cursor where it was', async () => {
  const acme = await world.member()
  await acme.listen(polling(await connect(acme)))
  await cycle()
  needs.clock.advance(MINUTE_MS)
  create('eng-1')
  const [message] = await tick()
  await queryRows(needs.db, sql`alter table automation_runs rename to automation_runs_away`)
  await expect(pollGroup(needs, message!)).rejects.toThrow()
  await queryRows(needs.db, sql`alter table automation_runs_away rename to automation_runs`)
  needs.clock.advance(3 * MINUTE_MS)
  expect(await cycle()).toMatchObject([{ outcome: 'polled', events: 1, created: 1 }])
})

test('a provider that fails is asked ever later, and the reason is there to read', async () => {
  const acme = await world.member()
  await acme.listen(polling(await connect(acme)))
  await cycle()
  const waits: number[] = []
  for (let failure = 0; failure < 8; failure += 1) {
    needs.clock.advance(HOUR_MS)
    linear.faults.push({ status: 500 })
    await cycle()
    const [group] = await groups(acme)
    waits.push((Date.parse(group!.nextPollAt) - needs.clock.now().getTime()) / MINUTE_MS)
    expect(group).toMatchObject({ consecutiveFailures: failure + 1 })
    expect(group!.lastError).toContain('provider.unavailable')
  }
  expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60, 60])
  needs.clock.advance(HOUR_MS)
  await cycle()
  expect((await groups(acme))[0]).toMatchObject({ consecutiveFailures: 0, lastError: null })
})

test('a provider that asks for patience gets it, from everybody who uses the connection', async () => {
  const acme = await world.member()
  const integrationId = await connect(acme)
  await acme.listen(polling(integrationId))
  linear.faults.push({ retryAfter: 900 })
  await cycle()
  const [group] = await groups(acme)
  expect(Date.parse(group!.nextPollAt) - needs.clock.now().getTime()).toBe(900_000)
  const [row] = await queryRows(needs.db, sql`select rate_limited_until from integrations where id = ${integrationId}`)
  expect(new Date(String(row!['rate_limited_until'])).getTime() - needs.clock.now().getTime()).toBe(900_000)
})

test('a limit that somebody else ran into holds for polls too: nobody is called before its time', async () => {
  const acme = await world.member()
  const integrationId = await connect(acme)
  await acme.listen(polling(integrationId))
  await noteRateLimits(needs, [{ integrationId, until: later(needs.clock.now(), 10 * MINUTE_MS) }])
  expect(await cycle()).toMatchObject([{ outcome: 'failed' }])
  expect(linear.calls).toEqual([])
  needs.clock.advance(9 * MINUTE_MS)
  expect(await cycle()).toEqual([])
  needs.clock.advance(MINUTE_MS)
  expect(await cycle()).toMatchObject([{ outcome: 'baseline' }])
})

test('a credential that is refused three times in a row expires the connection, and nobody is asked any more', async () => {
  const acme = await world.member()
  const integrationId = await connect(acme)
  await acme.listen(polling(integrationId))
  for (let refusal = 0; refusal < 3; refusal += 1) {
    linear.faults.push({ status: 401 })
    await cycle()
    needs.clock.advance(HOUR_MS)
  }
  const [row] = await queryRows(needs.db, sql`select status from integrations where id = ${integrationId}`)
  expect(row).toEqual({ status: 'expired' })
  linear.calls.length = 0
  await cycle()
  expect(linear.calls).toEqual([])
  expect((await groups(acme))[0]!.lastError).toContain('integration.not_active')
})

test('a call that is not allowed fails the poll, and never expires the connection', async () => {
  const acme = await world.member()
  const integrationId = await connect(acme)
  await acme.listen(polling(integrationId))
  for (let refusal = 0; refusal < 4; refusal += 1) {
    linear.faults.push({ status: 403 })
    expect(await cycle()).toMatchObject([{ outcome: 'failed' }])
    needs.clock.advance(HOUR_MS)
  }
  const [row] = await queryRows(needs.db, sql`select status, auth_failures from integrations where id = ${integrationId}`)
  expect(row).toEqual({ status: 'active', auth_failures: 0 })
  expect((await groups(acme))[0]!.lastError).toContain('provider.forbidden')
  expect(await cycle()).toMatchObject([{ outcome: 'baseline' }])
})

test('what a poll had to leave out is told as the last error of a group that goes on', async () => {
  const acme = await world.member()
  await acme.listen(polling(await connect(acme)))
  const module = findIntegrationModule('linear')!.triggers.polling as Polling
  const { poll } = module
  module.poll = async (context) => ({ ...(await poll(context)), leftOut: 'There is no team OPS' })
  try {
    expect(await cycle()).toMatchObject([{ outcome: 'baseline' }])
  } finally {
    module.poll = poll
  }
  expect((await groups(acme))[0]!.lastError).toBe('There is no team OPS')
  needs.clock.advance(MINUTE_MS)
  expect(await cycle()).toMatchObject([{ outcome: 'polled' }])
  expect((await groups(acme))[0]!.lastError).toBeNull()
})

test('a group is there exactly while a polling trigger is on (trap T4)', async () => {
  const acme = await world.member()
  const [first, second] = [await connect(acme), await connect(acme)]
  const slow = await acme.listen(polling(first, { pollingIntervalSeconds: 600 }))
  const fast = await acme.listen(polling(first, { pollingIntervalSeconds: 120 }))
  expect(await groups(acme)).toMatchObject([{ integrationId: first, intervalSeconds: 120, triggerCount: 2 }])
  await edit(acme, fast.id, { enabled: false })
  expect(await groups(acme)).toMatchObject([{ integrationId: first, intervalSeconds: 600, triggerCount: 1 }])
  await edit(acme, slow.id, { integrationId: second })
  expect(await groups(acme)).toMatchObject([{ integrationId: second, triggerCount: 1 }])
  await edit(acme, slow.id, { enabled: false })
  expect(await groups(acme)).toEqual([])
})

test('the group goes with the last trigger: deleted, gone with its automation, or disconnected (trap T4)', async () => {
  const acme = await world.member()
  const integrationId = await connect(acme)
  const deleted = await acme.listen(polling(integrationId))
  await deleteTrigger(needs, { actor: acme.actor, triggerId: deleted.id, ifMatch: null })
  expect(await groups(acme)).toEqual([])
  const cascaded = await acme.listen(polling(integrationId))
  expect(await groups(acme)).toHaveLength(1)
  await queryRows(needs.db, sql`delete from automations where id = ${cascaded.automationId}`)
  expect(await groups(acme)).toEqual([])
  await acme.listen(polling(integrationId))
  await disconnectIntegration(needs, { actor: acme.actor, integrationId })
  expect(await groups(acme)).toEqual([])
})

test('two triggers that are switched off at the same time leave no group behind (trap T4)', async () => {
  const acme = await world.member()
  const integrationId = await connect(acme)
  const pair = [await acme.listen(polling(integrationId)), await acme.listen(polling(integrationId))]
  await raceOn(needs.databaseUrl, {
    lock: `select 1 from trigger_poll_groups where integration_id = '${integrationId}'`,
    contenders: () => pair.map(({ id }) => edit(acme, id, { enabled: false })),
  })
  expect(await groups(acme)).toEqual([])
})

test('switching one off while another is switched on never loses the group', async () => {
  const acme = await world.member()
  const integrationId = await connect(acme)
  let [on, off] = [await acme.listen(polling(integrationId)), await acme.listen(polling(integrationId, { enabled: false }))]
  for (let round = 0; round < 10; round += 1) {
    await Promise.all([edit(acme, on.id, { enabled: false }), edit(acme, off.id, { enabled: true })])
    expect(await groups(acme)).toMatchObject([{ triggerCount: 1 }])
    ;[on, off] = [off, on]
  }
})

test('a message that is on its way when the group goes away calls nobody and brings nothing back (trap T4)', async () => {
  const acme = await world.member()
  const trigger = await acme.listen(polling(await connect(acme)))
  const [message] = await tick()
  await edit(acme, trigger.id, { enabled: false })
  expect(await pollGroup(needs, message!)).toEqual({ outcome: 'skipped' })
  expect(linear.calls).toEqual([])
  expect(await groups(acme)).toEqual([])
})

test('a group that goes away during its poll stays away (trap T4)', async () => {
  const acme = await world.member()
  const trigger = await acme.listen(polling(await connect(acme)))
  const [message] = await tick()
  const http: ProviderHttp = async (request) => {
    await edit(acme, trigger.id, { enabled: false })
    return needs.providerHttp(request)
  }
  expect(await pollGroup({ ...needs, providerHttp: http }, message!)).toEqual({ outcome: 'lease_lost' })
  expect(await groups(acme)).toEqual([])
})

test('a trigger that is switched on again begins with a baseline (trap T4)', async () => {
  const acme = await world.member()
  const trigger = await acme.listen(polling(await connect(acme)))
  await cycle()
  await edit(acme, trigger.id, { enabled: false })
  needs.clock.advance(MINUTE_MS)
  create('while-off')
  await edit(acme, trigger.id, { enabled: true })
  expect(await cycle()).toEqual([{ outcome: 'baseline', events: 0, created: 0 }])
  needs.clock.advance(MINUTE_MS)
  create('while-on')
  expect(await cycle()).toEqual([{ outcome: 'polled', events: 1, created: 1 }])
})

test.each([
  ['answers', 'lease_lost'],
  ['fails', 'failed'],
])('a lease that ran out belongs to whoever takes it next; a late one that %s moves nothing', async (how, outcome) => {
  const acme = await world.member()
  await acme.listen(polling(await connect(acme)))
  const [message] = await tick()
  const slow: ProviderHttp = async (request) => {
    needs.clock.advance(5 * MINUTE_MS)
    expect(await pollGroup(needs, message!)).toMatchObject({ outcome: 'baseline' })
    if (how === 'fails') throw new Error('The connection broke')
    return needs.providerHttp(request)
  }
  expect(await pollGroup({ ...needs, providerHttp: slow }, message!)).toMatchObject({ outcome })
  expect(await groups(acme)).toMatchObject([{ consecutiveFailures: 0, lastError: null }])
})

test('polling takes an integration of the organization, an interval the provider allows, and a type that can be polled', async () => {
  const [acme, rival] = [await world.member(), await world.member()]
  const foreign = await connect(rival)
  await expect(acme.listen(polling(foreign))).rejects.toMatchObject({ code: 'integration.not_found' })
  await expect(acme.listen(polling(null))).rejects.toMatchObject({ code: 'trigger.invalid' })
  const github = acme.listen({ provider: 'github', triggerType: 'polling', eventType: 'push', config: {} })
  await expect(github).rejects.toMatchObject({ code: 'trigger.invalid' })
})

test('a trigger cannot be saved that waits for what polling never finds', async () => {
  const acme = await world.member()
  const integrationId = await connect(acme)
  const removed = { eventType: 'issue', config: { actions: ['remove'] } }
  await expect(acme.listen(polling(integrationId, removed))).rejects.toMatchObject({
    code: 'trigger.invalid',
    options: { meta: { issues: [{ path: 'config.actions', message: 'polling never finds remove, only create, update' }] } },
  })
  const trigger = await acme.listen(polling(integrationId, { eventType: 'issue' }))
  await expect(edit(acme, trigger.id, { config: removed.config })).rejects.toMatchObject({ code: 'trigger.invalid' })
  await acme.listen({ ...polling(integrationId, removed), triggerType: 'webhook' })
})
