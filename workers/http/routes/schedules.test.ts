import { beforeAll, describe, expect, test } from 'vitest'
import { sql } from 'drizzle-orm'
import { fireSchedules } from '#domain/triggers'
import { queryRows } from '#kernel/database'
import { DAY_MS } from '#kernel/durations'
import type { Schedule } from '#schema/contracts/schedules'
import { type ApiCall, apiCalls, told } from '../../../tests/setup/api-calls.ts'
import { type HttpWorld, openHttpWorld } from '../../../tests/setup/http-world.ts'
import { expectLooksMissing } from '../../../tests/setup/refusals.ts'
import type { SignedIn } from '../../../tests/setup/sign-in.ts'

const MISSING = '01900000-0000-7000-8000-00000000dead'
const NOON = { cronExpression: '0 12 * * *', timezone: 'Europe/Berlin' }
let world: HttpWorld
let call: ApiCall
let owner: SignedIn
let other: SignedIn
beforeAll(async () => {
  world = await openHttpWorld()
  call = apiCalls(world.request)
  owner = await world.signUp('Ann')
  other = await world.signUp('Eve')
})

const automation = async () => (await call<{ id: string }>(owner, 'POST /api/automations', {})).body.id
const schedule = async (change: object = {}) =>
  (await call<Schedule>(owner, `POST /api/automations/${await automation()}/schedules`, { ...NOON, ...change })).body

describe('POST /api/automations/:automationId/schedules', () => {
  test('→ 201 with the next firing, and it is listed', async () => {
    const automationId = await automation()
    const route = `/api/automations/${automationId}/schedules`
    const { status, body } = await call<Schedule>(owner, `POST ${route}`, { ...NOON, name: 'Noon' })
    expect([status, body.name, body.enabled, body.automationId]).toEqual([201, 'Noon', true, automationId])
    // The clock of the test stands at 14:00 in Berlin.
    expect(body.nextRunAt).toBe('2026-06-02T10:00:00.000Z')
    expect((await call(owner, `GET ${route}`)).body).toEqual({ items: [body], nextCursor: null })
  })

  test('→ 400 for no expression, one of six fields, a zone that is none, an unknown field', async () => {
    const route = `POST /api/automations/${await automation()}/schedules`
    for (const change of [{ cronExpression: 'at noon' }, { cronExpression: '0 0 12 * * *' }, { timezone: 'Mars/Olympus' }]) {
      expect((await call(owner, route, { ...NOON, ...change })).status).toBe(400)
    }
    expect(told(await call(owner, route, { ...NOON, colour: 'red' }))).toEqual([400, 'request.invalid'])
  })

  test("→ 403 for a viewer; 404 for another organization's automation and a missing one; 401 for nobody", async () => {
    const route = `POST /api/automations/${await automation()}/schedules`
    expect(told(await call(await world.memberOf(owner, 'viewer'), route, NOON))).toEqual([403, 'auth.forbidden'])
    expect(told(await call(other, route, NOON))).toEqual([404, 'automation.not_found'])
    const missing = `POST /api/automations/${MISSING}/schedules`
    expect(told(await call(owner, missing, NOON))).toEqual([404, 'automation.not_found'])
    expect(told(await call(null, route, NOON))).toEqual([401, 'auth.unauthenticated'])
  })
})

test("GET /api/automations/:automationId/schedules → 404 for another organization's, like for a missing one", async () => {
  await expectLooksMissing(world.request, {
    foreign: `/api/automations/${await automation()}/schedules`,
    missing: `/api/automations/${MISSING}/schedules`,
    code: 'automation.not_found',
    init: { headers: other.bearer },
  })
  expect(told(await call(null, `GET /api/automations/${MISSING}/schedules`))).toEqual([401, 'auth.unauthenticated'])
})

