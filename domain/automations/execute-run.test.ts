import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { later } from '#kernel/clock'
import { MINUTE_MS } from '#kernel/durations'
import { sessions } from '#schema/tables/index'
import { TEST_MODEL_ID, type TestPlatform, testPlatform } from '../../tests/platform.ts'
import { interrupted } from '../../tests/setup/interrupted.ts'
import { outboxOf, runOf, timelineOf, triggerEventOf } from '../../tests/setup/observe.ts'
import { seedAutomation, seedOrganization, seedRun } from '../../tests/setup/seed.ts'
import { cancelRun, enrichRun, executeRun } from './index.ts'

let platform: TestPlatform
let automation: Awaited<ReturnType<typeof seedAutomation>> & { organizationId: string }
beforeAll(async () => void (platform = await testPlatform()))
afterAll(() => platform.close())
beforeEach(async () => {
  const organizationId = await seedOrganization(platform)
  automation = { organizationId, ...(await seedAutomation(platform, organizationId)) }
})

const owner = { leaseOwner: 'runs:message-2' }

/** A run that is ready to be executed, as enrichment leaves it. */
async function readyRun(of: { organizationId: string; automationId: string; triggerId: string } = automation) {
  const run = await seedRun(platform, of)
  await enrichRun(platform, { ...run, leaseOwner: 'runs:message-1' })
  return run
}

async function sessionsOf(organizationId: string) {
  return platform.db.select().from(sessions).where(eq(sessions.organizationId, organizationId))
}

async function sessionOf(run: { runId: string }) {
  return platform.sessionObjects.of((await runOf(platform, run)).sessionId ?? 'none')
}

test('execution makes one session, hands the prompt over and lets go of the lease', async () => {
  const run = await readyRun()
  expect(await executeRun(platform, { ...run, ...owner })).toBe('done')
  const row = await runOf(platform, run)
  const now = platform.clock.now()
  expect(row).toMatchObject({ status: 'running', leaseOwner: null, leaseVersion: 2, attempt: 0 })
  expect(row).toMatchObject({ executionStartedAt: now, sessionCreatedAt: now, promptSentAt: now, lastActivityAt: now })
  expect(await timelineOf(platform, run)).toEqual([
    'queued → enriching',
    'enrichment_saved',
    'enriching → ready',
    'target_resolved',
    'ready → running',
  ])
  expect((await triggerEventOf(platform, run)).status).toBe('processing')
  expect(await sessionsOf(run.organizationId)).toMatchObject([
    {
      id: row.sessionId,
      runId: run.runId,
      clientType: 'automation',
      configurationId: automation.configurationId,
      title: 'Fix issues · Slugs keep accents',
      modelId: TEST_MODEL_ID,
      idempotencyKey: `run:${run.runId}:session`,
    },
  ])
  const session = await sessionOf(run)
  expect(session.opening).toMatchObject({
    organizationId: run.organizationId,
    configurationId: automation.configurationId,
    modelId: TEST_MODEL_ID,
    run: { runId: run.runId, completionId: `run:${run.runId}:completion:v1` },
  })
  expect(session.opening?.branch).toMatch(/^proliferate\/fix-issues-[0-9a-f]{8}$/)
  expect(session.opening?.files.map(({ path }) => path)).toEqual(['.proliferate/trigger-context.json'])
  expect(session.prompts).toMatchObject([{ idempotencyKey: `run:${run.runId}:prompt:v1`, author: 'automation' }])
  expect(session.prompts[0]?.text).toContain(`\nrun_id: ${run.runId}\n`)
})

