import { beforeAll, describe, expect, test } from 'vitest'
import type { Run } from '#schema/contracts/runs'
import type { TriggerTest } from '#schema/contracts/trigger-tests'
import type { StartedRun, Trigger, TriggerDetail, TriggerEvent } from '#schema/contracts/triggers'
import { type ApiCall, apiCalls, told } from '../../../tests/setup/api-calls.ts'
import { type HttpWorld, openHttpWorld } from '../../../tests/setup/http-world.ts'
import { openedIssue } from '../../../tests/setup/inbox-world.ts'
import { expectLooksMissing } from '../../../tests/setup/refusals.ts'
import type { SignedIn } from '../../../tests/setup/sign-in.ts'

const MISSING = '01900000-0000-7000-8000-00000000dead'
const LISTEN = { provider: 'github', eventType: 'issue_opened', config: { labels: ['agent'] } }
const source = (labels?: []) => ({
  payload: openedIssue(7, labels === undefined ? {} : { labels }),
  headers: { 'X-GitHub-Event': 'issues' },
})
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

const automation = async (change: object = {}) =>
  (await call<{ id: string }>(owner, 'POST /api/automations', { name: 'Fix issues', ...change })).body.id
const trigger = async () =>
  (await call<Trigger>(owner, 'POST /api/triggers', { automationId: await automation(), ...LISTEN })).body

describe('POST /api/automations/:automationId/run', () => {
  test('→ 201 with a run that is named as asked', async () => {
    const route = `POST /api/automations/${await automation()}/run`
    const { status, body } = await call<StartedRun>(owner, route, { title: 'Try it', input: 'Be quick' })
    expect(status).toBe(201)
    const run = await call<Run>(owner, `GET /api/runs/${body.runId}`)
    expect(run.body).toMatchObject({ status: 'queued', eventTitle: 'Try it', triggerEventId: body.triggerEventId })
    const again = await call<StartedRun>(owner, route, {})
    expect([again.status, again.body.runId === body.runId]).toEqual([201, false])
  })

  test('→ 201 with the same run for one Idempotency-Key', async () => {
    const path = `/api/automations/${await automation()}/run`
    const headers = { ...owner.bearer, 'content-type': 'application/json', 'idempotency-key': 'run-it-once-000001' }
    const run = async () => (await world.request(path, { method: 'POST', headers, body: '{}' })).json()
    expect(await run()).toEqual(await run())
  })

  test('→ 409 for an automation that is switched off', async () => {
    const route = `POST /api/automations/${await automation({ enabled: false })}/run`
    expect(told(await call(owner, route, {}))).toEqual([409, 'automation.switched_off'])
  })

  test('→ 403 for a viewer, 201 for a member; 400 for an unknown field; 401 for nobody', async () => {
    const route = `POST /api/automations/${await automation()}/run`
    expect(told(await call(await world.memberOf(owner, 'viewer'), route, {}))).toEqual([403, 'auth.forbidden'])
    expect((await call(await world.memberOf(owner, 'member'), route, {})).status).toBe(201)
    expect(told(await call(owner, route, { colour: 'red' }))).toEqual([400, 'request.invalid'])
    expect(told(await call(null, route, {}))).toEqual([401, 'auth.unauthenticated'])
  })

  test("→ 404 for another organization's, byte for byte like a missing one", async () => {
    await expectLooksMissing(world.request, {
      foreign: `/api/automations/${await automation()}/run`,
      missing: `/api/automations/${MISSING}/run`,
      code: 'automation.not_found',
      init: { method: 'POST', body: '{}', headers: { ...other.bearer, 'content-type': 'application/json' } },
    })
  })
})

