import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Actor } from '#domain/identity'
import { Forbidden } from '#domain/identity'
import { MINUTE_MS } from '#kernel/durations'
import type { RunStatus } from '#schema/contracts/runs'
import { type TestPlatform, testPlatform } from '../../tests/platform.ts'
import { outboxOf, runOf, timelineOf } from '../../tests/setup/observe.ts'
import { seedAutomation, seedOrganization, seedRun, seedSession } from '../../tests/setup/seed.ts'
import { cancelRun, endRunSession, RunNotFound, RunStateConflict, sweepOutbox } from './index.ts'

let platform: TestPlatform
let automation: { organizationId: string; automationId: string; triggerId: string }
beforeAll(async () => void (platform = await testPlatform()))
afterAll(() => platform.close())
beforeEach(async () => {
  const organizationId = await seedOrganization(platform)
  automation = { organizationId, ...(await seedAutomation(platform, organizationId, { createdBy: 'user-1' })) }
  Object.assign(platform.effectQueue, { sent: [], failing: false })
})

const actor = (
  role: 'admin' | 'member' | 'viewer' = 'member',
  organizationId = automation.organizationId,
  userId = 'user-1',
): Actor => ({
  kind: 'user',
  userId,
  userName: 'Ada',
  organizationId,
  role,
})

const LIVE: RunStatus[] = ['queued', 'enriching', 'ready', 'running']

test.each(LIVE)('a run that is %s can be canceled', async (status) => {
  const run = await seedRun(platform, automation, { status })
  expect(await cancelRun(platform, { actor: actor(), runId: run.runId })).toMatchObject({ status: 'canceled' })
  expect(await runOf(platform, run)).toMatchObject({ status: 'canceled', completedAt: platform.clock.now() })
  expect(await timelineOf(platform, run)).toEqual(['canceled', `${status} → canceled`])
})

test.each<RunStatus>(['succeeded', 'failed', 'needs_human', 'timed_out', 'canceled', 'skipped'])(
  'a run that is %s can not be canceled any more',
  async (status) => {
    const run = await seedRun(platform, automation, { status })
    await expect(cancelRun(platform, { actor: actor(), runId: run.runId })).rejects.toSatisfy(RunStateConflict.is)
  },
)

test('the session of a canceled run ends, also when the worker dies right after the cancellation', async () => {
  const sessionId = await seedSession(platform, automation.organizationId)
  const run = await seedRun(platform, automation, { status: 'running', sessionId })
  platform.effectQueue.failing = true
  await cancelRun(platform, { actor: actor(), runId: run.runId })
  expect(await outboxOf(platform, run)).toMatchObject([{ kind: 'end_session', status: 'pending' }])
  platform.effectQueue.failing = false
  platform.clock.advance(MINUTE_MS)
  await sweepOutbox(platform)
  const [message] = platform.effectQueue.sent
  expect(message).toMatchObject({ kind: 'end_session', runId: run.runId })
  expect(await endRunSession(platform, run)).toEqual({ ended: true })
  expect(platform.sessionObjects.of(sessionId).ends).toMatchObject([{ status: 'stopped', outcome: 'canceled' }])
})

test('a canceled run without a session announces nothing', async () => {
  const run = await seedRun(platform, automation, { status: 'queued' })
  await cancelRun(platform, { actor: actor(), runId: run.runId })
  expect(await outboxOf(platform, run)).toEqual([])
})

test('a viewer may not cancel, and the run goes on', async () => {
  const run = await seedRun(platform, automation, { status: 'running' })
  await expect(cancelRun(platform, { actor: actor('viewer'), runId: run.runId })).rejects.toSatisfy(Forbidden.is)
  expect((await runOf(platform, run)).status).toBe('running')
})

test("a colleague's run is for admins to cancel", async () => {
  const run = await seedRun(platform, automation, { status: 'running' })
  const by = (role: 'admin' | 'member') => actor(role, automation.organizationId, 'user-2')
  await expect(cancelRun(platform, { actor: by('member'), runId: run.runId })).rejects.toSatisfy(Forbidden.is)
  expect((await runOf(platform, run)).status).toBe('running')
  expect(await cancelRun(platform, { actor: by('admin'), runId: run.runId })).toMatchObject({ createdBy: 'user-1' })
})

test('who started a run by hand may cancel it; that a delivery says so is nobody\'s right', async () => {
  const colleague = actor('member', automation.organizationId, 'user-2')
  const context = { manual: { requestedBy: 'user-2', input: null } }
  const byHand = await seedRun(platform, automation, { status: 'running' }, { provider: 'manual', context })
  expect(await cancelRun(platform, { actor: colleague, runId: byHand.runId })).toMatchObject({ createdBy: 'user-2' })
  const delivered = await seedRun(platform, automation, { status: 'running' }, { context })
  await expect(cancelRun(platform, { actor: colleague, runId: delivered.runId })).rejects.toSatisfy(Forbidden.is)
})

test("another organization's run looks exactly like a missing one, and goes on", async () => {
  const run = await seedRun(platform, automation, { status: 'running' })
  const stranger = actor('member', await seedOrganization(platform))
  await expect(cancelRun(platform, { actor: stranger, runId: run.runId })).rejects.toSatisfy(RunNotFound.is)
  await expect(cancelRun(platform, { actor: stranger, runId: platform.ids.next() })).rejects.toSatisfy(RunNotFound.is)
  expect((await runOf(platform, run)).status).toBe('running')
})

test('the session of a run that its agent completed is left alone', async () => {
  const sessionId = await seedSession(platform, automation.organizationId)
  const run = await seedRun(platform, automation, { status: 'failed', sessionId, completionId: 'run:1:completion:v1' })
  expect(await endRunSession(platform, run)).toEqual({ ended: false })
  const living = await seedRun(platform, automation, { status: 'running', sessionId })
  expect(await endRunSession(platform, living)).toEqual({ ended: false })
  expect(platform.sessionObjects.of(sessionId).ends).toEqual([])
})
