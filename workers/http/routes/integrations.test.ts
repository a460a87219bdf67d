import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Integration } from '#schema/contracts/integrations'
import type { PollGroup } from '#schema/contracts/poll-groups'
import type { Provider } from '#schema/contracts/providers'
import type { Trigger } from '#schema/contracts/triggers'
import { startLinearApi } from '../../../tests/fakes/linear-api.ts'
import { fakeProviderHttp } from '../../../tests/fakes/provider-http.ts'
import { type ApiCall, apiCalls, told } from '../../../tests/setup/api-calls.ts'
import { type HttpWorld, openHttpWorld } from '../../../tests/setup/http-world.ts'
import { expectLooksMissing } from '../../../tests/setup/refusals.ts'
import type { SignedIn } from '../../../tests/setup/sign-in.ts'

const MISSING = '01900000-0000-7000-8000-00000000dead'
const TOKEN = 'lin_api_of_the_test_suite'
let world: HttpWorld
let linear: Awaited<ReturnType<typeof startLinearApi>>
let call: ApiCall
let other: SignedIn
beforeAll(async () => {
  world = await openHttpWorld()
  linear = await startLinearApi(TOKEN)
  world.platform.providerHttp = fakeProviderHttp({ 'https://api.linear.app': linear.url })
  call = apiCalls(world.request)
  other = await world.signUp('Eve')
})
afterAll(() => linear?.close())

const CONNECT = { integrationId: 'linear', token: TOKEN }
const connect = (by: SignedIn, change: object = {}) =>
  call<Integration>(by, 'POST /api/integrations', { ...CONNECT, ...change })
const connected = async (by: SignedIn) => (await connect(by)).body.id

/** An automation's trigger that polls Linear over a connection. */
async function poll(by: SignedIn, integrationId: string) {
  const automation = await call<{ id: string }>(by, 'POST /api/automations', {})
  return call<Trigger>(by, 'POST /api/triggers', {
    automationId: automation.body.id,
    provider: 'linear',
    triggerType: 'polling',
    eventType: 'issue_created',
    integrationId,
  })
}

describe('POST /api/integrations', () => {
  test('→ 201 named as the service names the account, and never with the credential', async () => {
    const owner = await world.signUp('Ann')
    const { status, body } = await connect(owner)
    expect([status, body.displayName, body.externalId, body.status]).toEqual([201, 'Acme', 'org-1', 'active'])
    const listed = await call<{ items: Integration[] }>(owner, 'GET /api/integrations')
    expect(listed.body.items).toEqual([body])
    expect(JSON.stringify([body, listed.body])).not.toContain(TOKEN)
  })

  test('→ 422 for a credential that the service refuses, and nothing is kept', async () => {
    const owner = await world.signUp('Bob')
    const refused = await connect(owner, { token: 'lin_api_wrong' })
    expect(told(refused)).toEqual([422, 'integration.credential_refused'])
    expect(JSON.stringify(refused.body)).not.toContain('lin_api_wrong')
    expect((await call(owner, 'GET /api/integrations')).body['items']).toEqual([])
  })

  test('→ 409 for an account that is connected already; 201 for the same of another organization', async () => {
    const owner = await world.signUp('Cy')
    await connect(owner)
    expect(told(await connect(owner))).toEqual([409, 'integration.already_connected'])
    expect((await connect(await world.signUp('Di'))).status).toBe(201)
  })

  test('→ 503 while the service does not answer', async () => {
    linear.faults.push({ status: 500 })
    expect(told(await connect(await world.signUp('Ed')))).toEqual([503, 'provider.unavailable'])
  })

  test('→ 400 for a service that takes no credential and an unknown field; 401 for nobody', async () => {
    const owner = await world.signUp('Flo')
    expect(told(await connect(owner, { integrationId: 'scheduled' }))).toEqual([400, 'request.invalid'])
    expect(told(await connect(owner, { externalId: 'org-2' }))).toEqual([400, 'request.invalid'])
    expect(told(await call(null, 'POST /api/integrations', CONNECT))).toEqual([401, 'auth.unauthenticated'])
  })

  test('→ 403 for a member, 201 for an admin', async () => {
    const owner = await world.signUp('Gus')
    expect(told(await connect(await world.memberOf(owner, 'member')))).toEqual([403, 'auth.forbidden'])
    expect((await connect(await world.memberOf(owner, 'admin'))).status).toBe(201)
  })
})

