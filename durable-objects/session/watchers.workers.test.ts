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

const entriesOf = (sessionId: string) =>
  world.needs.db.select().from(auditLog).where(eq(auditLog.subjectId, sessionId)).orderBy(auditLog.id)
const keyOf = (...scopes: string[]) => JSON.stringify({ id: 'key-1', scopes })

test('the audit log knows from where, with which key and in whose name somebody prompted; also after an eviction', async () => {
  const session = await world.session()
  const behind = { 'x-address': '203.0.113.7', 'x-impersonated-by': 'root' }
  const client = await session.client('member', 'u1', behind)
  await client.resume()
  client.say({ type: 'prompt', idempotencyKey: 'first-key', text: 'Do it' })
  await client.until(() => client.of('receipt').length === 1)
  await session.evict()
  client.say({ type: 'prompt', idempotencyKey: 'second-key', text: 'Do it again' })
  await eventually(async () => expect(await entriesOf(session.id)).toHaveLength(2))
  const seen = { ip: '203.0.113.7', impersonatedBy: 'root', actorKind: 'user', actorId: 'u1', apiKeyId: null }
  expect(await entriesOf(session.id)).toMatchObject([seen, seen])
  const program = await session.client('member', 'u1', { 'x-api-key': keyOf('sessions:write') })
  await program.resume()
  program.say({ type: 'prompt', idempotencyKey: 'third-key', text: 'Do more' })
  await eventually(async () => expect(await entriesOf(session.id)).toHaveLength(3))
  expect((await entriesOf(session.id)).at(-1)).toMatchObject({ actorKind: 'api_key', apiKeyId: 'key-1', ip: null })
})

test('a key that only reads watches, and cannot prompt or cancel, whatever the role of its person', async () => {
  const session = await world.session()
  const program = await session.client('owner', 'u1', { 'x-api-key': keyOf('sessions:read') })
  await program.resume()
  program.say({ type: 'prompt', idempotencyKey: 'reading-key', text: 'Do it' })
  program.say({ type: 'cancel' })
  await program.until(() => program.of('error').length === 2)
  expect(program.of('error').map(({ code }) => code)).toEqual(['auth.forbidden', 'auth.forbidden'])
  expect(await session.events()).toEqual([])
})

test('a key that cannot be read opens nothing', async () => {
  const session = await world.session()
  const client = await session.client('member', 'u1', { 'x-api-key': '{' })
  await client.until(() => client.closed !== null)
})
