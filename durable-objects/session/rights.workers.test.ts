import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditLog } from '#schema/tables/index'
import { eventually } from '../../tests/setup/eventually.ts'
import { openSessionWorld, type SessionWorld } from '../../tests/workers/session-world.ts'

let world: SessionWorld
beforeAll(async () => {
  world = await openSessionWorld()
})
afterAll(() => world?.close())

test("a member prompts in somebody else's session, and cannot cancel what goes on there", async () => {
  const session = await world.session()
  const [maker, member] = [await session.client('member', 'u1', { 'x-is-maker': 'true' }), await session.client('member', 'u2')]
  await maker.resume()
  await member.resume()
  member.say({ type: 'prompt', idempotencyKey: 'a-common-key', text: 'Do it' })
  member.say({ type: 'cancel' })
  await member.until(() => member.of('error').length === 1)
  expect(member.of('error')[0]?.code).toBe('auth.forbidden')
  maker.say({ type: 'prompt', idempotencyKey: 'a-common-key', text: 'Do that as well' })
  await maker.until(() => maker.of('receipt').length === 1)
  expect(maker.of('receipt')[0]?.duplicate).toBe(false)
  maker.say({ type: 'cancel' })
  await maker.until(() => maker.eventsOf('prompt.changed').filter(({ state }) => state === 'canceled').length === 2)
})

test('viewers watch, and cannot prompt or cancel', async () => {
  const session = await world.session()
  const [viewer, member] = [await session.client('viewer'), await session.client('member')]
  await viewer.resume()
  await member.resume()
  viewer.say({ type: 'prompt', idempotencyKey: 'viewer-key', text: 'Do it' })
  viewer.say({ type: 'cancel' })
  await viewer.until(() => viewer.of('error').length === 2)
  expect(viewer.of('error').map(({ code }) => code)).toEqual(['auth.forbidden', 'auth.forbidden'])
  expect(await session.events()).toEqual([])
  member.say({ type: 'prompt', idempotencyKey: 'member-key', text: 'Do it' })
  await member.until(() => member.of('receipt').length === 1)
  expect(member.of('receipt')[0]).toMatchObject({ idempotencyKey: 'member-key', duplicate: false })
  await viewer.untilEvent('prompt.queued')
  expect(viewer.eventsOf('prompt.queued')[0]).toMatchObject({ text: 'Do it', author: 'Ada' })
})

test('what somebody does over a socket is in the audit log, without what they said', async () => {
  const session = await world.session()
  const client = await session.client('member', 'u1', { 'x-is-maker': 'true' })
  await client.resume()
  for (const count of [1, 2]) client.say({ type: 'prompt', idempotencyKey: 'key-of-ada', text: `secret plans ${count}` })
  client.say({ type: 'cancel' })
  const entries = () => world.needs.db.select().from(auditLog).where(eq(auditLog.subjectId, session.id))
  await eventually(async () => expect((await entries()).map(({ verb }) => verb).toSorted()).toEqual(['cancel', 'prompt']))
  const prompt = (await entries()).find(({ verb }) => verb === 'prompt')
  expect(prompt).toMatchObject({ actorId: 'u1', actorName: 'Ada', traceId: session.opening.traceId, after: { characters: 14 } })
  expect(JSON.stringify(await entries())).not.toContain('secret plans')
})