describe('PATCH /api/integrations/:integrationId', () => {
  test('→ 200 renamed, and with a new credential', async () => {
    const owner = await world.signUp('Hal')
    const route = `PATCH /api/integrations/${await connected(owner)}`
    const renamed = await call<Integration>(owner, route, { displayName: 'Product team' })
    expect([renamed.status, renamed.body.displayName]).toEqual([200, 'Product team'])
    const resealed = await call<Integration>(owner, route, { token: TOKEN })
    expect([resealed.status, resealed.body.status, resealed.body.displayName]).toEqual([200, 'active', 'Product team'])
  })

  test('→ 422 for a credential that is refused, and for one of another account', async () => {
    const owner = await world.signUp('Ivy')
    const route = `PATCH /api/integrations/${await connected(owner)}`
    expect(told(await call(owner, route, { token: 'wrong' }))).toEqual([422, 'integration.credential_refused'])
    const { organization } = linear.world
    linear.world.organization = { id: 'org-2', name: 'Umbrella' }
    const foreign = await call(owner, route, { token: TOKEN })
    linear.world.organization = organization
    expect(told(foreign)).toEqual([422, 'integration.credential_refused'])
  })

  test('→ 403 for a member; 400 for an unknown field; 401 for nobody', async () => {
    const owner = await world.signUp('Jo')
    const route = `PATCH /api/integrations/${await connected(owner)}`
    const member = await world.memberOf(owner, 'member')
    expect(told(await call(member, route, { displayName: 'Mine' }))).toEqual([403, 'auth.forbidden'])
    expect(told(await call(owner, route, { status: 'active' }))).toEqual([400, 'request.invalid'])
    expect(told(await call(null, route, {}))).toEqual([401, 'auth.unauthenticated'])
  })

  test("→ 404 for another organization's, byte for byte like a missing one", async () => {
    const id = await connected(await world.signUp('Kit'))
    const headers = { ...other.bearer, 'content-type': 'application/json' }
    await expectLooksMissing(world.request, {
      foreign: `/api/integrations/${id}`,
      missing: `/api/integrations/${MISSING}`,
      code: 'integration.not_found',
      init: { method: 'PATCH', headers, body: '{"displayName":"Mine"}' },
    })
  })
})

describe('DELETE /api/integrations/:integrationId', () => {
  test('→ 200, and what listened to it alone is switched off; again → 404', async () => {
    const owner = await world.signUp('Lou')
    const id = await connected(owner)
    const trigger = await poll(owner, id)
    expect(trigger.status).toBe(201)
    const gone = await call(owner, `DELETE /api/integrations/${id}`)
    expect([gone.status, gone.body]).toEqual([200, { id }])
    const after = await call<Trigger>(owner, `GET /api/triggers/${trigger.body.id}`)
    expect(after.body.enabled).toBe(false)
    expect((await call(owner, 'GET /api/poll-groups')).body).toEqual({ items: [] })
    expect(told(await call(owner, `DELETE /api/integrations/${id}`))).toEqual([404, 'integration.not_found'])
    expect((await connect(owner)).status).toBe(201)
  })

  test("→ 403 for a member; 404 for another organization's; 401 for nobody", async () => {
    const owner = await world.signUp('Max')
    const route = `DELETE /api/integrations/${await connected(owner)}`
    expect(told(await call(await world.memberOf(owner, 'member'), route))).toEqual([403, 'auth.forbidden'])
    expect(told(await call(other, route))).toEqual([404, 'integration.not_found'])
    expect(told(await call(null, route))).toEqual([401, 'auth.unauthenticated'])
    expect(told(await call(owner, 'DELETE /api/integrations/nothing'))).toEqual([400, 'request.invalid'])
  })
})

test('GET /api/integrations → 200 for a viewer, and for another organization without any; 401 for nobody', async () => {
  const owner = await world.signUp('Ned')
  await connect(owner)
  const viewer = await world.memberOf(owner, 'viewer')
  expect((await call(viewer, 'GET /api/integrations')).body['items']).toHaveLength(1)
  expect((await call(other, 'GET /api/integrations')).body).toEqual({ items: [], nextCursor: null })
  expect(told(await call(null, 'GET /api/integrations'))).toEqual([401, 'auth.unauthenticated'])
})

describe('GET /api/providers', () => {
  test('→ 200 with a form for every event', async () => {
    const { status, body } = await call<{ items: Provider[] }>(other, 'GET /api/providers')
    expect(status).toBe(200)
    expect(body.items.map(({ id }) => id)).toEqual(expect.arrayContaining(['github', 'linear', 'custom', 'scheduled']))
    for (const type of body.items.flatMap(({ triggerTypes }) => triggerTypes)) {
      expect(type.configSchema).toMatchObject({ type: 'object' })
    }
    expect(told(await call(null, 'GET /api/providers'))).toEqual([401, 'auth.unauthenticated'])
  })

  test('GET /api/providers/:providerId → 200 as in the list; 400 for one that is none; 401 for nobody', async () => {
    const { body } = await call<{ items: Provider[] }>(other, 'GET /api/providers')
    const one = await call<Provider>(other, 'GET /api/providers/linear')
    expect([one.status, one.body]).toEqual([200, body.items.find(({ id }) => id === 'linear')])
    expect(told(await call(other, 'GET /api/providers/nobody'))).toEqual([400, 'request.invalid'])
    expect(told(await call(null, 'GET /api/providers/linear'))).toEqual([401, 'auth.unauthenticated'])
  })
})

describe('GET /api/poll-groups', () => {
  test('→ 200 with how the polling goes and how many listen, for the own organization alone', async () => {
    const owner = await world.signUp('Pam')
    const id = await connected(owner)
    await poll(owner, id)
    await poll(owner, id)
    const { status, body } = await call<{ items: PollGroup[] }>(owner, 'GET /api/poll-groups')
    expect([status, body.items]).toMatchObject([
      200,
      [{ provider: 'linear', integrationId: id, integrationName: 'Acme', triggerCount: 2, lastError: null }],
    ])
    expect((await call(other, 'GET /api/poll-groups')).body).toEqual({ items: [] })
  })

  test('→ 401 for nobody', async () => {
    expect(told(await call(null, 'GET /api/poll-groups'))).toEqual([401, 'auth.unauthenticated'])
  })
})
