import { afterAll, beforeAll, expect, test } from 'vitest'
import { RunStatus } from '#schema/contracts/runs'
import { type TestPlatform, testPlatform } from '../../tests/platform.ts'
import { outboxOf, runOf, timelineOf } from '../../tests/setup/observe.ts'
import { raceOn } from '../../tests/setup/race.ts'
import { seedAutomation, seedOrganization, seedRun } from '../../tests/setup/seed.ts'
import { hasEnded, isLegalMove, runLifecycle, type RunTransition, targetOf } from './run.lifecycle.ts'
import { moveRun } from './run-moves.store.ts'
import { touchRun } from './touch-run.ts'

/** Written out by hand from b1 §1.4: from → every state it may go to. */
const LEGAL: Record<RunStatus, RunStatus[]> = {
  queued: ['enriching', 'failed', 'timed_out', 'canceled', 'skipped'],
  enriching: ['ready', 'failed', 'timed_out', 'canceled', 'skipped'],
  ready: ['running', 'failed', 'timed_out', 'canceled'],
  running: ['succeeded', 'failed', 'needs_human', 'timed_out', 'canceled'],
  failed: ['succeeded', 'failed'],
  needs_human: ['succeeded', 'failed'],
  timed_out: ['succeeded', 'failed'],
  succeeded: [],
  canceled: [],
  skipped: [],
}
const STATUSES = RunStatus.options
const TRANSITIONS = allTransitions()

function allTransitions(): RunTransition[] {
  const named = STATUSES.flatMap((status) => Object.keys(runLifecycle.transitions[status]) as RunTransition[])
  return [...new Set(named)]
}

let platform: TestPlatform
beforeAll(async () => void (platform = await testPlatform()))
afterAll(() => platform.close())

test.each(STATUSES.flatMap((from) => STATUSES.map((to) => ({ from, to }))))(
  'a run may go from $from to $to exactly when the table of states says so',
  ({ from, to }) => {
    expect(isLegalMove(from, to)).toBe(LEGAL[from].includes(to))
  },
)

test('a run lives in four states and has ended in six', () => {
  expect(STATUSES.filter((status) => !hasEnded(status))).toEqual(['queued', 'enriching', 'ready', 'running'])
})

test('an illegal edge is refused by the database too, and leaves no trace', async () => {
  const organizationId = await seedOrganization(platform)
  const automation = { organizationId, ...(await seedAutomation(platform, organizationId)) }
  for (const from of STATUSES) {
    for (const transition of TRANSITIONS) {
      const legal = LEGAL[from].includes(targetOf(transition)) && runLifecycle.sourcesOf(transition).includes(from)
      const run = await seedRun(platform, automation, { status: from })
      const moved = await moveRun(platform.db, {
        ...run,
        transition,
        at: platform.clock.now(),
        events: [{ id: platform.ids.next(), type: 'status_transition' }],
        outbox: [{ id: platform.ids.next(), kind: 'enqueue_execute', payload: { runId: run.runId } }],
        endsLease: false,
      })
      const told = `${from} --${transition}-->`
      expect([told, moved?.status]).toEqual([told, legal ? targetOf(transition) : undefined])
      expect([told, (await runOf(platform, run)).status]).toEqual([told, legal ? targetOf(transition) : from])
      const timeline = legal ? [`${from} → ${targetOf(transition)}`] : []
      expect([told, await timelineOf(platform, run)]).toEqual([told, timeline])
      expect([told, (await outboxOf(platform, run)).length]).toEqual([told, legal ? 1 : 0])
    }
  }
})

test('a run, its run event and its outbox row change together or not at all', async () => {
  const organizationId = await seedOrganization(platform)
  const automation = { organizationId, ...(await seedAutomation(platform, organizationId)) }
  const run = await seedRun(platform, automation)
  const taken = platform.ids.next()
  const move = (ids: { event: string; outbox: string }) =>
    moveRun(platform.db, {
      ...run,
      transition: 'enrich',
      at: platform.clock.now(),
      events: [{ id: ids.event, type: 'status_transition' }],
      outbox: [{ id: ids.outbox, kind: 'enqueue_execute', payload: { runId: run.runId } }],
      endsLease: false,
    })
  const other = await seedRun(platform, automation)
  await moveRun(platform.db, {
    ...other,
    transition: 'enrich',
    at: platform.clock.now(),
    events: [{ id: taken, type: 'status_transition' }],
    outbox: [{ id: taken, kind: 'enqueue_execute', payload: { runId: other.runId } }],
    endsLease: false,
  })
  await expect(move({ event: taken, outbox: platform.ids.next() })).rejects.toThrow()
  await expect(move({ event: platform.ids.next(), outbox: taken })).rejects.toThrow()
  expect((await runOf(platform, run)).status).toBe('queued')
  expect(await timelineOf(platform, run)).toEqual([])
  expect(await outboxOf(platform, run)).toEqual([])
})

test('of ten writers that meet at the same run only one moves it, and one event is written', async () => {
  const organizationId = await seedOrganization(platform)
  const automation = { organizationId, ...(await seedAutomation(platform, organizationId)) }
  const run = await seedRun(platform, automation, { status: 'running' })
  const move = (transition: RunTransition) =>
    moveRun(platform.db, {
      ...run,
      transition,
      at: platform.clock.now(),
      events: [{ id: platform.ids.next(), type: 'status_transition' }],
      outbox: [],
      endsLease: true,
    })
  const moves = await raceOn(platform.databaseUrl, {
    lock: `select from automation_runs where id = '${run.runId}'`,
    contenders: () => Array.from({ length: 10 }, (_, index) => move(index % 2 === 0 ? 'cancel' : 'succeed')),
  })
  const winners = moves.filter((row) => row !== null)
  expect(winners).toHaveLength(1)
  expect(await timelineOf(platform, run)).toEqual([`running → ${winners[0]?.status}`])
})

test('a run whose row another writer has just touched is moved all the same', async () => {
  const organizationId = await seedOrganization(platform)
  const automation = { organizationId, ...(await seedAutomation(platform, organizationId)) }
  const run = await seedRun(platform, automation, { status: 'running', lastActivityAt: new Date(0) })
  const cancel = () =>
    moveRun(platform.db, {
      ...run,
      transition: 'cancel',
      at: platform.clock.now(),
      events: [{ id: platform.ids.next(), type: 'status_transition' }],
      outbox: [],
      endsLease: true,
    })
  await raceOn<unknown>(platform.databaseUrl, {
    lock: `select from automation_runs where id = '${run.runId}'`,
    contenders: () => [touchRun(platform, run), cancel(), touchRun(platform, run)],
  })
  expect(await runOf(platform, run)).toMatchObject({ status: 'canceled' })
  expect(await timelineOf(platform, run)).toEqual(['running → canceled'])
})