test.each(Array.from({ length: 6 }, (_, index) => ({ before: index + 1 })))(
  'a worker that dies before statement $before of the execution leaves one session and one prompt in the end',
  async ({ before }) => {
    const run = await readyRun()
    const db = interrupted(platform.db, { before, by: new Error('The worker died') })
    await executeRun({ ...platform, db }, { ...run, ...owner }).catch(() => undefined)
    platform.clock.advance(5 * MINUTE_MS)
    await executeRun(platform, { ...run, ...owner })
    const row = await runOf(platform, run)
    expect(row).toMatchObject({ status: 'running', leaseOwner: null })
    expect(row.promptSentAt).not.toBeNull()
    expect(await sessionsOf(run.organizationId)).toHaveLength(1)
    expect((await sessionOf(run)).prompts).toHaveLength(1)
    expect((await timelineOf(platform, run)).filter((line) => line === 'ready → running')).toHaveLength(1)
  },
)

test('a session that answers too late is tried again, and has one prompt in the end', async () => {
  const run = await readyRun()
  const sessionObjects = {
    get: (id: string) => ({
      ...platform.sessionObjects.get(id),
      prompt: async (input: { idempotencyKey: string; text: string; author: string }) => {
        await platform.sessionObjects.get(id).prompt(input)
        throw new Error('The answer came too late')
      },
    }),
  }
  await expect(executeRun({ ...platform, sessionObjects }, { ...run, ...owner })).rejects.toThrow('too late')
  expect(await executeRun(platform, { ...run, ...owner })).toBe('done')
  expect((await sessionOf(run)).prompts).toHaveLength(1)
  expect(await sessionsOf(run.organizationId)).toHaveLength(1)
})

test('ten deliveries of the same message at the same time make one session and one prompt', async () => {
  const run = await readyRun()
  const results = await Promise.all(Array.from({ length: 10 }, () => executeRun(platform, { ...run, ...owner })))
  expect(results.filter((result) => result === 'done')).toHaveLength(1)
  expect(await sessionsOf(run.organizationId)).toHaveLength(1)
  expect((await sessionOf(run)).prompts).toHaveLength(1)
})

test('a message for a run whose lease is live waits; for one that has its prompt there is nothing to do', async () => {
  const run = await seedRun(platform, automation, {
    status: 'running',
    leaseOwner: 'runs:other',
    leaseExpiresAt: later(platform.clock.now(), MINUTE_MS),
  })
  expect(await executeRun(platform, { ...run, ...owner })).toBe('busy')
  const prompted = await seedRun(platform, automation, { status: 'running', promptSentAt: platform.clock.now() })
  expect(await executeRun(platform, { ...prompted, ...owner })).toBe('gone')
})

test('an unreachable session is tried three times, and then the run fails with session_create_failed', async () => {
  const run = await readyRun()
  const sessionObjects = {
    get: (id: string) => {
      platform.sessionObjects.of(id).unreachable = true
      return platform.sessionObjects.get(id)
    },
  }
  const execute = () => executeRun({ ...platform, sessionObjects }, { ...run, ...owner })
  await expect(execute()).rejects.toMatchObject({ code: 'session.unreachable' })
  await expect(execute()).rejects.toMatchObject({ code: 'session.unreachable' })
  expect(await runOf(platform, run)).toMatchObject({ status: 'running', leaseOwner: null, attempt: 2 })
  expect(await execute()).toBe('done')
  expect(await runOf(platform, run)).toMatchObject({
    status: 'failed',
    statusReason: 'session_create_failed',
    failureStage: 'execution',
    errorMessage: 'session.unreachable: The session does not answer right now',
  })
  expect((await outboxOf(platform, run)).map(({ kind }) => kind)).toContain('end_session')
})

test('an automation without a configuration fails its run with missing_configuration, and says why', async () => {
  const { organizationId } = automation
  const bare = { organizationId, ...(await seedAutomation(platform, organizationId, { defaultConfigurationId: null })) }
  const run = await readyRun(bare)
  expect(await executeRun(platform, { ...run, ...owner })).toBe('done')
  expect(await runOf(platform, run)).toMatchObject({ status: 'failed', statusReason: 'missing_configuration' })
  expect(await timelineOf(platform, run)).toContain('target_resolved')
  expect(await sessionsOf(organizationId)).toEqual([])
})

