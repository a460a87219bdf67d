import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HOUR_MS } from '#kernel/durations'
import type { Role } from '#schema/contracts/common'
import { CLOSE } from '#schema/contracts/session-socket'
import { apiKeys, members, users } from '#schema/tables/index'
import { openSessionWorld, type SessionWorld } from '../../tests/workers/session-world.ts'
import { addMember } from '../../tests/setup/sign-in.ts'

let world: SessionWorld
beforeAll(async () => {
  world = await openSessionWorld()
})
afterAll(() => world?.close())

async function watcher(session: Awaited<ReturnType<SessionWorld['session']>>, role: Role = 'member') {
  const { db } = world.needs
  const userId = crypto.randomUUID()
  await db.insert(users).values({ id: userId, name: 'Bo', email: `${userId}@people.example` })
  await addMember(db, { organizationId: world.organizationId, userId, role })
  const client = await session.client(role, userId)
  await client.resume()
  const remove = () => db.delete(members).where(eq(members.userId, userId))
  return { client, userId, remove }
}
const dueInMs = async (session: Awaited<ReturnType<SessionWorld['session']>>) => {
  const [timer] = await session.sql<{ due_at: number }>("select due_at from timers where name = 'membership'")
  return timer ? timer.due_at - Date.now() : null
}

test("a removed member's socket closes with 4403 when membership is looked at, which is within 60 s; others stay", async () => {
  const session = await world.session()
  const [gone, stays] = [await watcher(session), await watcher(session, 'viewer')]
  const due = await dueInMs(session)
  expect(due).toBeGreaterThan(0)
  expect(due).toBeLessThan(50_000)
  await gone.remove()
  await session.elapse('membership')
  await gone.client.until(() => gone.client.closed !== null)
  expect(gone.client.closed?.code).toBe(CLOSE.forbidden)
  expect(stays.client.closed).toBeNull()
  expect(await dueInMs(session)).toBeLessThan(50_000)
  expect(await dueInMs(session)).not.toBeNull()
})

test('a suspended member is sent away like a removed one', async () => {
  const session = await world.session()
  const { client, userId } = await watcher(session, 'owner')
  await world.needs.db.update(users).set({ suspendedAt: new Date() }).where(eq(users.id, userId))
  await session.elapse('membership')
  await client.until(() => client.closed !== null)
  expect(client.closed?.code).toBe(CLOSE.forbidden)
})

test("a program's socket closes when its key was deleted or has expired; another key's, and the person's own, stay", async () => {
  const { db } = world.needs
  const session = await world.session()
  const { client: person, userId } = await watcher(session, 'admin')
  const withKey = async (slot: number) => {
    const id = crypto.randomUUID()
    const { organizationId } = world
    await db.insert(apiKeys).values({ id, organizationId, userId, slot, name: 'CI', start: 'pk_1', keyHash: id, scopes: [] })
    const client = await session.client('admin', userId, { 'x-api-key': JSON.stringify({ id, scopes: [] }) })
    return { id, client }
  }
  const [deleted, expired, living] = [await withKey(1), await withKey(2), await withKey(3)]
  await session.elapse('membership')
  expect([deleted, expired, living].map(({ client }) => client.closed)).toEqual([null, null, null])
  await db.delete(apiKeys).where(eq(apiKeys.id, deleted.id))
  await db.update(apiKeys).set({ expiresAt: new Date(0) }).where(eq(apiKeys.id, expired.id))
  expect(await dueInMs(session)).toBeLessThan(50_000)
  await session.elapse('membership')
  for (const { client } of [deleted, expired]) {
    await client.until(() => client.closed !== null)
    expect(client.closed?.code).toBe(CLOSE.forbidden)
  }
  expect([living.client.closed, person.closed]).toEqual([null, null])
})

test('the socket of a super admin who watches as a member closes when that is stopped, has run out, or they are none', async () => {
  const session = await world.session()
  const { client: person, userId } = await watcher(session)
  const { userId: adminId } = await watcher(session)
  const { db } = world.needs
  await db.update(users).set({ email: world.config.SUPER_ADMIN_EMAILS[0] ?? '', emailVerified: true }).where(eq(users.id, adminId))
  const impersonating = async (endsAt: number) => {
    const ends = new Date(endsAt).toISOString()
    return session.client('member', userId, { 'x-impersonated-by': adminId, 'x-impersonation-ends-at': ends })
  }
  const [late, fresh] = [await impersonating(Date.now() - 1), await impersonating(Date.now() + HOUR_MS)]
  await session.elapse('membership')
  await late.until(() => late.closed !== null)
  expect([late.closed?.code, fresh.closed]).toEqual([CLOSE.forbidden, null])
  await session.object.recheckMembers({ stoppedAdminId: adminId })
  await fresh.until(() => fresh.closed !== null)
  const other = await impersonating(Date.now() + HOUR_MS)
  await db.update(users).set({ emailVerified: false }).where(eq(users.id, adminId))
  await session.elapse('membership')
  await other.until(() => other.closed !== null)
  expect(person.closed).toBeNull()
})

test('who got another role is sent away to come back with it', async () => {
  const session = await world.session()
  const { client, userId } = await watcher(session)
  await world.needs.db.update(members).set({ role: 'viewer' }).where(eq(members.userId, userId))
  await session.elapse('membership')
  await client.until(() => client.closed !== null)
  expect(client.closed?.code).toBe(CLOSE.forbidden)
})

test('removing a member does not wait for the timer: the object can be told', async () => {
  const session = await world.session()
  const { client, remove } = await watcher(session)
  await remove()
  await session.object.recheckMembers()
  await client.until(() => client.closed !== null)
  expect(client.closed?.code).toBe(CLOSE.forbidden)
})

test('after an eviction the watchers are known still; while the database is away nobody is sent away, then it is tried again', async () => {
  const session = await world.session()
  const { client, remove } = await watcher(session)
  await remove()
  await session.evict()
  world.databaseAway(true)
  await session.elapse('membership')
  expect(client.closed).toBeNull()
  world.databaseAway(false)
  expect(await dueInMs(session)).not.toBeNull()
  await session.elapse('membership')
  await client.until(() => client.closed !== null)
})
