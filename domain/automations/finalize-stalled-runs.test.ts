import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { earlier, later } from '#kernel/clock'
import { HOUR_MS, MINUTE_MS } from '#kernel/durations'
import { outbox } from '#schema/tables/index'
import { automationRuns } from '#schema/tables/runs'
import { eq } from 'drizzle-orm'
import type { SessionLiveStatus } from '#domain/sessions'
import { type TestPlatform, testPlatform } from '../../tests/platform.ts'
import { outboxOf, runOf, triggerEventOf } from '../../tests/setup/observe.ts'
import { seedAutomation, seedOrganization, seedRun, seedSession } from '../../tests/setup/seed.ts'
import {
  completeRun,
  enrichRun,
  executeRun,
  failRun,
  finalizeStalledRuns,
  RunNotFound,
  sweepOutbox,
  touchRun,
} from './index.ts'

let platform: TestPlatform
let automation: { organizationId: string; automationId: string; triggerId: string }
beforeAll(async () => void (platform = await testPlatform()))
afterAll(() => platform.close())
beforeEach(async () => {
  // The finalizer works across organizations: what an earlier test left must not take its turns.
  await platform.db.delete(automationRuns)
  await platform.db.delete(outbox)
  const organizationId = await seedOrganization(platform)
  automation = { organizationId, ...(await seedAutomation(platform, organizationId)) }
  Object.assign(platform.runQueue, { sent: [], failing: false })
  Object.assign(platform.effectQueue, { sent: [], failing: false })
})

const finalize = () => finalizeStalledRuns(platform, { inactivityMs: 30 * MINUTE_MS })

async function runningRun(live: Partial<SessionLiveStatus> | 'unreachable', idleMs = 31 * MINUTE_MS) {
  const sessionId = await seedSession(platform, automation.organizationId)
  const now = platform.clock.now()
  const run = await seedRun(platform, automation, {
    status: 'running',
    sessionId,
    promptSentAt: earlier(now, HOUR_MS),
    lastActivityAt: earlier(now, idleMs),
  })
  const session = platform.sessionObjects.of(sessionId)
  if (live === 'unreachable') session.unreachable = true
  else Object.assign(session.live, { status: 'running', sandboxAlive: true, ...live })
  return { ...run, session }
}

test('a running run without activity whose session lives is left alone and noted as looked at', async () => {
  const run = await runningRun({})
  expect(await finalize()).toMatchObject({ looked: 1, ended: 0 })
  expect(await runOf(platform, run)).toMatchObject({ status: 'running', lastCheckedAt: platform.clock.now() })
})

test('a run with recent activity is not looked at', async () => {
  const run = await runningRun({ sandboxAlive: false }, 29 * MINUTE_MS)
  expect(await finalize()).toMatchObject({ looked: 0 })
  expect(run.session.calls).toEqual([])
})

test('activity keeps the finalizer away', async () => {
  const run = await runningRun({ sandboxAlive: false })
  await touchRun(platform, run)
  expect(await finalize()).toMatchObject({ looked: 0 })
})

test.each<{ live: Partial<SessionLiveStatus>; reason: string; ends: string[] }>([
  { live: { status: 'stopped' }, reason: 'no_completion', ends: [] },
  { live: { status: 'failed' }, reason: 'no_completion', ends: [] },
  { live: { status: 'running', sandboxAlive: false }, reason: 'sandbox_dead', ends: ['end_session'] },
  { live: { status: 'paused', sandboxAlive: null }, reason: 'session_state_paused', ends: [] },
])('a run whose session is $live.status fails with $reason', async ({ live, reason, ends }) => {
  const run = await runningRun(live)
  expect(await finalize()).toMatchObject({ ended: 1 })
  expect(await runOf(platform, run)).toMatchObject({
    status: 'failed',
    statusReason: reason,
    failureStage: 'finalizer',
    completedAt: platform.clock.now(),
  })
  expect((await triggerEventOf(platform, run)).status).toBe('failed')
  expect(platform.effectQueue.sent.map(({ kind }) => kind)).toEqual(ends)
})

