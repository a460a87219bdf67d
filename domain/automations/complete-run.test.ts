import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Completion } from '#schema/contracts/runs'
import { type TestPlatform, testPlatform } from '../../tests/platform.ts'
import { outboxOf, runOf, timelineOf, triggerEventOf } from '../../tests/setup/observe.ts'
import { seedAutomation, seedOrganization, seedRun, seedSession } from '../../tests/setup/seed.ts'
import { completeRun, RunCompletionConflict, RunNotFound, RunStateConflict } from './index.ts'

let platform: TestPlatform
let automation: { organizationId: string; automationId: string; triggerId: string }
beforeAll(async () => void (platform = await testPlatform()))
afterAll(() => platform.close())
beforeEach(async () => {
  const organizationId = await seedOrganization(platform)
  automation = { organizationId, ...(await seedAutomation(platform, organizationId)) }
  Object.assign(platform.effectQueue, { sent: [], failing: false })
})

async function runningRun(given: Parameters<typeof seedRun>[2] = {}) {
  const sessionId = await seedSession(platform, automation.organizationId)
  const run = await seedRun(platform, automation, { status: 'running', sessionId, ...given })
  return { ...run, sessionId, completionId: `run:${run.runId}:completion:v1` }
}

const completionOf = (completionId: string, given: Partial<Completion> = {}): Completion => ({
  completionId,
  outcome: 'succeeded',
  summaryMarkdown: 'Slugs lose their accents; all tests pass.',
  citations: ['src/slugify.ts'],
  branch: 'proliferate/fix-issues-1',
  commitSha: 'abc',
  ...given,
})

test('a completion ends the run, tells its event, and announces the artifact in the same statement', async () => {
  const run = await runningRun()
  const completion = completionOf(run.completionId)
  expect(await completeRun(platform, { ...run, completion })).toEqual({ completion, repeated: false })
  expect(await runOf(platform, run)).toMatchObject({
    status: 'succeeded',
    statusReason: 'succeeded',
    completionId: run.completionId,
    completionJson: completion,
    completedAt: platform.clock.now(),
    failureStage: null,
    leaseOwner: null,
  })
  expect(await timelineOf(platform, run)).toEqual(['completion', 'running → succeeded'])
  expect(await triggerEventOf(platform, run)).toMatchObject({ status: 'completed', errorMessage: null })
  expect((await outboxOf(platform, run)).map(({ kind, payload }) => [kind, payload])).toEqual([
    ['write_artifacts', { runId: run.runId, artifact: 'completion' }],
  ])
  expect(platform.effectQueue.sent).toMatchObject([{ kind: 'write_artifacts', artifact: 'completion' }])
})

test.each([
  { outcome: 'failed' as const, status: 'failed', event: 'failed', stage: 'execution' },
  { outcome: 'needs_human' as const, status: 'needs_human', event: 'completed', stage: null },
])('the outcome $outcome ends the run as $status', async ({ outcome, status, event, stage }) => {
  const run = await runningRun()
  await completeRun(platform, { ...run, completion: completionOf(run.completionId, { outcome }) })
  expect(await runOf(platform, run)).toMatchObject({ status, failureStage: stage })
  expect((await triggerEventOf(platform, run)).status).toBe(event)
})

test('the same completion again, its keys in another order, gives the stored one and changes nothing', async () => {
  const run = await runningRun()
  const completion = completionOf(run.completionId)
  await completeRun(platform, { ...run, completion })
  const permuted = Object.fromEntries(Object.entries(completion).reverse()) as Completion
  expect(await completeRun(platform, { ...run, completion: permuted })).toEqual({ completion, repeated: true })
  expect(await timelineOf(platform, run)).toHaveLength(2)
  expect(await outboxOf(platform, run)).toHaveLength(1)
})

test('a repeat whose push found another commit is still the same completion', async () => {
  const run = await runningRun()
  const completion = completionOf(run.completionId)
  await completeRun(platform, { ...run, completion })
  const again = await completeRun(platform, { ...run, completion: { ...completion, commitSha: null } })
  expect(again).toEqual({ completion, repeated: true })
})

test('another payload under the same completion id is rejected', async () => {
  const run = await runningRun()
  await completeRun(platform, { ...run, completion: completionOf(run.completionId) })
  const other = completionOf(run.completionId, { summaryMarkdown: 'Something else.' })
  await expect(completeRun(platform, { ...run, completion: other })).rejects.toSatisfy(RunCompletionConflict.is)
  const { summaryMarkdown } = completionOf(run.completionId)
  expect((await runOf(platform, run)).completionJson).toMatchObject({ summaryMarkdown })
})

test('another completion id after the completion is rejected', async () => {
  const run = await runningRun()
  await completeRun(platform, { ...run, completion: completionOf(run.completionId) })
  const other = completeRun(platform, { ...run, completion: completionOf('other') })
  await expect(other).rejects.toMatchObject({
    code: RunCompletionConflict.code,
    message: `The run was completed as ${run.completionId}`,
  })
})

test('twenty completions at the same time end the run once', async () => {
  const run = await runningRun()
  const completion = completionOf(run.completionId)
  const results = await Promise.all(Array.from({ length: 20 }, () => completeRun(platform, { ...run, completion })))
  expect(results.filter(({ repeated }) => !repeated)).toHaveLength(1)
  expect(await timelineOf(platform, run)).toHaveLength(2)
})

test("another session cannot complete a run, and sees the same refusal as for a run that does not exist", async () => {
  const run = await runningRun()
  const sessionId = await seedSession(platform, automation.organizationId)
  const completion = completionOf(run.completionId)
  await expect(completeRun(platform, { ...run, sessionId, completion })).rejects.toSatisfy(RunNotFound.is)
  await completeRun(platform, { ...run, completion })
  await expect(completeRun(platform, { ...run, sessionId, completion })).rejects.toSatisfy(RunNotFound.is)
})

test('a run of another organization cannot be completed', async () => {
  const run = await runningRun()
  const organizationId = await seedOrganization(platform)
  const completion = completionOf(run.completionId)
  await expect(completeRun(platform, { ...run, organizationId, completion })).rejects.toSatisfy(RunNotFound.is)
  expect((await runOf(platform, run)).status).toBe('running')
})

test.each(['timed_out', 'canceled', 'failed'] as const)('a run that is %s cannot be completed', async (status) => {
  const run = await runningRun({ status })
  await expect(completeRun(platform, { ...run, completion: completionOf(run.completionId) })).rejects.toSatisfy(
    RunStateConflict.is,
  )
  expect((await runOf(platform, run)).completionJson).toBeNull()
})

test('a character that the database cannot store is left out of a completion', async () => {
  const run = await runningRun()
  const completion = completionOf(run.completionId, { outcome: 'failed', summaryMarkdown: 'a\u0000b' })
  const answer = await completeRun(platform, { ...run, completion })
  expect(answer.completion.summaryMarkdown).toBe('ab')
  expect((await runOf(platform, run)).errorMessage).toBe('ab')
  expect((await completeRun(platform, { ...run, completion })).repeated).toBe(true)
})
