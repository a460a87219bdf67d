import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '#domain/identity'
import { earlier } from '#kernel/clock'
import { DAY_MS, HOUR_MS } from '#kernel/durations'
import { AutomationListItem, MAX_COUNTED_RUNS } from '#schema/contracts/automations'
import type { RunStatus } from '#schema/contracts/runs'
import { automationRuns, triggerEvents } from '#schema/tables/index'
import { uuidV7 } from '../../adapters/system.ts'
import { countStatements } from '../../tests/setup/count-statements.ts'
import { type TestPlatform, testPlatform } from '../../tests/platform.ts'
import { seedAutomation, seedOrganization, seedRun } from '../../tests/setup/seed.ts'
import { listAutomations } from './index.ts'

let platform: TestPlatform
beforeAll(async () => void (platform = await testPlatform()))
afterAll(() => platform.close())

type Automation = { organizationId: string; automationId: string; triggerId: string }
const systemOf = (organizationId: string): Actor => ({ kind: 'system', organizationId })
const automationOf = async (organizationId: string): Promise<Automation> => ({
  organizationId,
  ...(await seedAutomation(platform, organizationId)),
})

/** A run that was made that long ago, as its id and its row say. Returns its id. */
async function runAgo(automation: Automation, ageMs: number, status: RunStatus = 'succeeded'): Promise<string> {
  const at = earlier(platform.clock.now(), ageMs)
  const id = uuidV7(at.getTime(), crypto.getRandomValues(new Uint8Array(16)))
  await seedRun(platform, automation, { id, status, queuedAt: at })
  return id
}

test('a list tells the newest run of each automation, and how many were queued within seven days', async () => {
  const organizationId = await seedOrganization(platform)
  const [busy, quiet, fresh] = [
    await automationOf(organizationId),
    await automationOf(organizationId),
    await automationOf(organizationId),
  ]
  const newest = await runAgo(busy, HOUR_MS, 'failed')
  await runAgo(busy, 7 * DAY_MS - 1)
  await runAgo(busy, 7 * DAY_MS + 1)
  const old = await runAgo(quiet, 30 * DAY_MS, 'canceled')
  const { items } = await listAutomations(platform, { actor: systemOf(organizationId), limit: 50 })
  const agoOf = (ageMs: number) => earlier(platform.clock.now(), ageMs).toISOString()
  expect(items.map(({ id, lastRun, runsLast7Days }) => ({ id, lastRun, runsLast7Days }))).toEqual([
    { id: fresh.automationId, lastRun: null, runsLast7Days: 0 },
    { id: quiet.automationId, lastRun: { id: old, status: 'canceled', at: agoOf(30 * DAY_MS) }, runsLast7Days: 0 },
    { id: busy.automationId, lastRun: { id: newest, status: 'failed', at: agoOf(HOUR_MS) }, runsLast7Days: 2 },
  ])
  expect(items.map(({ triggerCount }) => triggerCount)).toEqual([1, 1, 1])
  for (const item of items) expect(AutomationListItem.parse(item)).toEqual(item)
})

test("another organization's runs are in no list but its own", async () => {
  const [mine, theirs] = [await seedOrganization(platform), await seedOrganization(platform)]
  await automationOf(mine)
  const run = await runAgo(await automationOf(theirs), HOUR_MS)
  const listOf = async (organizationId: string) =>
    (await listAutomations(platform, { actor: systemOf(organizationId), limit: 50 })).items
  expect(await listOf(mine)).toMatchObject([{ lastRun: null, runsLast7Days: 0 }])
  expect(await listOf(theirs)).toMatchObject([{ lastRun: { id: run }, runsLast7Days: 1 }])
})

test('a page is one statement, however many automations and runs it tells of', async () => {
  const organizationId = await seedOrganization(platform)
  for (let made = 0; made < 4; made += 1) {
    const automation = await automationOf(organizationId)
    await runAgo(automation, HOUR_MS)
    await runAgo(automation, 2 * HOUR_MS)
  }
  const list = () => listAutomations(platform, { actor: systemOf(organizationId), limit: 3 })
  expect(await countStatements(list)).toBe(1)
  expect((await list()).items).toHaveLength(3)
})

test('a busy automation is counted up to a bound', async () => {
  const organizationId = await seedOrganization(platform)
  const automation = await automationOf(organizationId)
  const now = platform.clock.now()
  const ids = Array.from({ length: MAX_COUNTED_RUNS + 5 }, (_, index) => ({
    run: uuidV7(now.getTime() - index, crypto.getRandomValues(new Uint8Array(16))),
    event: platform.ids.next(),
  }))
  const { automationId, triggerId } = automation
  const event = { organizationId, triggerId, provider: 'github', eventType: 'issue_opened', title: 'Slugs' }
  await platform.db.insert(triggerEvents).values(
    ids.map(({ event: id }) => ({
      ...event,
      id,
      providerEventType: 'issues',
      occurredAt: now,
      dedupKey: id,
      context: {},
    })),
  )
  await platform.db
    .insert(automationRuns)
    .values(ids.map(({ run: id, event: triggerEventId }) => ({ id, triggerEventId, organizationId, automationId, deadlineAt: now })))
  const { items } = await listAutomations(platform, { actor: systemOf(organizationId), limit: 50 })
  expect(items).toMatchObject([{ lastRun: { id: ids[0]?.run }, runsLast7Days: MAX_COUNTED_RUNS }])
})

test('who may not read runs is told of none: viewers may, an API key needs the scope', async () => {
  const organizationId = await seedOrganization(platform)
  const run = await runAgo(await automationOf(organizationId), HOUR_MS)
  const viewer = { kind: 'user', userId: 'user-1', userName: 'Ada', organizationId, role: 'viewer' } as const
  const listAs = async (actor: Actor) => (await listAutomations(platform, { actor, limit: 50 })).items
  expect(await listAs(viewer)).toMatchObject([{ lastRun: { id: run }, runsLast7Days: 1 }])
  const keyWith = (...scopes: ('automations:read' | 'runs:read')[]) => ({ ...viewer, apiKey: { id: 'key-1', scopes } })
  expect(await listAs(keyWith('automations:read'))).toMatchObject([{ lastRun: null, runsLast7Days: null }])
  expect(await listAs(keyWith('automations:read', 'runs:read'))).toMatchObject([{ lastRun: { id: run } }])
})
