import { afterAll, beforeAll, expect, test } from 'vitest'
import { Run, RunEvent } from '#schema/contracts/runs'
import { type TestPlatform, testPlatform } from '../../tests/platform.ts'
import { seedAutomation, seedOrganization, seedRun, seedSession } from '../../tests/setup/seed.ts'
import { completeRun, enrichRun, findRun, listRunEvents, listRuns, writeArtifact } from './index.ts'

let platform: TestPlatform
const asSystem = ({ organizationId, runId }: { organizationId: string; runId: string }) => ({
  actor: { kind: 'system' as const, organizationId },
  runId,
})
let organizationId: string
let automation: { organizationId: string; automationId: string; triggerId: string }
beforeAll(async () => {
  platform = await testPlatform()
  organizationId = await seedOrganization(platform)
  automation = { organizationId, ...(await seedAutomation(platform, organizationId)) }
})
afterAll(() => platform.close())

test('pages of runs come newest first, each run once, and fit the contract', async () => {
  const made: string[] = []
  for (let index = 0; index < 5; index += 1) {
    made.push((await seedRun(platform, automation, { status: index === 4 ? 'failed' : 'queued' })).runId)
  }
  const first = await listRuns(platform, { actor: { kind: 'system', organizationId }, limit: 2 })
  const second = await listRuns(platform, { actor: { kind: 'system', organizationId }, limit: 3, cursor: first.nextCursor ?? '' })
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made.toReversed())
  expect(second.nextCursor).toBeNull()
  for (const run of first.items) expect(Run.parse(run)).toEqual(run)
  const failed = await listRuns(platform, { actor: { kind: 'system', organizationId }, limit: 10, status: 'failed' })
  expect(failed.items.map(({ id }) => id)).toEqual([made[4]])
  const others = await listRuns(platform, { actor: { kind: 'system', organizationId }, limit: 10, automationId: platform.ids.next() })
  expect(others.items).toEqual([])
})

test('a run shows its automation, its event and what its agent handed in', async () => {
  const sessionId = await seedSession(platform, organizationId)
  const run = await seedRun(platform, automation, { status: 'running', sessionId })
  const completion = {
    completionId: `run:${run.runId}:completion:v1`,
    outcome: 'succeeded' as const,
    summaryMarkdown: 'Done.',
    citations: [],
    branch: 'proliferate/x',
    commitSha: null,
  }
  await completeRun(platform, { ...run, sessionId, completion })
  expect(await findRun(platform, asSystem(run))).toMatchObject({
    automationName: 'Fix issues',
    eventTitle: 'Slugs keep accents',
    eventUrl: 'https://github.test/acme/app/issues/1',
    sessionId,
    status: 'succeeded',
    completion,
  })
})

test('the timeline of a run is told oldest first and fits the contract', async () => {
  const run = await seedRun(platform, automation)
  await enrichRun(platform, { ...run, leaseOwner: 'runs:1' })
  const { items } = await listRunEvents(platform, asSystem(run))
  expect(items.map(({ type, toStatus }) => [type, toStatus])).toEqual([
    ['status_transition', 'enriching'],
    ['enrichment_saved', null],
    ['status_transition', 'ready'],
  ])
  for (const event of items) expect(RunEvent.parse(event)).toEqual(event)
})

test('artifacts are written under the name of the run, and writing them again changes nothing', async () => {
  const run = await seedRun(platform, automation)
  await enrichRun(platform, { ...run, leaseOwner: 'runs:1' })
  const write = () => writeArtifact(platform, { ...run, artifact: 'enrichment' })
  expect(await write()).toBe('written')
  const key = `runs/${run.runId}/enrichment.json`
  const stored = platform.blobs.stored.get(key)
  expect(stored).toMatchObject({ contentType: 'application/json', organizationId })
  expect(JSON.parse(new TextDecoder().decode(stored?.bytes))).toMatchObject({ version: 1, provider: 'github' })
  expect(await write()).toBe('written')
  expect(platform.blobs.stored.get(key)).toEqual(stored)
})

test('an artifact that a run does not have is missing for good, and says so', async () => {
  const run = await seedRun(platform, automation)
  platform.log.entries.length = 0
  expect(await writeArtifact(platform, { ...run, artifact: 'completion' })).toBe('missing')
  expect(platform.log.entries).toMatchObject([{ event: 'run.artifact_missing', fields: { alert: true } }])
})
