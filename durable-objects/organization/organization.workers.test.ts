import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, expect, test } from 'vitest'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '#kernel/durations'
import { durableSessionQuota } from '../../adapters/cloudflare/session-quota.ts'
import { handMovedClock } from '../../tests/platform.ts'

let organizationId: string
let clock: ReturnType<typeof handMovedClock>
let quota: ReturnType<typeof durableSessionQuota>
beforeEach(() => {
  organizationId = crypto.randomUUID()
  clock = handMovedClock()
  quota = durableSessionQuota(env.ORGANIZATION, { limits: { concurrent: 2, perDay: 4 }, clock })
})

const reserve = (key: string) => quota.reserve({ organizationId, key })
const start = async (name: string) => {
  const answer = await reserve(name)
  if (answer.ok) await quota.settle({ organizationId, key: name, sessionId: name })
  return answer.ok
}
const note = (sessionId: string, active: boolean) => quota.note({ organizationId, sessionId, active })

test('of twenty at the same time for the last slot one wins', async () => {
  await start('first')
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => reserve(`racer ${index}`)))
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
  expect(answers.find(({ ok }) => !ok)).toEqual({ ok: false, reason: 'concurrent', retryAfterMs: MINUTE_MS })
})

test('the same key takes one slot, however often it asks', async () => {
  for (const _ of [1, 2, 3]) expect(await reserve('run:1:session')).toEqual({ ok: true })
  expect(await reserve('other')).toEqual({ ok: true })
  expect((await reserve('third')).ok).toBe(false)
})

test('a session that ends or pauses gives its slot back; one that goes on takes it again', async () => {
  await start('a')
  await start('b')
  expect(await start('c')).toBe(false)
  await note('a', false)
  expect(await start('c')).toBe(true)
  await note('c', false)
  await note('a', true)
  expect(await start('d')).toBe(false)
})

test('to go on after a pause takes a slot like a start, counts as none, and needs none where one is held', async () => {
  const resume = async (sessionId: string) => (await quota.resume({ organizationId, sessionId })).ok
  for (const name of ['a', 'b']) await start(name)
  expect([await resume('a'), await resume('b')]).toEqual([true, true])
  await note('a', false)
  expect(await start('c')).toBe(true)
  expect(await quota.resume({ organizationId, sessionId: 'a' })).toEqual({
    ok: false,
    reason: 'concurrent',
    retryAfterMs: MINUTE_MS,
  })
  await note('b', false)
  const answers = await Promise.all(['a', 'b', 'unknown'].map(resume))
  expect(answers.filter(Boolean)).toHaveLength(1)
  await Promise.all(['a', 'b', 'c', 'unknown'].map((name) => note(name, false)))
  expect(await start('d')).toBe(true)
  await note('d', false)
  expect([await resume('unknown'), await resume('a'), await start('e')]).toEqual([true, true, false])
})

test('a reservation that no session came of is as if it had never been', async () => {
  for (const key of ['1', '2', '3', '4', '5', '6']) {
    expect((await reserve(key)).ok).toBe(true)
    await quota.drop({ organizationId, key })
  }
  expect(await start('a')).toBe(true)
})

test('a crash between reservation and session leaks no slot: it lapses in ten minutes', async () => {
  await reserve('crashed 1')
  await reserve('crashed 2')
  expect(await start('a')).toBe(false)
  clock.advance(10 * MINUTE_MS)
  expect(await start('a')).toBe(true)
})

test('a session that says nothing any more lets go in half an hour; one that is at work keeps its slot', async () => {
  await start('silent')
  await start('busy')
  clock.advance(29 * MINUTE_MS)
  await note('busy', true)
  clock.advance(MINUTE_MS)
  expect(await start('a')).toBe(true)
  expect(await start('b')).toBe(false)
})

test('no more than so many are started in 24 hours, and it is said when the next one may', async () => {
  for (const name of ['a', 'b', 'c', 'd']) {
    expect(await start(name)).toBe(true)
    await note(name, false)
    clock.advance(HOUR_MS)
  }
  expect(await reserve('e')).toEqual({ ok: false, reason: 'daily', retryAfterMs: DAY_MS - 4 * HOUR_MS })
  clock.advance(DAY_MS - 4 * HOUR_MS)
  expect(await start('e')).toBe(true)
  expect(await start('f')).toBe(false)
})

test('slots survive the memory of the object, and organizations do not see each other', async () => {
  await start('a')
  await start('b')
  await evictDurableObject(env.ORGANIZATION.getByName(organizationId))
  expect(await start('c')).toBe(false)
  expect((await quota.reserve({ organizationId: crypto.randomUUID(), key: 'c' })).ok).toBe(true)
})

test('what lies back further than a day is thrown out', async () => {
  await start('a')
  await note('a', false)
  clock.advance(DAY_MS + 1)
  await start('b')
  const kept = await runInDurableObject(env.ORGANIZATION.getByName(organizationId), (_, state) =>
    state.storage.sql.exec<{ key: string }>('select key from reservations').toArray(),
  )
  expect(kept).toEqual([{ key: 'b' }])
})
