import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { PING, PONG } from '#schema/contracts/session-socket'
import { sessions } from '#schema/tables/index'
import { eventually } from '../../tests/setup/eventually.ts'
import { openSessionWorld, type SessionWorld } from '../../tests/workers/session-world.ts'

let world: SessionWorld
beforeAll(async () => {
  world = await openSessionWorld()
})
afterAll(() => world?.close())

const text = (partId: string, words: string) => ({
  type: 'text.completed' as const,
  messageId: 'm1',
  partId,
  text: words,
})
const seqs = (events: { seq: number }[]) => events.map(({ seq }) => seq)
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const oneTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

test('a prompt boots a sandbox, waits until it is ready, reaches the agent, and the index learns of it', async () => {
  const session = await world.session()
  const client = await session.client()
  expect(await client.resume()).toMatchObject({ status: 'pending', lastSeq: 0, reset: false, events: [] })
  expect(await session.prompt('Fix it')).toMatchObject({ ok: true, value: { state: 'queued', duplicate: false } })
  await eventually(() => expect(world.host.of(session.id)).toHaveLength(1))
  const [sandbox] = world.host.of(session.id)
  expect(sandbox?.name).toBe(`${session.id}-g1`)
  expect(sandbox?.env).toEqual({
    PLATFORM_URL: 'http://platform.test',
    SANDBOX_TOKEN: await session.token(1),
    SESSION_ID: session.id,
    TRACEPARENT: expect.stringMatching(`^00-${session.opening.traceId}-[0-9a-f]{16}-01$`),
  })
  const daemon = await session.daemon().link()
  expect(daemon.commands).toEqual([])
  daemon.boot()
  await daemon.until(() => daemon.commandsOf('prompt').length === 1)
  expect(daemon.commandsOf('prompt')[0]).toMatchObject({ text: 'Fix it' })
  await client.untilEvent('session.status', (event: { status: string }) => event.status === 'running')
  const stages = client.eventsOf('boot.stage').map(({ stage, state }) => `${stage} ${state}`)
  expect(stages.slice(0, 4)).toEqual(['queued started', 'queued finished', 'provider started', 'provider finished'])
  expect(stages.at(-1)).toBe('ready finished')
  await eventually(async () =>
    expect(await session.row()).toMatchObject({
      status: 'running',
      sandboxId: sandbox?.id,
      sandboxGeneration: 1,
      epoch: 1,
      startedAt: expect.any(Date),
      lastSeenAliveAt: expect.any(Date),
    }),
  )
  expect(seqs(client.events)).toEqual(oneTo(client.lastSeq))
})

test('prompts go to the agent one at a time, in the order in which they came', async () => {
  const session = await world.session()
  const { daemon, promptId } = await session.running('first')
  await session.prompt('second')
  daemon.report({ type: 'prompt.started', promptId })
  await daemon.settled()
  expect(daemon.commandsOf('prompt')).toHaveLength(1)
  daemon.report({ type: 'prompt.finished', promptId, outcome: 'finished', error: null })
  await daemon.until(() => daemon.commandsOf('prompt').length === 2)
  expect(daemon.commandsOf('prompt').map(({ text: words }) => words)).toEqual(['first', 'second'])
})

test('the same idempotency key gives one prompt, twenty times at once and after it has ended', async () => {
  const session = await world.session()
  const { daemon } = await session.running('one')
  const key = 'the-key-of-two'
  const answers = await Promise.all(oneTo(20).map(() => session.prompt('two', key)))
  const receipts = answers.map((answer) => (answer.ok ? answer.value : null))
  expect(new Set(receipts.map((receipt) => receipt?.promptId)).size).toBe(1)
  expect(receipts.filter((receipt) => receipt?.duplicate === false)).toHaveLength(1)
  for (const count of [1, 2]) {
    const { promptId = '' } = daemon.commandsOf('prompt')[count - 1] ?? {}
    daemon.report(
      { type: 'prompt.started', promptId },
      { type: 'prompt.finished', promptId, outcome: 'finished', error: null },
    )
    await daemon.settled()
  }
  expect(await session.prompt('two', key)).toMatchObject({ ok: true, value: { state: 'finished', duplicate: true } })
  expect(daemon.commandsOf('prompt')).toHaveLength(2)
})

