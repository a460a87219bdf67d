import { beforeAll, describe, expect, test } from 'vitest'
import { drainInbox, processDeliveries } from '#domain/triggers'
import { MINUTE_MS } from '#kernel/durations'
import type { Delivery, DeliveryDetail } from '#schema/contracts/deliveries'
import type { DeliveryMessage } from '#schema/contracts/messages'
import { type ApiCall, apiCalls, told } from '../../../tests/setup/api-calls.ts'
import { type HttpWorld, openHttpWorld } from '../../../tests/setup/http-world.ts'
import { openedIssue } from '../../../tests/setup/inbox-world.ts'
import { expectLooksMissing } from '../../../tests/setup/refusals.ts'
import { seedAutomation } from '../../../tests/setup/seed.ts'
import type { SignedIn } from '../../../tests/setup/sign-in.ts'

const MISSING = '01900000-0000-7000-8000-00000000dead'
let world: HttpWorld
let call: ApiCall
let owner: SignedIn
let other: SignedIn
beforeAll(async () => {
  world = await openHttpWorld()
  call = apiCalls(world.request)
  owner = await world.signUp('Ann')
  other = await world.signUp('Eve')
  await seedAutomation(world.test, owner.organizationId)
})

type Page = { items: Delivery[]; nextCursor: string | null }
const list = async (query = '', by = owner) => (await call<Page>(by, `GET /api/deliveries${query}`)).body

const bodyOf = (text: string) => ({
  kind: 'inline' as const,
  bytes: Uint8Array.from(new TextEncoder().encode(text)),
})

/** Lets a webhook of an issue arrive and be processed. */
async function deliver(number: number, change: Partial<DeliveryMessage> = {}, by = owner): Promise<Delivery> {
  const endpoint = await call<{ id: string }>(by, 'POST /api/webhook-endpoints', { provider: 'github' })
  const id = world.test.ids.next()
  const message: DeliveryMessage = {
    v: 1,
    id,
    ingress: 'endpoint',
    organizationId: by.organizationId,
    endpointId: endpoint.body.id,
    triggerId: null,
    provider: 'github',
    verification: 'signature',
    deliveryId: `delivery-${id}`,
    eventType: 'issues',
    headers: { 'content-type': 'application/json' },
    receivedAt: world.test.clock.now().toISOString(),
    traceId: `trace-${id}`,
    body: bodyOf(JSON.stringify(openedIssue(number))),
    ...change,
  }
  await processDeliveries(world.platform, { messages: [message] })
  return (await call<Delivery>(by, `GET /api/deliveries/${id}`)).body
}

async function drain() {
  world.test.clock.advance(2 * MINUTE_MS)
  await drainInbox(world.platform)
}

describe('GET /api/deliveries', () => {
  test('→ 200 with what fits the filter, newest first and page by page', async () => {
    const [first, second, broken] = [
      await deliver(101),
      await deliver(101),
      await deliver(102, { body: bodyOf('no json'), eventType: 'push' }),
    ]
    const ids = async (query: string) => (await list(query)).items.map(({ id }) => id)
    expect(await ids('')).toEqual([broken.id, second.id, first.id])
    expect(await ids('?result=started')).toEqual([first.id])
    expect(await ids('?result=duplicate')).toEqual([second.id])
    expect(await ids('?status=failed')).toEqual([broken.id])
    expect(await ids('?eventType=push&provider=github')).toEqual([broken.id])
    expect(await ids(`?q=${first.deliveryId}`)).toEqual([first.id])
    expect(await ids('?from=2100-01-01T00:00:00.000Z')).toEqual([])
    const page = await list('?limit=2')
    expect(page.nextCursor).toBe(second.id)
    expect(await ids(`?limit=2&cursor=${page.nextCursor}`)).toEqual([first.id])
  })

  test('→ 200 for a viewer; 400 for what is no filter; 401 for nobody', async () => {
    expect((await call(await world.memberOf(owner, 'viewer'), 'GET /api/deliveries')).status).toBe(200)
    expect(told(await call(owner, 'GET /api/deliveries?status=odd'))).toEqual([400, 'request.invalid'])
    expect(told(await call(owner, 'GET /api/deliveries?from=yesterday'))).toEqual([400, 'request.invalid'])
    expect(told(await call(null, 'GET /api/deliveries'))).toEqual([401, 'auth.unauthenticated'])
  })

  test("→ 200 without another organization's", async () => {
    const { id } = await deliver(103)
    expect((await list(`?q=${id}`, other)).items).toEqual([])
    expect((await list('', other)).items).toEqual([])
  })
})

