import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../tests/setup/eventually.ts'
import { openSessionWorld, type SessionWorld, type TestSession } from '../../tests/workers/session-world.ts'

let world: SessionWorld
let limit: number
beforeAll(async () => {
  world = await openSessionWorld()
  limit = world.config.SESSIONS_CONCURRENT
})
afterAll(() => world?.close())

const FULL = /^Waiting for a free place: As many sessions are at work/
const statusOf = async (session: TestSession) => (await session.facts())['status']
const becomes = (session: TestSession, status: string) =>
  eventually(async () => expect(await statusOf(session)).toBe(status))
const waits = (session: TestSession) =>
  eventually(async () => expect((await session.facts())['statusReason']).toMatch(FULL))
const promptStates = async (session: TestSession) =>
  (await session.sql<{ state: string }>('select state from prompts order by position')).map(({ state }) => state)

/** A session that worked, and waits for a person. */
async function pausedSession(): Promise<TestSession> {
  const session = await world.session()
  await session.running()
  await session.elapse('expiry')
  await becomes(session, 'paused')
  await eventually(async () => expect(await session.timers()).toEqual([]))
  return session
}

test('a paused session that is prompted in a full house waits and says so; it boots when a slot is free', async () => {
  const session = await pausedSession()
  await world.holdSlots(limit)
  expect(await session.prompt('Go on')).toMatchObject({ ok: true, value: { state: 'queued' } })
  await waits(session)
  expect(await statusOf(session)).toBe('paused')
  await eventually(async () => expect((await session.row()).statusReason).toMatch(FULL))
  await session.elapse('slot')
  await eventually(async () => expect(await session.timers()).toContain('slot'))
  expect([await statusOf(session), (await promptStates(session)).at(-1)]).toEqual(['paused', 'queued'])
  await world.holdSlots(limit - 1)
  await session.elapse('slot')
  await becomes(session, 'starting')
  expect((await session.facts())['statusReason']).toBeNull()
  expect(await session.timers()).not.toContain('slot')
})

test('of several sessions that are prompted at once for the last slot one boots', async () => {
  const sessions = await Promise.all(Array.from({ length: 4 }, () => world.session()))
  await world.holdSlots(limit - 1)
  await Promise.all(sessions.map((session) => session.prompt('Fix it')))
  const settled = async () => Promise.all(sessions.map(async (session) => [await statusOf(session), (await session.facts())['statusReason']]))
  await eventually(async () => {
    const seen = await settled()
    expect(seen.filter(([status]) => status === 'starting')).toHaveLength(1)
    expect(seen.filter(([status, reason]) => status === 'pending' && FULL.test(String(reason)))).toHaveLength(3)
  })
})

test('a session that is evicted while it waits goes on waiting, and its prompt does not run out meanwhile', async () => {
  const session = await world.session()
  await world.holdSlots(limit)
  await session.prompt('Fix it')
  await waits(session)
  await session.evict()
  await session.sql('update prompts set waiting_since = 1')
  await session.elapse('slot')
  await eventually(async () =>
    expect(await session.sql('select 1 from prompts where waiting_since > 1')).toHaveLength(1),
  )
  await world.holdSlots(0)
  await session.elapse('slot')
  await becomes(session, 'starting')
})

test('a prompt that is canceled while it waits wakes nothing, and nothing is waited for any more', async () => {
  const session = await world.session()
  await world.holdSlots(limit)
  await session.prompt('Fix it')
  await waits(session)
  await session.object.cancel({ author: 'Ada' })
  await world.holdSlots(0)
  await session.elapse('slot')
  expect(await session.facts()).toMatchObject({ status: 'pending', statusReason: null })
  expect(await session.timers()).not.toContain('slot')
})
