import { runInDurableObject } from 'cloudflare:test'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { SessionRpc } from '#domain/sessions'
import { systemClock } from '../../../adapters/system.ts'
import { eventually } from '../../../tests/setup/eventually.ts'
import { runOf, triggerEventOf } from '../../../tests/setup/observe.ts'
import { openSessionWorld, type SessionWorld, type TestSession } from '../../../tests/workers/session-world.ts'

let world: SessionWorld
beforeAll(async () => {
  world = await openSessionWorld()
})
afterAll(() => world?.close())

const files = [{ key: 'verification/x/report.txt', contentType: 'text/plain', size: 12 }]
const collected = () => ({ ok: true, result: { files } })
const published = () => ({ ok: true, result: { branch: 'proliferate/fix', commitSha: 'a'.repeat(40), pushed: true } })

const call = (session: TestSession, tool: string, given: { id?: string; params?: unknown; generation?: number } = {}) =>
  session.post(
    `/internal/tools/${tool}`,
    { session_id: session.id, tool_call_id: given.id ?? crypto.randomUUID(), params: given.params ?? {} },
    given.generation,
  )
const answerOf = async (response: Response) =>
  [response.status, await response.json()] as [number, Record<string, unknown>]
const completion = (session: TestSession, change: Record<string, unknown> = {}) => ({
  run_id: session.run?.runId,
  completion_id: `run:${session.run?.runId}:completion:v1`,
  outcome: 'succeeded',
  summary_markdown: 'Fixed the slugs.',
  citations: ['src/slugify.ts'],
  ...change,
})
const bodies = async (session: TestSession, type: string) =>
  (await session.events()).filter((event) => event.type === type).map(({ body }) => JSON.parse(body))

test('twenty parallel posts of one call: the handler runs once, and all get the same answer', async () => {
  const session = await world.session()
  const { daemon } = await session.running()
  daemon.answers.collect = () => null
  const posts = Array.from({ length: 20 }, () => call(session, 'verify', { id: 'ses_1/msg_1/call_1' }))
  await daemon.until(() => daemon.commandsOf('collect').length > 0)
  const collect = daemon.commands.find(({ command }) => command.kind === 'collect')
  expect(collect?.command).toMatchObject({
    folder: '.proliferate/.verification/',
    prefix: 'verification/ses_1_msg_1_call_1/',
  })
  daemon.reply(collect?.number ?? 0, collected())
  const answers = await Promise.all(posts.map(async (post) => answerOf(await post)))
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  expect(answers[0]).toEqual([
    200,
    {
      result: {
        success: true,
        result: '1 file was stored.',
        data: { prefix: 'verification/ses_1_msg_1_call_1/', files },
      },
    },
  ])
  expect(daemon.commandsOf('collect')).toHaveLength(1)
  await eventually(async () =>
    expect(await session.audit()).toMatchObject([{ status: 'completed', toolName: 'verify' }]),
  )
  expect(await session.audit()).toMatchObject([
    { durationMs: expect.any(Number), completedAt: expect.any(Date), error: null },
  ])
})

test('the stored answer is given to every repeat, also after an eviction', async () => {
  const session = await world.session()
  const { daemon } = await session.running()
  daemon.answers.collect = collected
  const first = await answerOf(await call(session, 'verify', { id: 'once' }))
  await session.evict()
  expect(await answerOf(await call(session, 'verify', { id: 'once' }))).toEqual(first)
  expect(daemon.commandsOf('collect')).toHaveLength(1)
})

test('the same id with other parameters, or for another tool, is a conflict', async () => {
  const session = await world.session()
  const { daemon } = await session.running()
  daemon.answers.collect = collected
  await call(session, 'verify', { id: 'taken', params: { folder: 'reports/' } })
  expect(await answerOf(await call(session, 'verify', { id: 'taken', params: { folder: 'others/' } }))).toMatchObject([
    409,
    { code: 'tool.call_conflict' },
  ])
  expect((await call(session, 'save_snapshot', { id: 'taken' })).status).toBe(409)
  const other = await world.session()
  const { daemon: theirs } = await other.running()
  theirs.answers.collect = collected
  expect((await call(other, 'verify', { id: 'taken', params: { folder: 'others/' } })).status).toBe(200)
})

