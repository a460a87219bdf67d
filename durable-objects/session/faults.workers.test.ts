import { runInDurableObject } from 'cloudflare:test'
import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { queryRows } from '#kernel/database'
import { sessions } from '#schema/tables/index'
import { systemClock } from '../../adapters/system.ts'
import { eventually } from '../../tests/setup/eventually.ts'
import { runOf } from '../../tests/setup/observe.ts'
import {
  bodies,
  promptStates,
  statusOf,
  untilArmed,
  untilSandbox,
  untilStatus,
} from '../../tests/workers/session-states.ts'
import { openSessionWorld, type SessionWorld, type TestSession } from '../../tests/workers/session-world.ts'
import { Timers } from './timers.ts'

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

/** The daemon died with its sandbox; the session looks after its link. */
async function die(session: TestSession, daemon: { drop(): void }, generation: number) {
  world.host.kill(`sbx-${session.id}-g${generation}`)
  daemon.drop()
  await untilArmed(session, 'link')
  await session.elapse('link')
}

test('daemon dead: recovered once from the checkpoint, the old one refused with 4410; then failed', async () => {
  const session = await world.session({ isRun: true })
  const { daemon, promptId } = await session.running('Fix it')
  daemon.report(
    { type: 'prompt.started', promptId },
    { type: 'text.completed', messageId: 'm', partId: 'p', text: 'Half done' },
  )
  await daemon.settled()
  await session.object.recordCheckpoint({ generation: 1, ref: 'checkpoints/1.bundle', bytes: 7 })
  await die(session, daemon, 1)
  await untilSandbox(session, 2)
  expect((await bodies(session, 'session.error')).at(-1)).toMatchObject({ code: 'sandbox.lost' })
  await daemon.link()
  expect(daemon.socket?.closed?.code).toBe(4410)
  const silent = await daemon.connect()
  await silent.until(() => silent.closed !== null)
  expect(silent.closed?.code).toBe(4410)
  expect(await session.object.bundle({ generation: 1 })).toMatchObject({
    ok: false,
    refusal: { code: 'sandbox.superseded' },
  })
  expect(await session.facts()).toMatchObject({ checkpointRef: 'checkpoints/1.bundle', sandboxSeq: 0 })
  const second = await session.daemon(2).link()
  second.boot()
  await second.until(() => second.commandsOf('prompt').length === 1)
  expect(second.commandsOf('prompt')[0]).toMatchObject({
    promptId,
    text: expect.stringMatching(/was lost[^]*transcript[^]*\n\nFix it$/),
  })
  expect(await runOf(world.needs, { runId: session.run?.runId ?? '' })).toMatchObject({ status: 'running' })
  await die(session, second, 2)
  await untilStatus(session, 'failed')
  expect(await promptStates(session)).toEqual(['failed'])
  await eventually(async () =>
    expect(await runOf(world.needs, { runId: session.run?.runId ?? '' })).toMatchObject({
      status: 'failed',
      statusReason: 'sandbox_lost',
      errorMessage: 'The sandbox ended unexpectedly',
    }),
  )
})

test("a person's session whose sandbox dies between prompts waits for the next one", async () => {
  const session = await world.session()
  const { daemon, promptId } = await session.running()
  daemon.report(
    { type: 'prompt.started', promptId },
    { type: 'prompt.finished', promptId, outcome: 'finished', error: null },
  )
  await daemon.settled()
  await die(session, daemon, 1)
  await untilStatus(session, 'paused')
  await eventually(async () =>
    expect(await session.row()).toMatchObject({ status: 'paused', pauseReason: 'sandbox_lost' }),
  )
  expect((await session.timers()).filter((name) => !['projection', 'terminate'].includes(name))).toEqual([])
  await session.prompt('Go on')
  await untilSandbox(session, 2)
  const second = await session.daemon(2).link()
  second.boot()
  await second.until(() => second.commandsOf('prompt').length === 1)
  expect(second.commandsOf('prompt')[0]?.text).toMatch(/^Note: this session continues[^]*\n\nGo on$/)
})

