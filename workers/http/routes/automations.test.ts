import { beforeAll, describe, expect, test } from 'vitest'
import type { Automation } from '#schema/contracts/automations'
import type { CreatedTrigger, Trigger } from '#schema/contracts/triggers'
import { type HttpWorld, openHttpWorld, post } from '../../../tests/setup/http-world.ts'
import { expectLooksMissing } from '../../../tests/setup/refusals.ts'
import { seedConfiguration } from '../../../tests/setup/seed.ts'
import type { SignedIn } from '../../../tests/setup/sign-in.ts'

const MISSING = '01900000-0000-7000-8000-00000000dead'
let world: HttpWorld
let owner: SignedIn
let other: SignedIn
beforeAll(async () => {
  world = await openHttpWorld()
  owner = await world.signUp('Ann')
  other = await world.signUp('Eve')
})

async function send<Body>(path: string, body: object, by = owner) {
  const response = await world.request(path, post(body, by.bearer))
  return { status: response.status, body: (await response.json()) as Body & { code: string } }
}
async function read<Body>(path: string, by = owner) {
  const response = await world.request(path, { headers: by.bearer })
  return { status: response.status, body: (await response.json()) as Body }
}
const automate = async (body: object = {}, by = owner) => send<Automation>('/api/automations', body, by)

describe('POST /api/automations', () => {
  test('→ 201 with defaults for what is not given', async () => {
    const { status, body } = await automate()
    expect([status, body.name, body.enabled, body.triggerCount]).toEqual([201, 'Untitled Automation', true, 0])
    expect((await read<Automation>(`/api/automations/${body.id}`)).body).toEqual(body)
  })

  test('→ 404 for a configuration of another organization, like for a missing one', async () => {
    const { configurationId } = await seedConfiguration(world.test, other.organizationId)
    for (const defaultConfigurationId of [configurationId, MISSING]) {
      const { status, body } = await automate({ defaultConfigurationId })
      expect([status, body.code]).toEqual([404, 'configuration.not_found'])
    }
  })

  test('→ 400 for an unknown field; 403 for a viewer; 201 for a member', async () => {
    expect(await automate({ colour: 'red' })).toMatchObject({ status: 400, body: { code: 'request.invalid' } })
    const viewer = await world.memberOf(owner, 'viewer')
    expect(await automate({}, viewer)).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } })
    expect((await automate({}, await world.memberOf(owner, 'member'))).status).toBe(201)
  })
})

test('GET /api/automations → a page of one organization', async () => {
  const person = await world.signUp('Cy')
  const made = await automate({ name: 'Mine' }, person)
  expect((await read<{ items: Automation[] }>('/api/automations', person)).body).toEqual({
    items: [{ ...made.body, lastRun: null, runsLast7Days: 0 }],
    nextCursor: null,
  })
})

test("GET …/:automationId → 404 for another organization's, byte for byte like a missing one", async () => {
  const { body } = await automate()
  await expectLooksMissing(world.request, {
    foreign: `/api/automations/${body.id}`,
    missing: `/api/automations/${MISSING}`,
    code: 'automation.not_found',
    init: { headers: other.bearer },
  })
})

describe('triggers', () => {
  const trigger = (automationId: string, change: object = {}, by = owner) =>
    send<CreatedTrigger>(
      '/api/triggers',
      { automationId, provider: 'github', eventType: 'issue_opened', config: { labels: ['agent'] }, ...change },
      by,
    )

  test('POST /api/triggers → 201, and the automation counts it', async () => {
    const automation = (await automate()).body
    const { status, body } = await trigger(automation.id)
    expect([status, body.automationId, body.enabled]).toEqual([201, automation.id, true])
    expect((await read<Automation>(`/api/automations/${automation.id}`)).body.triggerCount).toBe(1)
    const { webhookSecret: none, ...shown } = body
    expect(none).toBeNull()
    expect((await read<Trigger>(`/api/triggers/${body.id}`)).body).toEqual(shown)
    const listed = await read<{ items: Trigger[] }>(`/api/triggers?automationId=${automation.id}`)
    expect(listed.body.items).toMatchObject([shown])
  })

  test("POST /api/triggers → 404 for another automation, 400 for an unknown event, 403 for a viewer", async () => {
    const automation = (await automate()).body
    expect(await trigger(automation.id, {}, other)).toMatchObject({
      status: 404,
      body: { code: 'automation.not_found' },
    })
    expect(await trigger(automation.id, { eventType: 'full_moon' })).toMatchObject({ status: 400 })
    expect((await trigger(automation.id, {}, await world.memberOf(owner, 'viewer'))).status).toBe(403)
  })

  test("GET /api/triggers/:triggerId → 404 for another organization's, byte for byte like a missing one", async () => {
    const { body } = await trigger((await automate()).body.id)
    await expectLooksMissing(world.request, {
      foreign: `/api/triggers/${body.id}`,
      missing: `/api/triggers/${MISSING}`,
      code: 'trigger.not_found',
      init: { headers: other.bearer },
    })
  })
})

describe('webhook endpoints', () => {
  type Endpoint = { id: string; path: string; secret?: string }
  const open = (by = owner) => send<Endpoint>('/api/webhook-endpoints', { provider: 'github' }, by)

  test('POST /api/webhook-endpoints → 201 with a secret shown once; again, a new secret', async () => {
    const first = await open()
    const second = await open()
    expect([first.status, second.status]).toEqual([201, 201])
    expect(first.body.path).toBe(`/webhooks/direct/github/${first.body.id}`)
    expect(first.body.secret).toMatch(/^[0-9a-f]{64}$/)
    expect([second.body.id, second.body.secret === first.body.secret]).toEqual([first.body.id, false])
    const listed = await read<{ items: Endpoint[] }>('/api/webhook-endpoints')
    expect(listed.body.items.map((item) => [item.id, item.secret])).toEqual([[first.body.id, undefined]])
  })

  test('POST /api/webhook-endpoints → 403 for a member, 201 for an admin; another organization sees none', async () => {
    expect(await open(await world.memberOf(owner, 'member'))).toMatchObject({
      status: 403,
      body: { code: 'auth.forbidden' },
    })
    expect((await open(await world.memberOf(owner, 'admin'))).status).toBe(201)
    expect((await read('/api/webhook-endpoints', other)).body).toEqual({ items: [], nextCursor: null })
  })
})