describe('GET /api/deliveries/:deliveryId', () => {
  test('→ 200 with headers, body, verification and the runs it started', async () => {
    const { id } = await deliver(201)
    const { status, body } = await call<DeliveryDetail>(owner, `GET /api/deliveries/${id}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      status: 'completed',
      ingress: 'endpoint',
      verification: 'signature',
      headers: { 'content-type': 'application/json' },
      payload: { issue: { number: 201 } },
      runs: [{ status: 'queued' }],
      replays: [],
    })
  })

  test("→ 404 for another organization's, byte for byte like a missing one; 400 for no id; 401 for nobody", async () => {
    const { id } = await deliver(202)
    await expectLooksMissing(world.request, {
      foreign: `/api/deliveries/${id}`,
      missing: `/api/deliveries/${MISSING}`,
      code: 'delivery.not_found',
      init: { headers: other.bearer },
    })
    expect(told(await call(owner, 'GET /api/deliveries/nothing'))).toEqual([400, 'request.invalid'])
    expect(told(await call(null, `GET /api/deliveries/${id}`))).toEqual([401, 'auth.unauthenticated'])
  })
})

describe('POST /api/deliveries/:deliveryId/replay', () => {
  test('→ 201 with a new delivery, which starts nothing twice', async () => {
    const { id, deliveryId } = await deliver(301)
    const { status, body } = await call<Delivery>(owner, `POST /api/deliveries/${id}/replay`)
    expect([status, body.ingress, body.replayOf, body.deliveryId]).toEqual([201, 'replay', id, deliveryId])
    await drain()
    const replay = await call<DeliveryDetail>(owner, `GET /api/deliveries/${body.id}`)
    expect(replay.body).toMatchObject({ status: 'completed', outcome: { created: 0, duplicates: 1 }, runs: [] })
    const original = await call<DeliveryDetail>(owner, `GET /api/deliveries/${id}`)
    expect(original.body.replays).toMatchObject([{ id: body.id, status: 'completed' }])
  })

  test('→ 201 once for one Idempotency-Key', async () => {
    const { id } = await deliver(302)
    const headers = { ...owner.bearer, 'idempotency-key': 'replay-it-once-0001' }
    const replay = () => world.request(`/api/deliveries/${id}/replay`, { method: 'POST', headers })
    const [first, second] = [await replay(), await replay()]
    expect([first.status, second.status]).toEqual([201, 201])
    expect(await second.json()).toEqual(await first.json())
    expect((await call<DeliveryDetail>(owner, `GET /api/deliveries/${id}`)).body.replays).toHaveLength(1)
  })

  test('→ 409 while the delivery has not ended', async () => {
    const { id } = await deliver(303)
    const replay = await call<Delivery>(owner, `POST /api/deliveries/${id}/replay`)
    const again = await call(owner, `POST /api/deliveries/${replay.body.id}/replay`)
    expect(told(again)).toEqual([409, 'delivery.not_ended'])
    await drain()
  })

  test("→ 403 for a member and a viewer, 201 for an admin; 404 for another organization's; 401 for nobody", async () => {
    const { id } = await deliver(304)
    const route = `POST /api/deliveries/${id}/replay`
    for (const role of ['viewer', 'member'] as const) {
      expect(told(await call(await world.memberOf(owner, role), route))).toEqual([403, 'auth.forbidden'])
    }
    expect((await call(await world.memberOf(owner, 'admin'), route)).status).toBe(201)
    await expectLooksMissing(world.request, {
      foreign: `/api/deliveries/${id}/replay`,
      missing: `/api/deliveries/${MISSING}/replay`,
      code: 'delivery.not_found',
      init: { method: 'POST', headers: other.bearer },
    })
    expect(told(await call(null, route))).toEqual([401, 'auth.unauthenticated'])
    expect(told(await call(owner, 'POST /api/deliveries/nothing/replay'))).toEqual([400, 'request.invalid'])
  })
})

describe('POST /api/deliveries/replay', () => {
  const day = { from: '2020-01-01T00:00:00.000Z', to: '2100-01-01T00:00:00.000Z' }

  test('→ 202 with how many, without those that are replays and those that do not fit', async () => {
    const person = await world.signUp('Rey')
    await seedAutomation(world.test, person.organizationId)
    const started = await deliver(401, {}, person)
    await deliver(402, { eventType: 'ping' }, person)
    await call(person, `POST /api/deliveries/${started.id}/replay`)
    await drain()
    const replayed = await call(person, 'POST /api/deliveries/replay', { ...day, eventType: 'issues' })
    expect([replayed.status, replayed.body]).toEqual([202, { replayed: 1 }])
    const nothing = await call(person, 'POST /api/deliveries/replay', { ...day, to: '2020-01-02T00:00:00.000Z' })
    expect([nothing.status, nothing.body]).toEqual([202, { replayed: 0 }])
    const foreign = await call(other, 'POST /api/deliveries/replay', day)
    expect([foreign.status, foreign.body]).toEqual([202, { replayed: 0 }])
  })

  test('→ 400 without a stretch of time, for one that ends before it begins, and for an unknown field', async () => {
    for (const body of [{}, { from: day.from }, { from: day.to, to: day.from }, { ...day, colour: 'red' }]) {
      expect(told(await call(owner, 'POST /api/deliveries/replay', body))).toEqual([400, 'request.invalid'])
    }
  })

  test('→ 403 for a member; 401 for nobody', async () => {
    const member = await world.memberOf(owner, 'member')
    expect(told(await call(member, 'POST /api/deliveries/replay', day))).toEqual([403, 'auth.forbidden'])
    expect(told(await call(null, 'POST /api/deliveries/replay', day))).toEqual([401, 'auth.unauthenticated'])
  })
})