test('a link may come back in time; one that stays away too long gives the living sandbox up', async () => {
  const session = await world.session()
  const { daemon } = await session.running()
  daemon.drop()
  await untilArmed(session, 'link')
  await session.elapse('link')
  expect(await session.facts()).toMatchObject({ status: 'running', generation: 1 })
  await daemon.link()
  expect(await session.timers()).not.toContain('link')
  expect((await bodies(session, 'link.changed')).map(({ state }) => state)).toEqual(['connected', 'lost', 'connected'])
  daemon.drop()
  await untilArmed(session, 'link')
  const clock = vi.spyOn(systemClock, 'now').mockImplementation(() => new Date(Date.now() + 91_000))
  await session.elapse('link')
  await untilSandbox(session, 2)
  clock.mockRestore()
  await session.elapse('terminate')
  await eventually(() => expect(world.host.sandboxes.get(`sbx-${session.id}-g1`)?.alive).toBe(false))
})

test('while the provider does not answer, a lost link is waited for', async () => {
  const session = await world.session()
  const { daemon } = await session.running()
  world.host.away = 'all'
  daemon.drop()
  await untilArmed(session, 'link')
  await session.elapse('link')
  expect(await session.facts()).toMatchObject({ status: 'running', generation: 1 })
  expect(await session.timers()).toContain('link')
  expect(await session.object.status()).toMatchObject({ value: { sandboxAlive: true } })
})

test('a sandbox that vanished without closing its link is noticed within a minute', async () => {
  const session = await world.session()
  await session.running()
  expect(await session.object.status()).toMatchObject({ value: { status: 'running', sandboxAlive: true } })
  world.host.kill(`sbx-${session.id}-g1`)
  await session.elapse('alive')
  await untilSandbox(session, 2)
})

test('two epochs over one row: the older instance writes nothing, asks for no sandbox, and aborts', async () => {
  const session = await world.session()
  await world.needs.db.update(sessions).set({ epoch: 50, title: 'of the younger' }).where(eq(sessions.id, session.id))
  const client = await session.client()
  await client.resume()
  await session.prompt('Fix it')
  await client.until(() => client.closed !== null)
  expect(world.host.callsOf(session.id)).toEqual([])
  expect(await session.row()).toMatchObject({ epoch: 50, status: 'pending', sandboxGeneration: 0 })
  // What follows is another instance; it must catch up before it may write, and does so by counting itself.
  const facts = await eventually(() => session.facts())
  expect(facts['epoch']).toBeGreaterThan(1)
})

test('the index learns of everything once the database is back', async () => {
  const session = await world.session()
  await session.running()
  await eventually(async () => expect(await session.timers()).not.toContain('projection'))
  world.databaseAway(true)
  await session.object.terminate({ status: 'stopped', outcome: 'canceled', reason: 'The run was canceled' })
  await untilArmed(session, 'projection')
  await session.elapse('projection')
  world.databaseAway(false)
  expect(await session.row()).toMatchObject({ status: 'running' })
  await eventually(async () => {
    await session.elapse('projection')
    expect(await session.row()).toMatchObject({ status: 'stopped', outcome: 'canceled', endedAt: expect.any(Date) })
  })
  await eventually(async () => expect(await session.timers()).not.toContain('projection'))
})

test('a session whose row is gone does not ask for it for ever', async () => {
  const session = await world.session()
  await queryRows(world.needs.db, sql`delete from sessions where id = ${session.id}`)
  await session.prompt('Fix it')
  await eventually(async () => expect(await session.timers()).not.toContain('projection'))
})

test('a sandbox is terminated until the provider agrees, and the session has stopped meanwhile', async () => {
  const session = await world.session()
  await session.running()
  world.host.away = 'terminate'
  await session.object.terminate({ status: 'stopped', outcome: 'canceled', reason: 'The run was canceled' })
  await eventually(() =>
    expect(world.host.callsOf(session.id).filter((call) => call.startsWith('DELETE'))).not.toEqual([]),
  )
  expect(await statusOf(session)).toBe('stopped')
  await session.elapse('terminate')
  expect(await session.timers()).toContain('terminate')
  expect(world.host.of(session.id)[0]?.alive).toBe(true)
  world.host.away = 'no'
  await eventually(async () => {
    await session.elapse('terminate')
    expect(world.host.of(session.id)[0]?.alive).toBe(false)
    expect(await session.timers()).not.toContain('terminate')
  })
})