test('a session that does not answer proves nothing: the run waits for its turn, until its deadline', async () => {
  const run = await runningRun('unreachable')
  expect(await finalize()).toMatchObject({ looked: 1, ended: 0 })
  expect(await runOf(platform, run)).toMatchObject({ status: 'running', lastCheckedAt: platform.clock.now() })
  platform.clock.advance(2 * HOUR_MS + 1)
  expect(await finalize()).toMatchObject({ ended: 1 })
  expect((await runOf(platform, run)).status).toBe('timed_out')
})

test('a run past its deadline times out without its session being asked, and the session is ended', async () => {
  const run = await runningRun({}, MINUTE_MS)
  platform.clock.advance(2 * HOUR_MS + 1)
  await finalize()
  expect(await runOf(platform, run)).toMatchObject({ status: 'timed_out', statusReason: 'deadline_exceeded' })
  expect(run.session.calls).toEqual([])
  expect(platform.effectQueue.sent).toMatchObject([{ kind: 'end_session' }])
})

test('a running run without a session fails with missing_session', async () => {
  const run = await seedRun(platform, automation, { status: 'running', promptSentAt: platform.clock.now() })
  platform.clock.advance(31 * MINUTE_MS)
  await finalize()
  expect(await runOf(platform, run)).toMatchObject({ status: 'failed', statusReason: 'missing_session' })
})

test('a run that is completed while the finalizer looks at it stays completed', async () => {
  const run = await runningRun({ status: 'stopped' })
  const completion = {
    completionId: `run:${run.runId}:completion:v1`,
    outcome: 'succeeded' as const,
    summaryMarkdown: null,
    citations: [],
    branch: null,
    commitSha: null,
  }
  const sessionId = (await runOf(platform, run)).sessionId ?? ''
  const sessionObjects = {
    get: (id: string) => ({
      ...platform.sessionObjects.get(id),
      status: async () => {
        await completeRun(platform, { ...run, sessionId, completion })
        return platform.sessionObjects.of(id).live
      },
    }),
  }
  await finalizeStalledRuns({ ...platform, sessionObjects }, { inactivityMs: 30 * MINUTE_MS })
  expect(await runOf(platform, run)).toMatchObject({ status: 'succeeded', statusReason: 'succeeded' })
})

test('120 healthy stale runs do not keep one dead run waiting for more than three ticks', async () => {
  for (let index = 0; index < 120; index += 1) await runningRun({}, HOUR_MS + index)
  const dead = await runningRun({ sandboxAlive: false }, 31 * MINUTE_MS)
  for (let tick = 0; tick < 3; tick += 1) {
    expect((await finalize()).looked).toBeLessThanOrEqual(50)
    platform.clock.advance(MINUTE_MS)
  }
  expect(await runOf(platform, dead)).toMatchObject({ status: 'failed', statusReason: 'sandbox_dead' })
})

test('50 unreachable sessions do not keep one dead run waiting either', async () => {
  for (let index = 0; index < 60; index += 1) await runningRun('unreachable', HOUR_MS + index)
  const dead = await runningRun({ sandboxAlive: false }, 31 * MINUTE_MS)
  await finalize()
  platform.clock.advance(MINUTE_MS)
  await finalize()
  expect((await runOf(platform, dead)).status).toBe('failed')
})

test('one run that cannot be finalized does not stop the others', async () => {
  const broken = await runningRun({ sandboxAlive: false }, HOUR_MS)
  const dead = await runningRun({ sandboxAlive: false })
  const db = new Proxy(platform.db, {
    get: (target, name, receiver) =>
      name === 'execute'
        ? (statement: Parameters<typeof target.execute>[0]) =>
            JSON.stringify(statement).includes(`"${broken.runId}"`)
              ? Promise.reject(new Error('Out of order'))
              : target.execute(statement)
        : Reflect.get(target, name, receiver),
  })
  expect(await finalizeStalledRuns({ ...platform, db }, { inactivityMs: 30 * MINUTE_MS })).toMatchObject({ ended: 1 })
  expect((await runOf(platform, broken)).status).toBe('running')
  expect((await runOf(platform, dead)).status).toBe('failed')
})

