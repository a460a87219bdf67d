import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CreateTrigger } from '#schema/contracts/triggers'
import { endpoints } from '#schema/endpoints/index'
import { openWorld, until, type World } from './world.ts'

let world: World
let automationId: string

beforeAll(async () => {
  world = await openWorld()
  const { items } = await world.api.call(endpoints.automations.list, { query: {} })
  automationId = items[0]?.id ?? ''
})
afterAll(() => world?.stack.stop())

const wake = (given: object) =>
  world.api.call(endpoints.triggers.create, { body: CreateTrigger.parse({ automationId, ...given }) })

/** The run that a trigger's latest event started. */
const runBy = (triggerId: string) =>
  until('the run', 60_000, async () => {
    const { items } = await world.api.call(endpoints.triggers.events, { params: { triggerId }, query: {} })
    return items[0]?.runId ?? null
  })

test("a webhook of anybody's own, at the address of one trigger, starts a run; its filter says why another does not", async () => {
  const filter = { op: 'gt', path: 'context.custom.payload.disk.usedPercent', value: 90 }
  const trigger = await wake({ provider: 'custom', eventType: 'webhook_received', config: { requireSignature: true }, filter })
  const url = `${world.stack.urls.worker}${trigger.webhook?.path}`
  expect((await fetch(url)).status).toBe(200)
  const send = (payload: object, secret = trigger.webhookSecret ?? '') => {
    const body = JSON.stringify(payload)
    const signature = createHmac('sha256', secret).update(body).digest('hex')
    const headers = { 'content-type': 'application/json', 'x-webhook-signature': signature }
    return fetch(url, { method: 'POST', body, headers })
  }
  expect((await send({}, 'another secret')).status).toBe(401)
  expect((await send({ title: 'Calm', disk: { usedPercent: 12 } })).status).toBe(200)
  expect((await send({ title: 'Disk is full', disk: { usedPercent: 97 } })).status).toBe(200)
  const run = await world.run(await runBy(trigger.id))
  expect(run.automationId).toBe(automationId)
  const calm = await until('the refusal', 60_000, async () => {
    const { items } = await world.api.call(endpoints.deliveries.list, { query: { provider: 'custom', result: 'not_matched' } })
    return items[0] ?? null
  })
  expect(calm.outcome?.decisions[0]?.reason).toContain('usedPercent is 12, not more than 90')
  await world.api.call(endpoints.runs.cancel, { params: { runId: run.id } }).catch(() => undefined)
})

test('run now, and the clock: each starts its run through the same pipeline', async () => {
  const { runId } = await world.api.call(endpoints.automations.run, { params: { automationId }, body: {} })
  expect((await world.run(runId)).automationId).toBe(automationId)
  await world.api.call(endpoints.runs.cancel, { params: { runId } }).catch(() => undefined)

  const schedule = await world.api.call(endpoints.schedules.create, {
    params: { automationId },
    body: { cronExpression: '* * * * *', timezone: 'Europe/Berlin' },
  })
  const fired = await until('the firing', 150_000, async () => {
    await world.stack.worker.current.cron('* * * * *')
    const { items } = await world.api.call(endpoints.triggers.events, { params: { triggerId: schedule.triggerId }, query: {} })
    return items[0] ?? (await new Promise<null>((resolve) => setTimeout(() => resolve(null), 2_000)))
  })
  expect(fired.dedupKey).toBe(`schedule:${schedule.id}:${schedule.nextRunAt}`)
  await world.api.call(endpoints.schedules.delete, { params: { scheduleId: schedule.id } }).catch(() => undefined)
  if (fired.runId) await world.api.call(endpoints.runs.cancel, { params: { runId: fired.runId } }).catch(() => undefined)
})

test('a delivery is replayed and starts nothing twice', async () => {
  const deliveryId = await world.deliver(world.issue('replayed'))
  const run = await world.runOf(deliveryId)
  await world.api.call(endpoints.runs.cancel, { params: { runId: run.id } }).catch(() => undefined)
  const { items } = await world.api.call(endpoints.deliveries.list, { query: { q: deliveryId } })
  const replay = await world.api.call(endpoints.deliveries.replay, { params: { deliveryId: items[0]?.id ?? '' } })
  const done = await until('the replay', 60_000, async () => {
    const detail = await world.api.call(endpoints.deliveries.show, { params: { deliveryId: replay.id } })
    return detail.processedAt === null ? null : detail
  })
  expect(done).toMatchObject({ replayOf: items[0]?.id, outcome: { created: 0, duplicates: 1 }, runs: [] })
})