test('who may call what: 401, 410, 403, 404, 400 and 413', async () => {
  const session = await world.session()
  await session.running()
  const other = await world.session()
  const body = { session_id: session.id, tool_call_id: 'x', params: {} }
  const { exports } = await import('cloudflare:workers')
  const anonymous = await exports.default.fetch('http://platform.test/internal/tools/verify', {
    method: 'POST',
    headers: { authorization: `Bearer ${session.id}.1.${'0'.repeat(64)}` },
    body: JSON.stringify(body),
  })
  expect(await answerOf(anonymous)).toMatchObject([401, { code: 'sandbox.unauthenticated' }])
  expect(await answerOf(await call(session, 'verify', { generation: 2 }))).toMatchObject([
    410,
    { code: 'sandbox.superseded' },
  ])
  expect(await answerOf(await other.post('/internal/tools/verify', body))).toMatchObject([
    403,
    { code: 'tool.not_available' },
  ])
  expect(await answerOf(await call(session, 'automation_complete'))).toMatchObject([
    403,
    { code: 'tool.not_available' },
  ])
  expect(await answerOf(await call(session, 'format_disk'))).toMatchObject([404, { code: 'tool.not_found' }])
  expect(await answerOf(await call(session, 'verify', { params: { folder: '../../etc' } }))).toMatchObject([
    400,
    { code: 'tool.params_invalid', detail: expect.stringContaining('inside the workspace') },
  ])
  expect((await session.post('/internal/tools/verify', { ...body, surprise: 1 })).status).toBe(400)
  expect((await call(session, 'verify', { params: { folder: 'x'.repeat(300_000) } })).status).toBe(413)
  expect(await session.sql('select * from tool_calls')).toEqual([])
})

test('the twenty-first call of verify within an hour is refused; repeats do not count', async () => {
  const session = await world.session()
  const { daemon } = await session.running()
  daemon.answers.collect = collected
  for (let count = 0; count < 20; count += 1)
    expect((await call(session, 'verify', { id: `v${count}` })).status).toBe(200)
  expect((await call(session, 'verify', { id: 'v3' })).status).toBe(200)
  expect(await answerOf(await call(session, 'verify', { id: 'v20' }))).toMatchObject([
    429,
    { code: 'tool.quota_exceeded' },
  ])
  await session.sql('update tool_calls set started_at = started_at - 3600001')
  expect((await call(session, 'verify', { id: 'v20' })).status).toBe(200)
})

test('save_snapshot says that this provider cannot do it yet', async () => {
  const session = await world.session()
  await session.running()
  expect(await answerOf(await call(session, 'save_snapshot'))).toMatchObject([
    200,
    { result: { success: false, result: expect.stringContaining('not supported yet by this provider') } },
  ])
})

test('evidence that is not there, and a sandbox that cannot store it, are answers the agent can read', async () => {
  const session = await world.session()
  const { daemon } = await session.running()
  daemon.answers.collect = () => ({ ok: true, result: { files: [] } })
  expect(await answerOf(await call(session, 'verify'))).toMatchObject([200, { result: { success: false } }])
  daemon.answers.collect = () => ({ ok: false, error: 'disk full' })
  expect(await answerOf(await call(session, 'verify'))).toMatchObject([
    200,
    { result: { success: false, result: expect.stringContaining('disk full') } },
  ])
})

test('a handler that crashes: 500, stored as failed, and the same to every repeat', async () => {
  const session = await world.session()
  const { daemon } = await session.running()
  daemon.answers.collect = () => ({ ok: true, result: 'not of the contract' })
  const first = await answerOf(await call(session, 'verify', { id: 'crash' }))
  expect(first).toMatchObject([500, { error: 'tool_failed' }])
  daemon.answers.collect = collected
  expect(await answerOf(await call(session, 'verify', { id: 'crash' }))).toEqual(first)
  await eventually(async () =>
    expect(await session.audit()).toMatchObject([{ status: 'failed', error: expect.any(String) }]),
  )
})

test('an eviction mid-call: the retry runs it again, since it is safe to repeat', async () => {
  const session = await world.session()
  const { daemon } = await session.running()
  daemon.answers.collect = () => null
  const lost = call(session, 'verify', { id: 'interrupted' }).catch(() => null)
  await daemon.until(() => daemon.commandsOf('collect').length === 1)
  await runInDurableObject(session.stub, (_, state) => state.abort('killed')).catch(() => undefined)
  const interrupted = await lost
  expect(interrupted?.status ?? 503).toBe(503)
  daemon.answers.collect = collected
  await daemon.link()
  const again = await answerOf(await call(session, 'verify', { id: 'interrupted' }))
  expect(again).toMatchObject([200, { result: { success: true } }])
  expect(await session.sql('select status from tool_calls')).toEqual([{ status: 'completed' }])
})

