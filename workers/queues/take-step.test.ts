import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { later } from '#kernel/clock'
import { MINUTE_MS } from '#kernel/durations'
import { type TestPlatform, testPlatform } from '../../tests/platform.ts'
import { runOf } from '../../tests/setup/observe.ts'
import { seedAutomation, seedOrganization, seedRun, seedSession } from '../../tests/setup/seed.ts'
import { carryOut } from './carry-out.ts'
import { takeStep } from './take-step.ts'

let platform: TestPlatform
let automation: { organizationId: string; automationId: string; triggerId: string }
beforeAll(async () => void (platform = await testPlatform()))
afterAll(() => platform.close())
beforeEach(async () => {
  const organizationId = await seedOrganization(platform)
  automation = { organizationId, ...(await seedAutomation(platform, organizationId)) }
})

/** One delivery of a message, which remembers how it was answered. */
function delivery(body: unknown, attempts = 1) {
  const answers: ('ack' | number)[] = []
  const message: Message = {
    id: `message-${attempts}`,
    timestamp: platform.clock.now(),
    body,
    attempts,
    ack: () => void answers.push('ack'),
    retry: (options) => void answers.push(options?.delaySeconds ?? 0),
  }
  return { message, answers }
}

const messageOf = (run: { organizationId: string; runId: string }, rest: Record<string, unknown>) => ({
  v: 1,
  organizationId: run.organizationId,
  runId: run.runId,
  outboxId: null,
  traceId: 'trace-1',
  ...rest,
})

test('messages take a run from queued to its prompt', async () => {
  const run = await seedRun(platform, automation)
  for (const kind of ['enrich', 'execute']) {
    const { message, answers } = delivery(messageOf(run, { kind }))
    await takeStep(platform, message)
    expect(answers).toEqual(['ack'])
  }
  expect(await runOf(platform, run)).toMatchObject({ status: 'running', promptSentAt: platform.clock.now() })
})

test('a message whose run another worker holds comes again after a minute', async () => {
  const leaseExpiresAt = later(platform.clock.now(), MINUTE_MS)
  const run = await seedRun(platform, automation, { status: 'enriching', leaseOwner: 'runs:other', leaseExpiresAt })
  const { message, answers } = delivery(messageOf(run, { kind: 'enrich' }))
  await takeStep(platform, message)
  expect(answers).toEqual([60])
})

test('a message whose run has ended, or never was, is acknowledged', async () => {
  const ended = await seedRun(platform, automation, { status: 'canceled' })
  const missing = { organizationId: automation.organizationId, runId: platform.ids.next() }
  for (const run of [ended, missing]) {
    const { message, answers } = delivery(messageOf(run, { kind: 'execute' }))
    await takeStep(platform, message)
    expect(answers).toEqual(['ack'])
  }
})

test('a message comes again later each time while the database is away', async () => {
  const run = await seedRun(platform, automation)
  const db = new Proxy(platform.db, { get: () => () => Promise.reject(new Error('The database is away')) })
  const delays = await Promise.all(
    [1, 2, 9].map(async (attempts) => {
      const { message, answers } = delivery(messageOf(run, { kind: 'enrich' }), attempts)
      await takeStep({ ...platform, db }, message)
      return answers
    }),
  )
  expect(delays).toEqual([[30], [60], [300]])
})

test('a malformed message is never acknowledged: it comes again, and is parked in the end', async () => {
  const { message, answers } = delivery({ v: 2, kind: 'dance' })
  await takeStep(platform, message)
  await carryOut(platform, message)
  expect(answers).toEqual([60, 60])
})

test('effects write artifacts and end sessions; an unreachable session is tried again', async () => {
  const sessionId = await seedSession(platform, automation.organizationId)
  const run = await seedRun(platform, automation, { status: 'timed_out', sessionId })
  const session = platform.sessionObjects.of(sessionId)
  session.unreachable = true
  const first = delivery(messageOf(run, { kind: 'end_session' }))
  await carryOut(platform, first.message)
  expect(first.answers).toEqual([30])
  session.unreachable = false
  const second = delivery(messageOf(run, { kind: 'end_session' }), 2)
  await carryOut(platform, second.message)
  expect(second.answers).toEqual(['ack'])
  expect(session.ends).toMatchObject([{ status: 'failed', outcome: 'failed' }])
  const artifact = delivery(messageOf(run, { kind: 'write_artifacts', artifact: 'completion' }))
  await carryOut(platform, artifact.message)
  expect(artifact.answers).toEqual(['ack'])
})

test('a run that waits for a free session is announced anew in a minute, so that tries do not run out', async () => {
  const run = await seedRun(platform, automation)
  await takeStep(platform, delivery(messageOf(run, { kind: 'enrich' })).message)
  platform.sessionQuota.refuse = { ok: false, reason: 'daily', retryAfterMs: 1_000 }
  const { message, answers } = delivery(messageOf(run, { kind: 'execute' }))
  await takeStep(platform, message)
  platform.sessionQuota.refuse = null
  expect(answers).toEqual(['ack'])
  expect(platform.runQueue.sent.at(-1)).toMatchObject({ kind: 'execute', runId: run.runId })
  expect(platform.runQueue.delays.at(-1)).toBe(60)
})