test('of twenty-one unfinished prompts the last is refused', async () => {
  const session = await world.session()
  const answers = []
  for (const count of oneTo(21)) answers.push(await session.prompt(`prompt ${count}`))
  expect(answers.filter(({ ok }) => ok)).toHaveLength(20)
  expect(answers.at(-1)).toMatchObject({ ok: false, refusal: { code: 'session.too_many_prompts' } })
})

test('over a dropped link each event is stored once, in order, without a gap', async () => {
  const session = await world.session()
  const { daemon } = await session.running()
  daemon.report(text('p1', 'one'), text('p2', 'two'))
  await daemon.settled()
  // What the daemon reports now was sent on a connection that is gone; the acknowledgement of the rest is lost too.
  daemon.drop()
  daemon.report(text('p3', 'three'), text('p4', 'four'))
  daemon.acked = 0
  await daemon.link()
  await daemon.settled()
  daemon.raw({ type: 'events', events: daemon.kept.slice(0, 3) })
  daemon.raw({ type: 'events', events: daemon.kept })
  const welcomes = daemon.welcomes
  daemon.report(text('p5', 'five'))
  await daemon.settled()
  // A repeat is simply acknowledged; counting anew is for gaps.
  expect(daemon.welcomes).toBe(welcomes)
  const events = await session.events()
  expect(seqs(events)).toEqual(oneTo(events.length))
  const texts = events.filter(({ type }) => type === 'text.completed').map(({ body }) => JSON.parse(body).text)
  expect(texts).toEqual(['one', 'two', 'three', 'four', 'five'])
})

test('events after a gap are not taken; the daemon is asked to count again from what is stored', async () => {
  const session = await world.session()
  const { daemon } = await session.running()
  await daemon.settled()
  const welcomes = daemon.welcomes
  const next = { sandboxSeq: daemon.last + 2, at: new Date().toISOString(), event: text('p9', 'too early') }
  daemon.raw({ type: 'events', events: [next] })
  await daemon.until(() => daemon.welcomes > welcomes)
  expect((await session.events()).filter(({ type }) => type === 'text.completed')).toEqual([])
})

test('an event that is not understood is noted, and does not hold up the ones behind it', async () => {
  const session = await world.session()
  const { daemon } = await session.running()
  await daemon.settled()
  const at = new Date().toISOString()
  daemon.raw({
    type: 'events',
    events: [
      { sandboxSeq: daemon.last + 1, at, event: { type: 'of.tomorrow' } },
      { sandboxSeq: daemon.last + 2, at: 'yesterday', event: text('p1', 'understood') },
    ],
  })
  daemon.last += 2
  await daemon.settled()
  const [unknown, known] = (await session.events()).slice(-2).map(({ body }) => JSON.parse(body))
  expect(unknown).toMatchObject({ type: 'session.error', code: 'event.invalid' })
  expect(known).toMatchObject({ text: 'understood' })
})

test('commands wait while the link is down, and each is delivered once when it is back', async () => {
  const session = await world.session()
  const { daemon, promptId } = await session.running()
  daemon.answers.cancel = () => null
  daemon.report({ type: 'prompt.started', promptId })
  await daemon.settled()
  daemon.drop()
  expect(await session.object.cancel({ author: 'Ada' })).toEqual({ ok: true, value: { canceled: true } })
  await daemon.link()
  await daemon.until(() => daemon.commandsOf('cancel').length === 1)
  daemon.drop()
  await daemon.link()
  await daemon.until(
    () => daemon.socket?.frames.some((frame) => (frame as { type: string }).type === 'command') ?? false,
  )
  const resent = daemon.socket?.frames.filter((frame) => (frame as { type: string }).type === 'command')
  expect(resent).toMatchObject([{ number: 2, command: { kind: 'cancel', promptId } }])
  expect(daemon.commandsOf('cancel')).toHaveLength(1)
})

test('a second link of the same sandbox replaces the first', async () => {
  const session = await world.session()
  const { daemon } = await session.running()
  const first = daemon.socket
  await daemon.link()
  await first?.until(() => first.closed !== null)
  expect(first?.closed?.code).toBe(1012)
  daemon.report(text('p1', 'on the second'))
  await daemon.settled()
  expect((await session.timers()).includes('link')).toBe(false)
})

