import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Delivery } from '#schema/contracts/deliveries'
import type { Run, RunEvent } from '#schema/contracts/runs'
import { webhookEndpoints, webhookInbox } from '#schema/tables/index'
import { type HttpWorld, openHttpWorld } from '../../../tests/setup/http-world.ts'
import { expectLooksMissing } from '../../../tests/setup/refusals.ts'
import { seedAutomation, seedRun } from '../../../tests/setup/seed.ts'
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

async function ask<Body>(path: string, by: SignedIn, method = 'GET') {
  const response = await world.request(path, { method, headers: by.bearer })
  return { status: response.status, body: (await response.json()) as Body & { code: string } }
}
async function runOf(
  by: SignedIn,
  given: Parameters<typeof seedRun>[2] = {},
  made: Parameters<typeof seedAutomation>[2] = {},
) {
  const { organizationId } = by
  const automation = await seedAutomation(world.test, organizationId, made)
  return { ...automation, ...(await seedRun(world.test, { organizationId, ...automation }, given)) }
}

describe('GET /api/runs', () => {
  test('→ a page of one organization, by status and automation', async () => {
    const person = await world.signUp('Cy')
    const queued = await runOf(person)
    const failed = await runOf(person, { status: 'failed', statusReason: 'no' })
    const ids = async (query: string) =>
      (await ask<{ items: Run[] }>(`/api/runs${query}`, person)).body.items.map((run) => run.id)
    expect(await ids('')).toEqual([failed.runId, queued.runId])
    expect(await ids('?status=failed')).toEqual([failed.runId])
    expect(await ids(`?automationId=${queued.automationId}`)).toEqual([queued.runId])
    const page = (await ask<{ nextCursor: string }>('/api/runs?limit=1', person)).body
    expect(await ids(`?limit=1&cursor=${page.nextCursor}`)).toEqual([queued.runId])
    expect((await ask('/api/runs', await world.signUp())).body).toEqual({ items: [], nextCursor: null })
  })
})

describe('GET /api/runs/:runId', () => {
  test('→ 200, and its timeline', async () => {
    const { runId } = await runOf(owner)
    expect(await ask('/api/runs/' + runId, owner)).toMatchObject({ status: 200, body: { id: runId, status: 'queued' } })
    expect(await ask(`/api/runs/${runId}/events`, owner)).toEqual({ status: 200, body: { items: [] } })
  })

  test.each(['', '/events'])("%s → 404 for another organization's, byte for byte like a missing one", async (tail) => {
    const { runId } = await runOf(owner)
    await expectLooksMissing(world.request, {
      foreign: `/api/runs/${runId}${tail}`,
      missing: `/api/runs/${MISSING}${tail}`,
      code: 'run.not_found',
      init: { headers: other.bearer },
    })
  })
})

describe('POST /api/runs/:runId/cancel', () => {
  test('→ 200 and the canceled run; 409 run.state_conflict when it has ended', async () => {
    const { runId } = await runOf(owner)
    expect(await ask(`/api/runs/${runId}/cancel`, owner, 'POST')).toMatchObject({
      status: 200,
      body: { status: 'canceled' },
    })
    const timeline = await ask<{ items: RunEvent[] }>(`/api/runs/${runId}/events`, owner)
    expect(timeline.body.items.map((event) => event.type)).toContain('canceled')
    const again = await ask(`/api/runs/${runId}/cancel`, owner, 'POST')
    expect([again.status, again.body.code]).toEqual([409, 'run.state_conflict'])
  })

  test('→ 403 for a viewer and for a member whose automation it is not, and the run goes on; 200 for its maker', async () => {
    const [viewer, member] = [await world.memberOf(owner, 'viewer'), await world.memberOf(owner, 'member')]
    const { runId } = await runOf(owner, {}, { createdBy: member.userId })
    for (const by of [viewer, await world.memberOf(owner, 'member')]) {
      expect(await ask(`/api/runs/${runId}/cancel`, by, 'POST')).toMatchObject({
        status: 403,
        body: { code: 'auth.forbidden' },
      })
    }
    expect((await ask(`/api/runs/${runId}`, viewer)).body).toMatchObject({ status: 'queued' })
    expect((await ask(`/api/runs/${runId}/cancel`, member, 'POST')).status).toBe(200)
  })

  test("→ 404 for another organization's run, byte for byte like a missing one", async () => {
    const { runId } = await runOf(owner)
    await expectLooksMissing(world.request, {
      foreign: `/api/runs/${runId}/cancel`,
      missing: `/api/runs/${MISSING}/cancel`,
      code: 'run.not_found',
      init: { method: 'POST', headers: other.bearer },
    })
  })
})

describe('deliveries', () => {
  async function deliveryOf(by: SignedIn, status = 'completed') {
    const { db, ids, clock } = world.test
    const { organizationId } = by
    const [endpointId, id, now] = [ids.next(), ids.next(), clock.now()]
    await db
      .insert(webhookEndpoints)
      .values({ id: endpointId, organizationId, provider: 'github', sealedSecret: 'sealed' })
      .onConflictDoNothing()
    const own = eq(webhookEndpoints.organizationId, organizationId)
    const [endpoint] = await db.select().from(webhookEndpoints).where(own)
    await db.insert(webhookInbox).values({
      id,
      organizationId,
      endpointId: endpoint?.id ?? '',
      source: 'endpoint:test',
      provider: 'github',
      deliveryId: id,
      eventType: 'issues',
      payload: '{"action":"opened"}',
      traceId: 'trace',
      status,
      receivedAt: now,
      processedAt: now,
    })
    return id
  }

  test('GET /api/deliveries → the ledger of one organization, newest first, by status', async () => {
    const person = await world.signUp('Di')
    const [done, failed] = [await deliveryOf(person), await deliveryOf(person, 'failed')]
    const ids = async (query: string) =>
      (await ask<{ items: Delivery[] }>(`/api/deliveries${query}`, person)).body.items.map((item) => item.id)
    expect(await ids('')).toEqual([failed, done])
    expect(await ids('?status=failed')).toEqual([failed])
  })

  test('GET /api/deliveries/:deliveryId → 200 with what was received, also for a viewer', async () => {
    const id = await deliveryOf(owner)
    const viewer = await world.memberOf(owner, 'viewer')
    expect(await ask(`/api/deliveries/${id}`, viewer)).toMatchObject({
      status: 200,
      body: { payload: { action: 'opened' } },
    })
  })

  test("GET …/:deliveryId → 404 for another organization's, byte for byte like a missing one", async () => {
    const id = await deliveryOf(owner)
    await expectLooksMissing(world.request, {
      foreign: `/api/deliveries/${id}`,
      missing: `/api/deliveries/${MISSING}`,
      code: 'delivery.not_found',
      init: { headers: other.bearer },
    })
  })
})