test('an ended session takes no prompt, but still knows those it took; ending it again changes nothing', async () => {
  const session = await world.session()
  const { daemon } = await session.running('Fix it')
  await session.prompt('waiting', 'the-waiting-one')
  const socket = daemon.socket
  await session.object.terminate({ status: 'failed', outcome: 'failed', reason: 'The run is timed_out' })
  await session.object.terminate({ status: 'stopped', outcome: 'canceled', reason: 'Something else' })
  expect(await session.prompt('more')).toMatchObject({ ok: false, refusal: { code: 'session.ended' } })
  expect(await session.prompt('waiting', 'the-waiting-one')).toMatchObject({
    ok: true,
    value: { state: 'failed', duplicate: true },
  })
  expect(await session.facts()).toMatchObject({ status: 'failed', statusReason: 'The run is timed_out', final: true })
  expect(await bodies(session, 'session.outcome')).toEqual([
    { type: 'session.outcome', outcome: 'failed', summary: null },
  ])
  await socket?.until(() => socket.closed !== null)
  expect(socket?.closed?.code).toBe(4410)
  await eventually(async () => expect(await session.timers()).toEqual([]))
})

test('cancel stops the agent, drops what waits, and leaves the session usable', async () => {
  const session = await world.session()
  expect(await session.object.cancel({ author: 'Ada' })).toEqual({ ok: true, value: { canceled: false } })
  const { daemon, promptId } = await session.running()
  daemon.report({ type: 'prompt.started', promptId })
  await daemon.settled()
  await session.prompt('waiting')
  await Promise.all([1, 2, 3].map(() => session.object.cancel({ author: 'Ada' })))
  await daemon.until(() => daemon.commandsOf('cancel').length > 0)
  expect(daemon.commandsOf('cancel')).toEqual([{ kind: 'cancel', promptId }])
  expect(await promptStates(session)).toEqual(['running', 'canceled'])
  daemon.report({ type: 'prompt.finished', promptId, outcome: 'canceled', error: null })
  await daemon.settled()
  expect(await promptStates(session)).toEqual(['canceled', 'canceled'])
  await session.prompt('next')
  await daemon.until(() => daemon.commandsOf('prompt').length === 2)
  expect(daemon.commandsOf('cancel')).toHaveLength(1)
})

test('an agent that does not confirm a cancel does not block the next prompt for ever', async () => {
  const session = await world.session()
  const { daemon, promptId } = await session.running()
  daemon.answers.cancel = () => null
  daemon.report({ type: 'prompt.started', promptId })
  await daemon.settled()
  await session.object.cancel({ author: 'Ada' })
  await session.prompt('next')
  await session.elapse('cancel')
  await daemon.until(() => daemon.commandsOf('prompt').length === 2)
  expect(await promptStates(session)).toEqual(['canceled', 'dispatched'])
})

test('a prompt that the daemon refuses is reported failed with its words', async () => {
  const session = await world.session()
  await session.prompt('Fix it')
  await untilSandbox(session, 1)
  const daemon = await session.daemon().link()
  daemon.answers.prompt = () => ({ ok: false, error: 'OpenCode is not there' })
  daemon.boot()
  await eventually(async () => expect(await promptStates(session)).toEqual(['failed']))
  expect((await bodies(session, 'prompt.changed')).at(-1)).toMatchObject({ error: 'OpenCode is not there' })
})

test('a prompt that nobody takes up for 10 min is told so; one that waits behind a working one is not', async () => {
  const session = await world.session()
  await session.prompt('Fix it')
  const in10Minutes = vi.spyOn(systemClock, 'now').mockImplementation(() => new Date(Date.now() + 601_000))
  await session.elapse('dispatch')
  in10Minutes.mockRestore()
  expect((await bodies(session, 'prompt.changed')).at(-1)).toMatchObject({ state: 'failed', error: 'dispatch_timeout' })
  const busy = await world.session()
  const { daemon, promptId } = await busy.running()
  daemon.report({ type: 'prompt.started', promptId })
  await daemon.settled()
  await busy.prompt('waiting')
  expect(await busy.timers()).not.toContain('dispatch')
  daemon.report({ type: 'prompt.finished', promptId, outcome: 'finished', error: null })
  await daemon.settled()
  expect(await busy.timers()).toContain('dispatch')
})