test('after 25 s the caller is told that it is still executing, and gets the answer later', async () => {
  const session = await world.session()
  const { daemon } = await session.running()
  daemon.answers.collect = () => null
  const input = { toolCallId: 'slow', toolName: 'verify', params: {}, generation: 1 }
  const told = await runInDurableObject(session.stub, async (instance) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const answer = (instance as unknown as SessionRpc).callTool(input)
    // The deadline of the question to the daemon, and that of the caller.
    while (vi.getTimerCount() < 2) await scheduler.wait(1)
    await vi.advanceTimersByTimeAsync(25_000)
    vi.useRealTimers()
    return answer
  })
  expect(told).toEqual({ ok: true, value: { kind: 'reply', reply: { status: 'executing', retry_after_ms: 2_000 } } })
  await daemon.until(() => daemon.commandsOf('collect').length === 1)
  const collect = daemon.commands.find(({ command }) => command.kind === 'collect')
  daemon.reply(collect?.number ?? 0, collected())
  await eventually(async () =>
    expect(await answerOf(await call(session, 'verify', { id: 'slow' }))).toMatchObject([
      200,
      { result: { success: true } },
    ]),
  )
})

test('a call that has not ended after 15 min is given up as failed', async () => {
  const session = await world.session()
  const { daemon } = await session.running()
  daemon.answers.collect = () => null
  const waiting = call(session, 'verify', { id: 'forever' })
  await daemon.until(() => daemon.commandsOf('collect').length === 1)
  const later = vi.spyOn(systemClock, 'now').mockImplementation(() => new Date(Date.now() + 15 * 60_000 + 1_000))
  await session.elapse('tool')
  later.mockRestore()
  expect(await answerOf(await call(session, 'verify', { id: 'forever' }))).toMatchObject([500, { message: 'timeout' }])
  daemon.reply(daemon.commands.find(({ command }) => command.kind === 'collect')?.number ?? 0, collected())
  expect((await waiting).status).toBe(500)
})

test('automation_complete: pushed, run succeeded, tool answered, session stopped, sandbox gone', async () => {
  const session = await world.session({ isRun: true })
  const { daemon, promptId } = await session.running()
  daemon.report({ type: 'prompt.started', promptId })
  daemon.answers.publish = published
  const response = await call(session, 'automation_complete', { params: completion(session) })
  expect(await answerOf(response)).toMatchObject([
    200,
    { result: { success: true, data: { runId: session.run?.runId, outcome: 'succeeded' } } },
  ])
  expect(daemon.commandsOf('publish')).toMatchObject([
    { branch: session.opening.branch, message: 'Fix the slugs\n\nFixed the slugs.' },
  ])
  await session.hold('finish')
  const run = session.run ?? { runId: '', triggerEventId: '' }
  expect(await runOf(world.needs, run)).toMatchObject({
    status: 'succeeded',
    completionJson: { branch: 'proliferate/fix', commitSha: 'a'.repeat(40), citations: ['src/slugify.ts'] },
  })
  expect(await triggerEventOf(world.needs, run)).toMatchObject({ status: 'completed' })
  expect(await session.facts()).toMatchObject({ status: 'running', outcome: 'succeeded' })
  expect(await session.prompt('more')).toMatchObject({ ok: false, refusal: { code: 'session.ended' } })
  await session.elapse('finish')
  await eventually(() => expect(world.host.of(session.id)[0]?.alive).toBe(false))
  await eventually(async () =>
    expect(await session.row()).toMatchObject({
      status: 'stopped',
      outcome: 'succeeded',
      summary: 'Fixed the slugs.',
      endedAt: expect.any(Date),
    }),
  )
  expect(await bodies(session, 'run.completed')).toMatchObject([{ runId: run.runId, outcome: 'succeeded' }])
  expect(await bodies(session, 'session.outcome')).toHaveLength(1)
  expect(await session.sql('select state from prompts')).toEqual([{ state: 'finished' }])
  await eventually(async () => expect(await session.timers()).toEqual([]))
  expect(await runInDurableObject(session.stub, (_, state) => state.storage.getAlarm())).toBeNull()
})

test('a push that fails is told in the words of git, the run goes on, and the next call completes it', async () => {
  const session = await world.session({ isRun: true })
  const { daemon } = await session.running()
  daemon.answers.publish = () => ({ ok: false, error: 'remote: protected branch' })
  expect(await answerOf(await call(session, 'automation_complete', { params: completion(session) }))).toMatchObject([
    200,
    { result: { success: false, result: expect.stringContaining('remote: protected branch') } },
  ])
  expect(await runOf(world.needs, session.run ?? { runId: '' })).toMatchObject({ status: 'running' })
  daemon.answers.publish = published
  expect(await answerOf(await call(session, 'automation_complete', { params: completion(session) }))).toMatchObject([
    200,
    { result: { success: true } },
  ])
  expect(await answerOf(await call(session, 'automation_complete', { params: completion(session) }))).toMatchObject([
    429,
    { code: 'tool.quota_exceeded' },
  ])
})