test('a daemon that says another generation than its token is refused with 4410', async () => {
  const session = await world.session()
  await session.running()
  const impostor = session.daemon(1)
  Object.assign(impostor, { generation: 2 })
  await impostor.link()
  expect(impostor.socket?.closed?.code).toBe(4410)
})

test('an eviction mid-stream: sockets survive, and neither who stays nor who resumes misses anything', async () => {
  const session = await world.session()
  const [stays, leaves] = [await session.client(), await session.client()]
  await stays.resume()
  await leaves.resume()
  const { daemon } = await session.running()
  daemon.report(text('p1', 'before'))
  await daemon.settled()
  await leaves.until(() => leaves.eventsOf('text.completed').length === 1)
  const held = leaves.lastSeq
  leaves.socket.close(1000, 'bye')
  await session.evict()
  daemon.report(text('p2', 'after'), text('p3', 'the end'))
  await daemon.settled()
  await stays.until(() => stays.eventsOf('text.completed').length === 3)
  expect(seqs(stays.events)).toEqual(oneTo(stays.lastSeq))
  const back = await session.client()
  const init = await back.resume(held)
  expect(init.reset).toBe(false)
  expect(seqs(init.events)).toEqual(oneTo(stays.lastSeq).slice(held))
  expect(init.events).toEqual(stays.events.slice(held))
  expect(await session.facts()).toMatchObject({ epoch: 2, status: 'running' })
})

test('what happens while a client asks for the picture is in it or follows it, never both or neither', async () => {
  const session = await world.session()
  const { daemon } = await session.running()
  const clients = await Promise.all(oneTo(5).map(() => session.client()))
  const resumes = clients.map(async (client, index) => {
    await pause(index * 10)
    await client.resume()
  })
  // Events flow all the while, before, during and after each resume.
  for (const count of oneTo(60)) {
    daemon.report(text(`p${count}`, `text ${count}`))
    await pause(1)
  }
  await Promise.all(resumes)
  await daemon.settled()
  for (const client of clients) {
    await client.until(() => client.eventsOf('text.completed').length >= 60)
    expect(seqs(client.events)).toEqual(oneTo(client.lastSeq))
  }
})

test('more than 1,000 events behind, a client starts over with the last 200; older ones are history', async () => {
  const session = await world.session()
  const { daemon } = await session.running()
  await daemon.settled()
  for (const batch of oneTo(5)) daemon.report(...oneTo(230).map((count) => text(`p${batch}-${count}`, 'x')))
  await daemon.settled()
  const client = await session.client()
  const init = await client.resume(1)
  const head = init.lastSeq
  expect(head).toBeGreaterThan(1_100)
  expect(init.reset).toBe(true)
  expect(seqs(init.events)).toEqual(oneTo(head).slice(-200))
  expect(await session.object.history({ before: head - 199, limit: 500 })).toMatchObject({
    ok: true,
    value: { nextBefore: head - 699, items: { length: 500 } },
  })
  expect((await (await session.client()).resume(head - 1_000)).reset).toBe(false)
  expect((await (await session.client()).resume(head + 5)).reset).toBe(true)
})

test('a long picture comes in several frames that follow each other', async () => {
  const session = await world.session()
  const { daemon } = await session.running()
  await daemon.settled()
  for (const count of oneTo(6)) daemon.report(text(`p${count}`, 'y'.repeat(200_000)))
  await daemon.settled()
  const client = await session.client()
  const init = await client.resume()
  await client.until(() => client.eventsOf('text.completed').length === 6)
  expect(init.events.length).toBeLessThan(client.events.length)
  expect(init.lastSeq).toBe(init.events.at(-1)?.seq)
  expect(seqs(client.events)).toEqual(oneTo(client.lastSeq))
})

test('more than 1 MB unread for 10 s closes a client with 4408; one that reads keeps its socket', async () => {
  const session = await world.session()
  const [slow, fast] = [await session.client(), await session.client()]
  await slow.resume()
  await fast.resume()
  const { daemon } = await session.running()
  for (const count of oneTo(6)) daemon.report(text(`p${count}`, 'z'.repeat(200_000)))
  await daemon.settled()
  await fast.until(() => fast.eventsOf('text.completed').length === 6)
  fast.say({ type: 'ack', seq: fast.lastSeq })
  const read = () =>
    runInDurableObject(session.stub, (_, state) =>
      state.getWebSockets('client').map((socket) => socket.deserializeAttachment().ackSeq as number),
    )
  await eventually(async () => expect((await read()).sort()).toEqual([0, fast.lastSeq]))
  expect(slow.closed).toBeNull()
  const now = Date.now()
  const clock = vi.spyOn(world.needs.clock, 'now').mockImplementation(() => new Date(now + 11_000))
  daemon.report(text('p7', 'one more'))
  await slow.until(() => slow.closed !== null)
  clock.mockRestore()
  expect(slow.closed?.code).toBe(4408)
  await fast.until(() => fast.eventsOf('text.completed').length === 7)
  expect(fast.closed).toBeNull()
})