describe('POST /api/triggers/:triggerId/test', () => {
  test('→ 200 with what it would do, and nothing is started', async () => {
    const { id } = await trigger()
    const matched = await call<TriggerTest>(owner, `POST /api/triggers/${id}/test`, { source: source() })
    expect([matched.status, matched.body.decisions]).toMatchObject([200, [{ decision: 'matched', reason: null }]])
    const refused = await call<TriggerTest>(owner, `POST /api/triggers/${id}/test`, { source: source([]) })
    expect(refused.body.decisions).toMatchObject([{ decision: 'not_matched', reason: expect.stringContaining('agent') }])
    expect((await call(owner, `GET /api/triggers/${id}/events`)).body['items']).toEqual([])
  })

  test('→ 404 for a delivery that is not there; 400 for a trigger without webhooks and for no source', async () => {
    const { id } = await trigger()
    const unknown = await call(owner, `POST /api/triggers/${id}/test`, { source: { deliveryId: MISSING } })
    expect(told(unknown)).toEqual([404, 'delivery.not_found'])
    expect(told(await call(owner, `POST /api/triggers/${id}/test`, {}))).toEqual([400, 'request.invalid'])
    const clock = await call<Trigger>(owner, 'POST /api/triggers', {
      automationId: await automation(),
      provider: 'scheduled',
      eventType: 'schedule_fired',
      config: { cronExpression: '0 12 * * *', timezone: 'UTC' },
    })
    const untestable = await call(owner, `POST /api/triggers/${clock.body.id}/test`, { source: source() })
    expect(told(untestable)).toEqual([400, 'trigger.not_testable'])
  })

  test("→ 403 for a viewer; 404 for another organization's, like for a missing one; 401 for nobody", async () => {
    const { id } = await trigger()
    const body = { source: source() }
    const viewer = await world.memberOf(owner, 'viewer')
    expect(told(await call(viewer, `POST /api/triggers/${id}/test`, body))).toEqual([403, 'auth.forbidden'])
    await expectLooksMissing(world.request, {
      foreign: `/api/triggers/${id}/test`,
      missing: `/api/triggers/${MISSING}/test`,
      code: 'trigger.not_found',
      init: {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { ...other.bearer, 'content-type': 'application/json' },
      },
    })
    expect(told(await call(null, `POST /api/triggers/${id}/test`, body))).toEqual([401, 'auth.unauthenticated'])
  })
})

describe('POST /api/triggers/test', () => {
  const draft = (by: SignedIn | null, change: object = {}) =>
    call<TriggerTest>(by, 'POST /api/triggers/test', { ...LISTEN, source: source(), ...change })

  test('→ 200 with what a draft would do, also when it is not valid yet', async () => {
    const matched = await draft(owner)
    expect([matched.status, matched.body.decisions]).toMatchObject([200, [{ decision: 'matched' }]])
    const invalid = await draft(owner, { config: { labels: 'agent' } })
    expect([invalid.status, invalid.body.decisions]).toMatchObject([
      200,
      [{ decision: 'invalid_config', reason: expect.stringContaining('labels') }],
    ])
  })

  test("→ 404 for another organization's delivery; 403 for a viewer; 400 for no source; 401 for nobody", async () => {
    expect(told(await draft(other, { source: { deliveryId: MISSING } }))).toEqual([404, 'delivery.not_found'])
    expect(told(await draft(await world.memberOf(owner, 'viewer')))).toEqual([403, 'auth.forbidden'])
    expect(told(await draft(owner, { source: null }))).toEqual([400, 'request.invalid'])
    expect(told(await draft(null))).toEqual([401, 'auth.unauthenticated'])
  })
})

/** An event that waits for its run, by running an automation by hand. */
async function waitingEvent() {
  const { body } = await call<StartedRun>(owner, `POST /api/automations/${await automation()}/run`, {})
  const { body: run } = await call<Run & { triggerId?: string }>(owner, `GET /api/runs/${body.runId}`)
  const listed = await call<{ items: Trigger[] }>(owner, `GET /api/triggers?automationId=${run.automationId}`)
  return { ...body, triggerId: listed.body.items[0]?.id ?? 'none' }
}

