import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { later } from '#kernel/clock'
import { MINUTE_MS } from '#kernel/durations'
import { type TestPlatform, testPlatform } from '../../tests/platform.ts'
import { interrupted } from '../../tests/setup/interrupted.ts'
import { outboxOf, runOf, timelineOf, triggerEventOf } from '../../tests/setup/observe.ts'
import { seedAutomation, seedOrganization, seedRun } from '../../tests/setup/seed.ts'
import { enrichRun, executeRun } from './index.ts'
import { claimRun } from './runs.store.ts'

let platform: TestPlatform
beforeAll(async () => void (platform = await testPlatform()))
afterAll(() => platform.close())

let automation: { organizationId: string; automationId: string; triggerId: string }
beforeEach(async () => {
  const organizationId = await seedOrganization(platform)
  automation = { organizationId, ...(await seedAutomation(platform, organizationId)) }
  platform.runQueue.sent.length = 0
  platform.effectQueue.sent.length = 0
  platform.runQueue.failing = false
})

const owner = { leaseOwner: 'runs:message-1' }

test('enrichment makes a queued run ready and announces its execution in the same statement', async () => {
  const run = await seedRun(platform, automation)
  expect(await enrichRun(platform, { ...run, ...owner })).toBe('done')
  const row = await runOf(platform, run)
  expect(row).toMatchObject({ status: 'ready', leaseOwner: null, leaseExpiresAt: null, leaseVersion: 1 })
  expect(row.enrichmentJson).toMatchObject({
    version: 1,
    summary: { title: 'Slugs keep accents', description: 'Accents stay.' },
    source: { url: 'https://github.test/acme/app/issues/1', eventType: 'issue_opened' },
  })
  expect(row.enrichmentStartedAt).toEqual(platform.clock.now())
  expect(row.enrichmentCompletedAt).toEqual(platform.clock.now())
  expect(await timelineOf(platform, run)).toEqual(['queued → enriching', 'enrichment_saved', 'enriching → ready'])
  const announced = await outboxOf(platform, run)
  expect(announced.map(({ kind, status }) => [kind, status])).toEqual([
    ['enqueue_execute', 'dispatched'],
    ['write_artifacts', 'dispatched'],
  ])
  expect(platform.runQueue.sent).toMatchObject([{ kind: 'execute', runId: run.runId }])
  expect(platform.effectQueue.sent).toMatchObject([{ kind: 'write_artifacts', artifact: 'enrichment' }])
})

test('a ready run always has its execution announced, also when the queue never hears of it', async () => {
  const run = await seedRun(platform, automation)
  platform.runQueue.failing = true
  await enrichRun(platform, { ...run, ...owner })
  expect((await runOf(platform, run)).status).toBe('ready')
  expect((await outboxOf(platform, run)).map(({ kind, status }) => [kind, status])).toContainEqual([
    'enqueue_execute',
    'pending',
  ])
})

test('of twenty parallel claims one wins the lease', async () => {
  const run = await seedRun(platform, automation)
  const now = platform.clock.now()
  const claims = Array.from({ length: 20 }, (_, index) =>
    claimRun(platform.db, {
      ...run,
      statuses: ['queued', 'enriching'],
      owner: `runs:${index}`,
      now,
      until: later(now, 5 * MINUTE_MS),
    }),
  )
  const winners = (await Promise.all(claims)).filter((row) => row !== null)
  expect(winners).toHaveLength(1)
  expect(winners[0]?.leaseVersion).toBe(1)
})

test('a message of one step leaves a run that stands at another step alone', async () => {
  const ready = await seedRun(platform, automation, { status: 'ready' })
  const queued = await seedRun(platform, automation)
  expect(await enrichRun(platform, { ...ready, ...owner })).toBe('gone')
  expect(await executeRun(platform, { ...queued, ...owner })).toBe('gone')
  expect(await runOf(platform, ready)).toMatchObject({ status: 'ready', leaseOwner: null, leaseVersion: 0 })
  expect(await runOf(platform, queued)).toMatchObject({ status: 'queued', leaseOwner: null, leaseVersion: 0 })
})

test('a lease that expired is taken over with the next version', async () => {
  const run = await seedRun(platform, automation)
  const claim = (name: string) => {
    const now = platform.clock.now()
    const until = later(now, 5 * MINUTE_MS)
    return claimRun(platform.db, { ...run, statuses: ['queued'], owner: name, now, until })
  }
  expect((await claim('first'))?.leaseVersion).toBe(1)
  platform.clock.advance(5 * MINUTE_MS - 1)
  expect(await claim('second')).toBeNull()
  platform.clock.advance(1)
  expect((await claim('second'))?.leaseVersion).toBe(2)
})

test('a redelivery waits while the lease is live, takes over after it, and then finds nothing to do', async () => {
  const run = await seedRun(platform, automation, {
    status: 'enriching',
    leaseOwner: 'runs:died',
    leaseExpiresAt: later(platform.clock.now(), 5 * MINUTE_MS),
    leaseVersion: 1,
  })
  expect(await enrichRun(platform, { ...run, ...owner })).toBe('busy')
  platform.clock.advance(5 * MINUTE_MS)
  expect(await enrichRun(platform, { ...run, ...owner })).toBe('done')
  expect(await enrichRun(platform, { ...run, ...owner })).toBe('gone')
  expect((await outboxOf(platform, run)).filter(({ kind }) => kind === 'enqueue_execute')).toHaveLength(1)
})

test('a holder whose lease was taken over changes nothing any more', async () => {
  const run = await seedRun(platform, automation)
  const takeOver = 'update automation_runs set lease_version = lease_version + 1'
  const steps = interrupted(platform.db, { before: 3, by: takeOver })
  expect(await enrichRun({ ...platform, db: steps }, { ...run, ...owner })).toBe('gone')
  expect((await runOf(platform, run)).status).toBe('enriching')
  expect(await outboxOf(platform, run)).toEqual([])
})

test('a run whose automation was switched off is skipped', async () => {
  const { organizationId } = automation
  const off = { organizationId, ...(await seedAutomation(platform, organizationId, { enabled: false })) }
  const run = await seedRun(platform, off)
  expect(await enrichRun(platform, { ...run, ...owner })).toBe('done')
  expect(await runOf(platform, run)).toMatchObject({ status: 'skipped', statusReason: 'automation_disabled' })
  expect(await triggerEventOf(platform, run)).toMatchObject({ status: 'skipped', skipReason: 'automation_disabled' })
})

test('a run whose trigger is gone fails with missing_context', async () => {
  const run = await seedRun(platform, automation, { triggerId: null })
  expect(await enrichRun(platform, { ...run, ...owner })).toBe('done')
  expect(await runOf(platform, run)).toMatchObject({
    status: 'failed',
    statusReason: 'missing_context',
    failureStage: 'enrichment',
  })
  expect(await triggerEventOf(platform, run)).toMatchObject({ status: 'failed' })
})

test('an event without a title fails its run with enrichment_failed', async () => {
  const run = await seedRun(platform, automation, {}, { title: '  ' })
  await enrichRun(platform, { ...run, ...owner })
  expect(await runOf(platform, run)).toMatchObject({ status: 'failed', statusReason: 'enrichment_failed' })
})