test('a ping is answered by the runtime, a close is answered with a close, a wrong frame with an error', async () => {
  const session = await world.session()
  const client = await session.client()
  const pongs: string[] = []
  client.onFrame = (frame) => pongs.push(JSON.stringify(frame))
  client.socket.send(PING)
  await client.until(() => pongs.length === 1)
  expect(pongs).toEqual([PONG])
  client.socket.send('{"type":"nonsense"}')
  client.socket.send('not json')
  await client.until(() => pongs.length === 3)
  expect(JSON.parse(pongs[2] ?? '')).toMatchObject({ type: 'error', code: 'frame.invalid' })
  client.socket.close(3001, 'done')
  await client.until(() => client.closed !== null)
  expect(client.closed?.code).toBe(3001)
})

test('a session that nobody opened takes no client, no prompt and no question', async () => {
  const id = crypto.randomUUID()
  const stub = (await import('cloudflare:workers')).env.SESSION.getByName(id)
  const response = await stub.fetch('https://session/client', {
    headers: { upgrade: 'websocket', 'x-user-id': 'u1', 'x-user-name': 'Ada', 'x-role': 'member' },
  })
  const closed = new Promise<number>((resolve) =>
    response.webSocket?.addEventListener('close', ({ code }) => resolve(code)),
  )
  response.webSocket?.accept()
  expect(await closed).toBe(4404)
  const refusal = { ok: false, refusal: { code: 'session.not_found' } }
  const object = stub as unknown as Awaited<ReturnType<SessionWorld['session']>>['object']
  expect(await object.prompt({ idempotencyKey: 'a-key-12', text: 'x', author: 'Ada' })).toMatchObject(refusal)
  expect(await object.status()).toMatchObject(refusal)
})

test('a fresh object and one that migrated twice have the same tables', async () => {
  const session = await world.session()
  const tables = () =>
    session.sql<{ name: string }>(`select name from sqlite_master where type = 'table' order by name`)
  const before = await tables()
  await session.evict()
  await runInDurableObject(session.stub, () => undefined)
  expect(await tables()).toEqual(before)
  expect(await session.sql('select version from schema_version')).toEqual([{ version: 1 }])
})

test('a session whose row is gone, as after its organization was deleted, ends and lets its sandbox go', async () => {
  const session = await world.session()
  await session.running()
  const { sandboxId } = await session.facts()
  await world.needs.db.delete(sessions).where(eq(sessions.id, session.id))
  await session.elapse('alive')
  await eventually(async () => {
    await session.elapse('projection')
    expect(await session.facts()).toMatchObject({ status: 'stopped', final: true, sandboxId: null })
  })
  await session.elapse('terminate')
  await eventually(() => expect(world.host.of(session.id).map(({ id, alive }) => [id, alive])).toEqual([[sandboxId, false]]))
})

test('an alarm is one event in the log, in the trace of the session, with the timers that were due', async () => {
  const session = await world.session()
  const said = vi.spyOn(console, 'info')
  await session.prompt('Fix it')
  await session.elapse('projection')
  const told = await eventually(() => {
    const lines = said.mock.calls.map(([line]) => JSON.parse(String(line)) as Record<string, unknown>)
    const alarms = lines.filter(({ event, sessionId }) => event === 'session.alarm' && sessionId === session.id)
    expect(alarms.flatMap(({ timers }) => timers)).toContain('projection')
    return alarms
  })
  expect(told[0]).toMatchObject({ traceId: session.opening.traceId, spanId: expect.stringMatching(/^[0-9a-f]{16}$/) })
})

test('an object of the class answers a ping, opened or not', async () => {
  expect(await (env.SESSION.getByName('readyz') as unknown as { ping(): Promise<string> }).ping()).toBe('pong')
})
