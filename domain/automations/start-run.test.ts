import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { later } from '#kernel/clock'
import { HOUR_MS } from '#kernel/durations'
import { automationRuns, outbox, triggerEvents, webhookEndpoints, webhookInbox } from '#schema/tables/index'
import { type TestPlatform, testPlatform } from '../../tests/platform.ts'
import { outboxOf, runOf, timelineOf } from '../../tests/setup/observe.ts'
import { seedAutomation, seedOrganization } from '../../tests/setup/seed.ts'
import { handOffAcrossOrganizations } from '../triggers/hand-off.store.ts'
import { enrichRun, kickOutbox } from './index.ts'

// Runs are started by the hand-off of the slice above; what this slice promises holds from that statement on.

let platform: TestPlatform
let organizationId: string
let triggerId: string
let inboxId: string
beforeAll(async () => void (platform = await testPlatform()))
afterAll(() => platform.close())
beforeEach(async () => {
  organizationId = await seedOrganization(platform)
  triggerId = (await seedAutomation(platform, organizationId)).triggerId
  const endpointId = platform.ids.next()
  inboxId = platform.ids.next()
  const provider = 'github'
  const endpoint = { id: endpointId, organizationId, provider, sealedSecret: 'sealed' }
  await platform.db.insert(webhookEndpoints).values(endpoint)
  await platform.db.insert(webhookInbox).values({
    id: inboxId,
    organizationId,
    endpointId,
    source: `endpoint:${endpointId}`,
    provider,
    deliveryId: 'delivery-1',
    eventType: 'issues',
    traceId: 'trace-1',
    receivedAt: platform.clock.now(),
  })
})

function handOff(ids: { outboxId?: string } = {}) {
  const now = platform.clock.now()
  const candidate = {
    eventId: platform.ids.next(),
    runId: platform.ids.next(),
    runEventId: platform.ids.next(),
    outboxId: platform.ids.next(),
    organizationId,
    triggerId,
    inboxId,
    traceId: 'trace-1',
    disabled: false,
    event: {
      provider: 'github',
      eventType: 'issue_opened',
      providerEventType: 'issues',
      occurredAt: now.toISOString(),
      dedupKey: 'github:1:opened',
      title: 'Slugs keep accents',
      url: null,
      context: {},
    },
    ...ids,
  }
  const deadlineAt = later(now, 2 * HOUR_MS)
  return handOffAcrossOrganizations(platform.db, { candidates: [candidate], now, deadlineAt, audit: null })
}

const runsOf = () => platform.db.select().from(automationRuns).where(eq(automationRuns.organizationId, organizationId))
const announcementsOf = () =>
  platform.db
    .select()
    .from(outbox)
    .where(and(eq(outbox.organizationId, organizationId), eq(outbox.kind, 'enqueue_enrich')))

test('one trigger event starts exactly one run, also when ten deliveries of it race', async () => {
  await handOff()
  await handOff()
  await Promise.all(Array.from({ length: 10 }, () => handOff()))
  expect(await runsOf()).toHaveLength(1)
  expect(await announcementsOf()).toHaveLength(1)
})

test('a run, its event and its announcement are made together or not at all', async () => {
  const taken = platform.ids.next()
  await platform.db.insert(outbox).values({ id: taken, organizationId, kind: 'enqueue_execute', payload: {} })
  await expect(handOff({ outboxId: taken })).rejects.toThrow()
  expect(await runsOf()).toEqual([])
  const events = await platform.db.select().from(triggerEvents).where(eq(triggerEvents.organizationId, organizationId))
  expect(events).toEqual([])
})

test('the announcement of a started run reaches the queue and takes the run on its way', async () => {
  const [started] = await handOff()
  const run = { organizationId, runId: started?.runId ?? '' }
  await kickOutbox(platform, { ids: [started?.outboxId ?? ''] })
  expect(platform.runQueue.sent.at(-1)).toMatchObject({ kind: 'enrich', runId: run.runId, traceId: 'trace-1' })
  expect(await enrichRun(platform, { ...run, leaseOwner: 'runs:1' })).toBe('done')
  expect((await runOf(platform, run)).status).toBe('ready')
  expect((await timelineOf(platform, run)).at(-1)).toBe('enriching → ready')
  expect((await outboxOf(platform, run)).map(({ kind }) => kind)).toContain('enqueue_execute')
})
