import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '#domain/identity'
import { ConfigurationNotFound } from '#domain/repositories'
import type { Completion } from '#schema/contracts/runs'
import { type TestPlatform, testPlatform } from '../../tests/platform.ts'
import { outboxOf, runOf, timelineOf } from '../../tests/setup/observe.ts'
import { seedAutomation, seedConfiguration, seedOrganization, seedRun, seedSession } from '../../tests/setup/seed.ts'
import {
  AutomationNotFound,
  cancelRun,
  completeRun,
  createAutomation,
  endRunSession,
  enrichRun,
  executeRun,
  failRun,
  findAutomation,
  findRun,
  listAutomations,
  listRunEvents,
  listRuns,
  RunNotFound,
  touchRun,
  writeArtifact,
} from './index.ts'

let platform: TestPlatform
let mine: Awaited<ReturnType<typeof seedRun>>
let stranger: string
let sessionId: string
beforeAll(async () => {
  platform = await testPlatform()
  const organizationId = await seedOrganization(platform)
  stranger = await seedOrganization(platform)
  sessionId = await seedSession(platform, organizationId)
  const automation = { organizationId, ...(await seedAutomation(platform, organizationId)) }
  mine = await seedRun(platform, automation, { sessionId, status: 'running' })
})
afterAll(() => platform.close())

const completion: Completion = {
  completionId: 'run:1:completion:v1',
  outcome: 'succeeded',
  summaryMarkdown: null,
  citations: [],
  branch: null,
  commitSha: null,
}
const actorOf = (organizationId: string): Actor => ({ kind: 'system', organizationId })
const step = { leaseOwner: 'runs:1' }

const refusals: Record<string, (run: { organizationId: string; runId: string }) => Promise<unknown>> = {
  findRun: ({ organizationId, runId }) => findRun(platform, { actor: actorOf(organizationId), runId }),
  listRunEvents: ({ organizationId, runId }) =>
    listRunEvents(platform, { actor: actorOf(organizationId), runId }),
  cancelRun: ({ organizationId, runId }) => cancelRun(platform, { actor: actorOf(organizationId), runId }),
  completeRun: (run) => completeRun(platform, { ...run, sessionId, completion }),
  failRun: (run) => failRun(platform, { ...run, stage: 'execution', reason: 'no_completion', error: 'x' }),
}

test.each(Object.keys(refusals))('%s refuses a run of another organization like a missing one', async (name) => {
  const attempt = refusals[name]!
  const refusal = async (run: { organizationId: string; runId: string }) => {
    const error = await attempt(run).catch((thrown: unknown) => thrown)
    expect(RunNotFound.is(error)).toBe(true)
    return error
  }
  const foreign = await refusal({ organizationId: stranger, runId: mine.runId })
  expect(foreign).toEqual(await refusal({ organizationId: stranger, runId: platform.ids.next() }))
})

test('steps, activity, artifacts and ends that name another organization change nothing', async () => {
  const before = await runOf(platform, mine)
  const run = { organizationId: stranger, runId: mine.runId }
  expect(await enrichRun(platform, { ...run, ...step })).toBe('gone')
  expect(await executeRun(platform, { ...run, ...step })).toBe('gone')
  expect(await endRunSession(platform, run)).toEqual({ ended: false })
  expect(await writeArtifact(platform, { ...run, artifact: 'completion' })).toBe('missing')
  await touchRun(platform, run)
  expect(await runOf(platform, mine)).toEqual(before)
  expect(await timelineOf(platform, mine)).toEqual([])
  expect(await outboxOf(platform, mine)).toEqual([])
  expect(platform.sessionObjects.of(sessionId).calls).toEqual([])
})

test('lists show the rows of one organization only', async () => {
  const { automationId } = mine
  const theirs = { actor: actorOf(stranger), limit: 50 }
  expect((await listRuns(platform, theirs)).items).toEqual([])
  expect((await listRuns(platform, { ...theirs, automationId })).items).toEqual([])
  expect((await listAutomations(platform, theirs)).items).toEqual([])
  const found = findAutomation(platform, { actor: actorOf(stranger), automationId })
  await expect(found).rejects.toSatisfy(AutomationNotFound.is)
})

test('an automation cannot be given the configuration of another organization', async () => {
  const { configurationId } = await seedConfiguration(platform, mine.organizationId)
  const wish = {
    name: 'Theft',
    description: null,
    agentInstructions: '',
    modelId: null,
    defaultConfigurationId: configurationId,
    enabled: true,
  }
  await expect(createAutomation(platform, { actor: actorOf(stranger), automation: wish })).rejects.toSatisfy(
    ConfigurationNotFound.is,
  )
  expect((await listAutomations(platform, { actor: actorOf(stranger), limit: 50 })).items).toEqual([])
})