test.each(['queued', 'enriching', 'ready', 'running'] as const)(
  'a run that stalls while %s ends within two minutes after its deadline, though every queue message is lost',
  async (status) => {
    const run = await seedRun(platform, automation, { status })
    platform.clock.advance(2 * HOUR_MS)
    for (let tick = 0; tick < 2; tick += 1) {
      platform.clock.advance(MINUTE_MS)
      await sweepOutbox(platform)
      await finalize()
    }
    expect(['timed_out', 'failed']).toContain((await runOf(platform, run)).status)
    expect((await triggerEventOf(platform, run)).status).toBe('failed')
  },
)

test('a run whose message was lost is announced again after ten minutes, and then completes its way', async () => {
  const run = await seedRun(platform, automation)
  platform.clock.advance(10 * MINUTE_MS)
  expect(await finalize()).toMatchObject({ requeued: 0 })
  platform.clock.advance(1)
  expect(await finalize()).toMatchObject({ requeued: 1 })
  expect(platform.runQueue.sent).toMatchObject([{ kind: 'enrich', runId: run.runId }])
  await enrichRun(platform, { ...run, leaseOwner: 'runs:a' })
  // The message to execute it is lost as well.
  platform.runQueue.sent.length = 0
  platform.clock.advance(10 * MINUTE_MS + 1)
  expect(await finalize()).toMatchObject({ requeued: 1 })
  expect(platform.runQueue.sent).toMatchObject([{ kind: 'execute', runId: run.runId }])
  expect(await executeRun(platform, { ...run, leaseOwner: 'runs:b' })).toBe('done')
})

test('a run that is held or announced is not announced again', async () => {
  const now = platform.clock.now()
  const held = await seedRun(platform, automation, { status: 'enriching', leaseExpiresAt: later(now, HOUR_MS) })
  const announced = await seedRun(platform, automation)
  platform.clock.advance(11 * MINUTE_MS)
  expect(await finalize()).toMatchObject({ requeued: 1 })
  platform.clock.advance(5 * MINUTE_MS)
  expect(await finalize()).toMatchObject({ requeued: 0 })
  expect(await outboxOf(platform, held)).toEqual([])
  expect(await outboxOf(platform, announced)).toHaveLength(1)
  await platform.db.update(outbox).set({ status: 'pending', availableAt: later(platform.clock.now(), HOUR_MS) })
  platform.clock.advance(11 * MINUTE_MS)
  expect(await finalize()).toMatchObject({ requeued: 0 })
})

test('an executing worker that died before its prompt is succeeded by another one', async () => {
  const run = await seedRun(platform, automation)
  await enrichRun(platform, { ...run, leaseOwner: 'runs:a' })
  const began = { status: 'running', updatedAt: platform.clock.now() }
  await platform.db.update(automationRuns).set(began).where(eq(automationRuns.id, run.runId))
  platform.clock.advance(11 * MINUTE_MS)
  expect(await finalize()).toMatchObject({ requeued: 1 })
  expect(platform.runQueue.sent.at(-1)).toMatchObject({ kind: 'execute', runId: run.runId })
  expect(await executeRun(platform, { ...run, leaseOwner: 'runs:b' })).toBe('done')
})

test('a session that reports its own failure is not ended for good: a person may still go on with it', async () => {
  const run = await runningRun({ status: 'failed', sandboxAlive: null })
  const failure = { stage: 'execution', reason: 'sandbox_dead', error: 'It died' } as const
  expect(await failRun(platform, { ...run, ...failure })).toEqual({ result: 'failed' })
  expect(await outboxOf(platform, run)).toEqual([])
  expect(await executeRun(platform, { ...run, leaseOwner: 'runs:late' })).toBe('gone')
  expect(run.session.ends).toEqual([])
})

test('a failure that is reported late leaves an ended run as it is; one of a missing run is refused', async () => {
  const ended = await seedRun(platform, automation, { status: 'succeeded' })
  const failure = { stage: 'execution', reason: 'sandbox_dead', error: 'It died' } as const
  expect(await failRun(platform, { ...ended, ...failure })).toEqual({ result: 'already_ended' })
  expect((await runOf(platform, ended)).status).toBe('succeeded')
  const missing = { organizationId: automation.organizationId, runId: platform.ids.next() }
  await expect(failRun(platform, { ...missing, ...failure })).rejects.toSatisfy(RunNotFound.is)
})
