import { runInDurableObject } from 'cloudflare:test'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../tests/setup/eventually.ts'
import { runOf } from '../../tests/setup/observe.ts'
import { bodies, promptStates, untilSandbox, untilStatus } from '../../tests/workers/session-states.ts'
import { openSessionWorld, type SessionWorld } from '../../tests/workers/session-world.ts'

let world: SessionWorld
beforeAll(async () => {
  world = await openSessionWorld()
})
afterEach(() => {
  world.host.away = 'no'
  world.host.holdCreation = null
  world.databaseAway(false)
})
afterAll(() => world?.close())

test('sandbox host absent: three attempts, then a clear failure; the next prompt boots again', async () => {
  world.host.away = 'all'
  const session = await world.session()
  await session.prompt('Fix it')
  for (const attempt of [2, 3]) {
    await session.hold('boot-retry')
    expect((await session.facts())['boot']).toMatchObject({ attempt })
    await session.elapse('boot-retry')
  }
  await untilStatus(session, 'failed')
  expect(world.host.callsOf(session.id)).toHaveLength(3)
  const { statusReason } = await session.facts()
  expect(statusReason).toMatch(/did not start \(provider\).*cannot be reached/)
  expect(await promptStates(session)).toEqual(['failed'])
  expect((await bodies(session, 'session.error')).at(-1)).toMatchObject({ code: 'boot_failed', message: statusReason })
  await eventually(async () => expect(await session.row()).toMatchObject({ status: 'failed', statusReason }))
  world.host.away = 'no'
  await session.prompt('Try again')
  await untilSandbox(session, 2)
  await eventually(async () => expect(await session.row()).toMatchObject({ status: 'starting', statusReason: null }))
})

test('the waiting times between attempts are 1 s and 4 s', async () => {
  world.host.away = 'all'
  const session = await world.session()
  await session.prompt('Fix it')
  expect(await session.hold('boot-retry')).toBeLessThanOrEqual(1_000)
  await session.elapse('boot-retry')
  const second = await session.hold('boot-retry')
  expect(second).toBeGreaterThan(1_000)
  expect(second).toBeLessThanOrEqual(4_000)
})

test('a stage without progress fails the attempt: the sandbox is given up and the next one asked for', async () => {
  const session = await world.session()
  await session.prompt('Fix it')
  await untilSandbox(session, 1)
  await session.elapse('boot')
  await session.elapse('boot-retry')
  await untilSandbox(session, 2)
  await eventually(() => expect(world.host.sandboxes.get(`sbx-${session.id}-g1`)?.alive).toBe(false))
  expect(await session.facts()).toMatchObject({ status: 'starting', boot: { attempt: 2 } })
  expect((await bodies(session, 'boot.stage')).some(({ detail }) => detail === 'No progress for 120 s')).toBe(true)
})

test('progress of a boot moves its deadline; setup commands may be silent for 15 min', async () => {
  const session = await world.session()
  await session.prompt('Fix it')
  await untilSandbox(session, 1)
  const daemon = await session.daemon().link()
  const left = async () => {
    const [timer] = await session.sql<{ due_at: number }>(`select due_at from timers where name = 'boot'`)
    return Math.round(((timer?.due_at ?? 0) - Date.now()) / 60_000)
  }
  expect(await left()).toBe(2)
  const stage = {
    type: 'boot.stage' as const,
    generation: 1,
    state: 'started' as const,
    detail: null,
    durationMs: null,
  }
  daemon.report({ ...stage, stage: 'setup' })
  await daemon.settled()
  expect(await left()).toBe(15)
})

test('a boot that the daemon reports as failed is not tried again, and its run fails with the reason', async () => {
  const session = await world.session({ isRun: true })
  await session.prompt('Fix it')
  await untilSandbox(session, 1)
  const daemon = await session.daemon().link()
  daemon.report({
    type: 'boot.stage',
    generation: 1,
    stage: 'clone',
    state: 'failed',
    detail: 'repository not found',
    durationMs: 9,
  })
  await untilStatus(session, 'failed')
  await eventually(async () =>
    expect(await runOf(world.needs, { runId: session.run?.runId ?? '' })).toMatchObject({
      status: 'failed',
      statusReason: 'boot_failed',
      failureStage: 'execution',
      errorMessage: expect.stringContaining('repository not found'),
    }),
  )
  await eventually(() => expect(world.host.of(session.id)[0]?.alive).toBe(false))
})

test('a model that this deployment does not offer fails the boot at once', async () => {
  const session = await world.session()
  await session.prompt('Fix it')
  await untilSandbox(session, 1)
  expect(await session.object.bundle({ generation: 1 })).toMatchObject({
    ok: false,
    refusal: { code: 'model.not_found' },
  })
  expect(await session.facts()).toMatchObject({
    status: 'failed',
    statusReason: expect.stringContaining('model.not_found'),
  })
})

test('an instance that dies while it asks the provider leaves no second sandbox', async () => {
  const session = await world.session()
  let release = () => {}
  world.host.holdCreation = new Promise((resolve) => (release = resolve))
  await session.prompt('Fix it')
  await eventually(() => expect(world.host.callsOf(session.id)).toHaveLength(1))
  await runInDurableObject(session.stub, (_, state) => state.abort('killed')).catch(() => undefined)
  release()
  world.host.holdCreation = null
  await eventually(async () => {
    expect((await session.facts())['sandboxId']).toBe(`sbx-${session.id}-g1`)
  })
  expect(world.host.of(session.id)).toHaveLength(1)
  expect(new Set(world.host.callsOf(session.id))).toEqual(new Set([`CREATE ${session.id}-g1`]))
})

test('a sandbox that is made too late for a session that has ended is terminated', async () => {
  const session = await world.session()
  let release = () => {}
  world.host.holdCreation = new Promise((resolve) => (release = resolve))
  await session.prompt('Fix it')
  await eventually(() => expect(world.host.callsOf(session.id)).toHaveLength(1))
  await session.object.terminate({ status: 'stopped', outcome: 'canceled', reason: 'The run was canceled' })
  release()
  await eventually(() => expect(world.host.of(session.id)[0]?.alive).toBe(false))
})