test("another run than the session's own cannot be completed", async () => {
  const [session, other] = [await world.session({ isRun: true }), await world.session({ isRun: true })]
  const { daemon } = await session.running()
  daemon.answers.publish = published
  const params = completion(session, { run_id: other.run?.runId })
  expect(await answerOf(await call(session, 'automation_complete', { params }))).toMatchObject([
    200,
    { result: { success: false } },
  ])
  expect(daemon.commandsOf('publish')).toEqual([])
  expect(await runOf(world.needs, other.run ?? { runId: '' })).toMatchObject({ status: 'running' })
})

test('a completion that the run does not take is told, and the session goes on', async () => {
  const session = await world.session({ isRun: true })
  const { daemon } = await session.running()
  daemon.answers.publish = published
  const { automationRuns } = await import('#schema/tables/index')
  const { eq } = await import('drizzle-orm')
  await world.needs.db
    .update(automationRuns)
    .set({ status: 'canceled' })
    .where(eq(automationRuns.id, session.run?.runId ?? ''))
  expect(await answerOf(await call(session, 'automation_complete', { params: completion(session) }))).toMatchObject([
    200,
    { result: { success: false, result: expect.stringContaining('run.state_conflict') } },
  ])
  expect(await session.facts()).toMatchObject({ status: 'running', finishing: null })
})

test("needs_human pauses with a checkpoint, also without a push; a person's prompt boots from it", async () => {
  const session = await world.session({ isRun: true })
  const { daemon } = await session.running()
  daemon.answers.publish = () => ({ ok: false, error: 'nothing to push to' })
  daemon.answers.checkpoint = () => ({ ok: true, result: { ref: 'checkpoints/human.bundle', bytes: 5 } })
  const params = completion(session, { outcome: 'needs_human', summary_markdown: 'Which database?' })
  expect(await answerOf(await call(session, 'automation_complete', { params }))).toMatchObject([
    200,
    { result: { success: true } },
  ])
  expect(await runOf(world.needs, session.run ?? { runId: '' })).toMatchObject({ status: 'needs_human' })
  await session.elapse('finish')
  await eventually(async () =>
    expect(await session.row()).toMatchObject({
      status: 'paused',
      pauseReason: 'needs_human',
      outcome: 'needs_human',
      checkpointRef: 'checkpoints/human.bundle',
      endedAt: null,
    }),
  )
  await eventually(() => expect(world.host.of(session.id)[0]?.alive).toBe(false))
  await session.prompt('Use Postgres')
  await eventually(() => expect(world.host.of(session.id)).toHaveLength(2))
  expect(await session.facts()).toMatchObject({
    status: 'starting',
    generation: 2,
    checkpointRef: 'checkpoints/human.bundle',
  })
})

test('a prompt that comes while a session is about to pause for a person boots the next sandbox and reaches it', async () => {
  const session = await world.session({ isRun: true })
  const { daemon, promptId } = await session.running()
  daemon.report({ type: 'prompt.started', promptId })
  await daemon.settled()
  await call(session, 'automation_complete', { params: completion(session, { outcome: 'needs_human' }) })
  expect(await session.prompt('Use Postgres')).toMatchObject({ ok: true })
  await session.elapse('finish')
  await eventually(() => expect(world.host.of(session.id)).toHaveLength(2))
  const second = await session.daemon(2).link()
  second.boot()
  await second.until(() => second.commandsOf('prompt').length === 1)
  expect(second.commandsOf('prompt')[0]?.text).toContain('Use Postgres')
  expect(await session.sql('select state from prompts order by position')).toEqual([
    { state: 'finished' },
    { state: 'dispatched' },
  ])
})

test('a failed outcome pushes nothing and stops the session', async () => {
  const session = await world.session({ isRun: true })
  const { daemon } = await session.running()
  await call(session, 'automation.complete', { params: completion(session, { outcome: 'failed' }) })
  expect(daemon.commandsOf('publish')).toEqual([])
  expect(await runOf(world.needs, session.run ?? { runId: '' })).toMatchObject({ status: 'failed' })
  await session.elapse('finish')
  expect(await session.facts()).toMatchObject({ status: 'stopped', outcome: 'failed', final: true })
})