describe('GET /api/triggers/:triggerId?include=events', () => {
  test('→ 200 with the recent events and their number by status; without, the tag stays the one that edits name', async () => {
    const { triggerId, triggerEventId, runId } = await waitingEvent()
    const shown = await call<TriggerDetail>(owner, `GET /api/triggers/${triggerId}?include=events`)
    expect([shown.status, shown.body]).toMatchObject([
      200,
      {
        id: triggerId,
        events: {
          recent: [{ id: triggerEventId, runId, sessionId: null }],
          counts: { queued: 1, processing: 0, completed: 0, failed: 0, skipped: 0 },
        },
      },
    ])
    expect((await call<TriggerDetail>(owner, `GET /api/triggers/${triggerId}`)).body.events).toBeUndefined()
    expect(told(await call(owner, `GET /api/triggers/${triggerId}?include=all`))).toEqual([400, 'request.invalid'])
  })
})

describe('GET /api/triggers/:triggerId/events', () => {
  test('→ 200 with the events and their runs, narrowed by status', async () => {
    const { triggerId, triggerEventId, runId } = await waitingEvent()
    const route = `GET /api/triggers/${triggerId}/events`
    const { status, body } = await call<{ items: TriggerEvent[] }>(owner, route)
    expect([status, body.items]).toMatchObject([200, [{ id: triggerEventId, runId, status: 'queued', inboxId: null }]])
    expect((await call(owner, `${route}?status=skipped`)).body['items']).toEqual([])
  })

  test("→ 404 for another organization's, like for a missing one; 200 for a viewer; 400; 401", async () => {
    const { triggerId } = await waitingEvent()
    const route = `GET /api/triggers/${triggerId}/events`
    await expectLooksMissing(world.request, {
      foreign: `/api/triggers/${triggerId}/events`,
      missing: `/api/triggers/${MISSING}/events`,
      code: 'trigger.not_found',
      init: { headers: other.bearer },
    })
    expect((await call(await world.memberOf(owner, 'viewer'), route)).status).toBe(200)
    expect(told(await call(owner, `${route}?status=odd`))).toEqual([400, 'request.invalid'])
    expect(told(await call(null, route))).toEqual([401, 'auth.unauthenticated'])
  })
})

describe('POST /api/trigger-events/:triggerEventId/skip', () => {
  test('→ 200, and its run ends as skipped; again → 409', async () => {
    const { triggerEventId, runId } = await waitingEvent()
    const route = `POST /api/trigger-events/${triggerEventId}/skip`
    const { status, body } = await call<TriggerEvent>(owner, route)
    expect([status, body.status, body.skipReason]).toEqual([200, 'skipped', 'manual'])
    expect((await call<Run>(owner, `GET /api/runs/${runId}`)).body.status).toBe('skipped')
    expect(told(await call(owner, route))).toEqual([409, 'trigger_event.not_queued'])
  })

  test("→ 403 for a viewer, and a member whose run it is not; 404 for another organization's, like for a missing one; 400; 401", async () => {
    const { triggerEventId } = await waitingEvent()
    const route = `POST /api/trigger-events/${triggerEventId}/skip`
    for (const role of ['viewer', 'member'] as const) {
      expect(told(await call(await world.memberOf(owner, role), route))).toEqual([403, 'auth.forbidden'])
    }
    await expectLooksMissing(world.request, {
      foreign: `/api/trigger-events/${triggerEventId}/skip`,
      missing: `/api/trigger-events/${MISSING}/skip`,
      code: 'trigger_event.not_found',
      init: { method: 'POST', headers: other.bearer },
    })
    expect(told(await call(owner, 'POST /api/trigger-events/nothing/skip'))).toEqual([400, 'request.invalid'])
    expect(told(await call(null, route))).toEqual([401, 'auth.unauthenticated'])
  })
})