test("a configuration of another organization makes no session: the run fails at once", async () => {
  const stranger = await seedAutomation(platform, await seedOrganization(platform))
  const { organizationId } = automation
  const defaultConfigurationId = stranger.configurationId
  const crossed = { organizationId, ...(await seedAutomation(platform, organizationId, { defaultConfigurationId })) }
  const run = await readyRun(crossed)
  expect(await executeRun(platform, { ...run, ...owner })).toBe('done')
  expect(await runOf(platform, run)).toMatchObject({ status: 'failed', statusReason: 'session_create_failed' })
  expect(await sessionsOf(organizationId)).toEqual([])
})

test('a run that is canceled while its session is made never prompts an agent', async () => {
  const run = await readyRun()
  const cancel = `update automation_runs set status = 'canceled' where id = '${run.runId}'`
  // Statements: claim, move, insert the session, note the session.
  const db = interrupted(platform.db, { before: 4, by: cancel })
  expect(await executeRun({ ...platform, db }, { ...run, ...owner })).toBe('gone')
  const session = await sessionOf(run)
  expect(session.prompts).toEqual([])
  expect(session.ends).toMatchObject([{ status: 'stopped', outcome: 'canceled' }])
})

test('a run that is canceled while its prompt is on the way ends the session it has just prompted', async () => {
  const run = await readyRun()
  const actor = { kind: 'system' as const, organizationId: run.organizationId }
  const sessionObjects = {
    get: (id: string) => ({
      ...platform.sessionObjects.get(id),
      prompt: async (input: { idempotencyKey: string; text: string; author: string }) => {
        await cancelRun(platform, { actor, runId: run.runId })
        return platform.sessionObjects.get(id).prompt(input)
      },
      terminate: (end: Parameters<ReturnType<typeof platform.sessionObjects.get>['terminate']>[0]) =>
        platform.sessionObjects.get(id).terminate(end),
    }),
  }
  await executeRun({ ...platform, sessionObjects }, { ...run, ...owner })
  expect(await runOf(platform, run)).toMatchObject({ status: 'canceled' })
  expect((await sessionOf(run)).ends).toMatchObject([{ status: 'stopped', outcome: 'canceled' }])
})

test('a redelivery for a canceled run ends its session, in case the worker before died on the way to it', async () => {
  const run = await readyRun()
  await executeRun(platform, { ...run, ...owner })
  await cancelRun(platform, { actor: { kind: 'system', organizationId: run.organizationId }, runId: run.runId })
  expect(await executeRun(platform, { ...run, ...owner })).toBe('gone')
  expect((await sessionOf(run)).ends).toMatchObject([{ outcome: 'canceled' }])
})

test('a run for which the organization has no session left waits, ready and uncounted, and goes on when there is one', async () => {
  const run = await readyRun()
  platform.sessionQuota.refuse = { ok: false, reason: 'concurrent', retryAfterMs: MINUTE_MS }
  for (const _ of [1, 2, 3, 4, 5]) expect(await executeRun(platform, { ...run, ...owner })).toBe('waiting')
  expect(await runOf(platform, run)).toMatchObject({ status: 'ready', leaseOwner: null, attempt: 0, errorMessage: null })
  expect(await sessionsOf(run.organizationId)).toEqual([])
  platform.sessionQuota.refuse = null
  expect(await executeRun(platform, { ...run, ...owner })).toBe('done')
  expect(await runOf(platform, run)).toMatchObject({ status: 'running' })
  expect([...platform.sessionQuota.slots.keys()]).toContain(`run:${run.runId}:session`)
})

test('a quota that cannot be asked is tried again by the queue, and fails no run', async () => {
  const run = await readyRun()
  const away = { ...platform.sessionQuota, reserve: () => Promise.reject(new Error('away')) }
  await expect(executeRun({ ...platform, sessionQuota: away }, { ...run, ...owner })).rejects.toThrow('away')
  expect(await runOf(platform, run)).toMatchObject({ status: 'ready', leaseOwner: null, attempt: 0 })
})