describe('/api/schedules/:scheduleId', () => {
  test('GET → 200 as it was made', async () => {
    const made = await schedule()
    expect((await call(owner, `GET /api/schedules/${made.id}`)).body).toEqual(made)
  })

  test('PATCH → 200: another time, switched off, renamed', async () => {
    const { id } = await schedule()
    const change = { cronExpression: '30 6 * * 1', timezone: 'UTC', name: 'Mondays' }
    const changed = await call<Schedule>(owner, `PATCH /api/schedules/${id}`, change)
    expect([changed.status, changed.body]).toMatchObject([200, { ...change, nextRunAt: '2026-06-08T06:30:00.000Z' }])
    const off = await call<Schedule>(owner, `PATCH /api/schedules/${id}`, { enabled: false })
    expect([off.body.enabled, off.body.name]).toEqual([false, 'Mondays'])
  })

  test('PATCH → 400 for an expression that is none, and nothing is changed', async () => {
    const made = await schedule()
    expect((await call(owner, `PATCH /api/schedules/${made.id}`, { name: 'New', cronExpression: 'no' })).status).toBe(400)
    expect((await call(owner, `GET /api/schedules/${made.id}`)).body).toEqual(made)
  })

  test('DELETE → 200, and it is gone with its trigger', async () => {
    const { id, triggerId } = await schedule()
    expect((await call(owner, `DELETE /api/schedules/${id}`)).body).toEqual({ id })
    expect(told(await call(owner, `GET /api/schedules/${id}`))).toEqual([404, 'schedule.not_found'])
    expect(told(await call(owner, `GET /api/triggers/${triggerId}`))).toEqual([404, 'trigger.not_found'])
  })

  test('DELETE → 409 while a run that it started has not ended', async () => {
    const { id } = await schedule()
    world.test.clock.advance(DAY_MS)
    await fireSchedules(world.platform)
    // Once the agent works on it, a run is more than a wish.
    await queryRows(world.test.db, sql`update automation_runs set status = 'running'`)
    expect(told(await call(owner, `DELETE /api/schedules/${id}`))).toEqual([409, 'trigger.in_use'])
  })

  test.each(['GET', 'PATCH', 'DELETE'])("%s → 404 for another organization's, like for a missing one", async (method) => {
    const { id } = await schedule()
    const body = method === 'PATCH' ? '{"enabled":false}' : null
    await expectLooksMissing(world.request, {
      foreign: `/api/schedules/${id}`,
      missing: `/api/schedules/${MISSING}`,
      code: 'schedule.not_found',
      init: { method, body, headers: { ...other.bearer, 'content-type': 'application/json' } },
    })
  })

  test('PATCH and DELETE → 403 for a viewer, GET → 200; all → 401 for nobody, 400 for no id', async () => {
    const { id } = await schedule()
    const viewer = await world.memberOf(owner, 'viewer')
    expect((await call(viewer, `GET /api/schedules/${id}`)).status).toBe(200)
    expect(told(await call(viewer, `PATCH /api/schedules/${id}`, { enabled: false }))).toEqual([403, 'auth.forbidden'])
    expect(told(await call(viewer, `DELETE /api/schedules/${id}`))).toEqual([403, 'auth.forbidden'])
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? {} : undefined
      expect((await call(null, `${method} /api/schedules/${id}`, body)).status).toBe(401)
      expect(told(await call(owner, `${method} /api/schedules/nothing`, body))).toEqual([400, 'request.invalid'])
    }
  })
})

describe('POST /api/schedules/preview', () => {
  const preview = (by: SignedIn | null, body: object) => call<{ instants: string[] }>(by, 'POST /api/schedules/preview', body)

  test('→ 200 with the next firings, also for a viewer', async () => {
    const { status, body } = await preview(await world.memberOf(owner, 'viewer'), { ...NOON, count: 2 })
    expect([status, body.instants.length]).toEqual([200, 2])
    expect(body.instants.map((instant) => instant.slice(10))).toEqual(['T10:00:00.000Z', 'T10:00:00.000Z'])
  })

  test('→ 400 for an expression that is none, and for too many; 401 for nobody', async () => {
    expect((await preview(owner, { cronExpression: '61 * * * *' })).status).toBe(400)
    expect(told(await preview(owner, { ...NOON, count: 1_000 }))).toEqual([400, 'request.invalid'])
    expect(told(await preview(null, NOON))).toEqual([401, 'auth.unauthenticated'])
  })
})