test('before the provider ends a sandbox its work is saved, and the session pauses', async () => {
  const session = await world.session()
  const { daemon } = await session.running()
  daemon.answers.checkpoint = () => ({ ok: true, result: { ref: 'checkpoints/last.bundle', bytes: 12 } })
  expect(await session.timers()).toContain('expiry')
  await session.elapse('expiry')
  await untilStatus(session, 'paused')
  expect(daemon.commandsOf('checkpoint')).toHaveLength(1)
  expect(await session.facts()).toMatchObject({
    checkpointRef: 'checkpoints/last.bundle',
    pauseReason: 'expiry',
    sandboxId: null,
  })
  expect((await bodies(session, 'checkpoint.saved')).at(-1)).toMatchObject({ bytes: 12 })
  await eventually(() => expect(world.host.of(session.id)[0]?.alive).toBe(false))
  await eventually(async () =>
    expect(await session.row()).toMatchObject({
      status: 'paused',
      checkpointRef: 'checkpoints/last.bundle',
      endedAt: null,
    }),
  )
})

test('a timer whose handler throws keeps no other from running, and is tried again later', async () => {
  const session = await world.session()
  const ran: string[] = []
  await runInDurableObject(session.stub, async (_, state) => {
    const timers = new Timers(state.storage, () => world.needs)
    const handler = (name: string) => () => void ran.push(name)
    const throwing = (name: string) => () => {
      ran.push(name)
      throw new Error('The database is away')
    }
    for (const name of ['alive', 'boot', 'link', 'tool'] as const) timers.arm(name, 0)
    const handlers = new Proxy({} as Parameters<Timers['run']>[0], {
      get: (_target, name: string) => (name === 'boot' ? throwing(name) : handler(name)),
    })
    await timers.run(handlers)
    expect(ran.sort()).toEqual(['alive', 'boot', 'link', 'tool'])
    expect(timers.isArmed('boot')).toBe(true)
    expect(timers.isArmed('tool')).toBe(false)
    expect(await state.storage.getAlarm()).toBeGreaterThan(Date.now())
    expect(state.storage.sql.exec('select attempt from timers').one()).toEqual({ attempt: 1 })
  })
})

test('a run hears of its agent at most once a minute', async () => {
  const session = await world.session({ isRun: true })
  const { daemon } = await session.running()
  const lastActivity = async () => (await runOf(world.needs, { runId: session.run?.runId ?? '' })).lastActivityAt
  await eventually(async () => expect((await lastActivity())?.getTime()).toBeGreaterThan(0))
  const heard = await lastActivity()
  daemon.report({ type: 'text.completed', messageId: 'm', partId: 'p', text: 'more' })
  await daemon.settled()
  const [timer] = await session.sql<{ due_at: number }>(`select due_at from timers where name = 'run-activity'`)
  expect((timer?.due_at ?? 0) - Date.now()).toBeGreaterThan(50_000)
  expect(await lastActivity()).toEqual(heard)
  await session.elapse('run-activity')
  await eventually(async () => expect((await lastActivity())?.getTime()).toBeGreaterThan(heard?.getTime() ?? 0))
})

test('an event that is too large is cut, and the session stays readable', async () => {
  const session = await world.session()
  const { daemon } = await session.running()
  daemon.report({
    type: 'tool.started',
    messageId: 'm',
    partId: 'p',
    toolCallId: 't',
    tool: 'write',
    title: 'big.txt',
    input: { content: 'x'.repeat(3_000_000) },
  })
  await daemon.settled()
  const client = await session.client()
  await client.resume()
  expect(client.eventsOf('tool.started')[0]?.input).toMatchObject({ cut: true })
})
