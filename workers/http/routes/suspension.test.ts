import { eq, sql } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Database, queryRows } from '#kernel/database'
import { auditLog, authSessions, users } from '#schema/tables/index'
import { APP_ORIGIN, type HttpWorld, openHttpWorld, post } from '../../../tests/setup/http-world.ts'
import { asker, verify } from '../../../tests/setup/people.ts'
import type { SignedIn } from '../../../tests/setup/sign-in.ts'

let world: HttpWorld
let ask: ReturnType<typeof asker>
let db: Database
let ada: SignedIn
beforeAll(async () => {
  world = await openHttpWorld()
  ask = asker(world)
  db = world.test.db
  ada = await world.signUp('Ada')
  await verify(world, ada.userId)
  world.platform.access = { ...world.platform.access, superAdminEmails: [ada.email] }
})

const move = (verb: 'suspend' | 'unsuspend', userId: string, body: object | undefined = verb === 'suspend' ? {} : undefined) =>
  ask(`POST /api/admin/users/${userId}/${verb}`, ada.bearer, body)
const signIn = ({ email, password }: SignedIn) => ask('POST /api/auth/sign-in/email', {}, { email, password })
const logOf = (organizationId: string) =>
  db.select().from(auditLog).where(eq(auditLog.organizationId, organizationId)).orderBy(auditLog.id)
const suspensionsIn = async (organizationId: string) =>
  (await logOf(organizationId)).filter(({ verb }) => verb.endsWith('suspend'))

describe('POST /api/admin/users/:userId/suspend', () => {
  test('→ 200: every sign-in ends, sockets are looked at in each organization, and each has it in its log once', async () => {
    const [owner, bo] = [await world.signUp('Owner'), await world.signUp('Bo')]
    const elsewhere = { organizationId: owner.organizationId, userId: bo.userId }
    await queryRows(db, sql`insert into members (id, organization_id, user_id, role)
                            values (${`${bo.userId}-2`}, ${elsewhere.organizationId}, ${elsewhere.userId}, 'member')`)
    const looked: string[] = []
    world.platform.liveSessions = {
      ...world.platform.liveSessions,
      closeMemberSockets: async ({ organizationId }) => void looked.push(organizationId),
    }
    for (const _ of [1, 2]) expect(await move('suspend', bo.userId, { reason: 'Abuse' })).toMatchObject({ status: 200 })
    expect(await db.select().from(authSessions).where(eq(authSessions.userId, bo.userId))).toEqual([])
    expect((await ask('GET /api/me', bo.bearer)).status).toBe(401)
    expect(looked.slice(0, 2)).toEqual([bo.organizationId, owner.organizationId])
    for (const organizationId of looked.slice(0, 2)) {
      expect(await suspensionsIn(organizationId)).toMatchObject([
        { verb: 'suspend', actorId: ada.userId, subjectId: bo.userId, after: { reason: 'Abuse' } },
      ])
    }
    const listed = await ask(`GET /api/admin/users?q=${bo.userId}`, ada.bearer)
    expect(listed.body.items).toMatchObject([{ id: bo.userId, suspendedAt: world.test.clock.now().toISOString() }])
  })

  test('of ten at once one is written down', async () => {
    const bo = await world.signUp('Bo')
    const answers = await Promise.all(Array.from({ length: 10 }, () => move('suspend', bo.userId)))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
    expect(await suspensionsIn(bo.organizationId)).toHaveLength(1)
  })

  test('→ 409 for oneself and for another super admin; 404 for nobody', async () => {
    const eve = await world.signUp('Eve')
    await verify(world, eve.userId)
    const { access } = world.platform
    world.platform.access = { ...access, superAdminEmails: [ada.email, eve.email] }
    for (const userId of [ada.userId, eve.userId]) {
      expect(await move('suspend', userId)).toMatchObject({ status: 409, body: { code: 'admin.not_suspendable' } })
    }
    world.platform.access = access
    expect((await db.select().from(users).where(eq(users.id, eve.userId)))[0]?.suspendedAt).toBeNull()
    expect(await move('suspend', 'nobody')).toMatchObject({ status: 404, body: { code: 'admin.person_not_found' } })
  })
})

describe('a suspended person', () => {
  test('signs in by no way, and is told so only with the right password', async () => {
    const bo = await world.signUp('Bo')
    await move('suspend', bo.userId)
    expect(await signIn(bo)).toMatchObject({ status: 403, body: { code: 'auth.suspended' } })
    expect(await signIn({ ...bo, password: 'not the password' })).toMatchObject({ status: 401 })
    expect(await db.select().from(authSessions).where(eq(authSessions.userId, bo.userId))).toEqual([])
  })

  test('gets nothing done with a sign-in that slipped in beside the suspension, on no route, by cookie or token', async () => {
    const bo = await world.signUp('Bo')
    await db.update(users).set({ suspendedAt: new Date() }).where(eq(users.id, bo.userId))
    const change = { currentPassword: bo.password, newPassword: 'another password' }
    for (const by of [bo.bearer, { cookie: bo.cookie, origin: APP_ORIGIN }]) {
      const answers = [
        await ask('GET /api/me', by),
        await ask('GET /api/automations', by),
        await ask('GET /api/auth/get-session', by),
        await ask('GET /api/auth/list-sessions', by),
        await ask('POST /api/auth/change-password', by, change),
        await ask('POST /api/auth/update-user', by, { name: 'Mallory' }),
      ]
      expect(answers.map(({ status, body }) => [status, body.code])).toEqual(answers.map(() => [403, 'auth.suspended']))
    }
    await db.delete(authSessions).where(eq(authSessions.userId, bo.userId))
    await db.update(users).set({ suspendedAt: null }).where(eq(users.id, bo.userId))
    expect((await signIn(bo)).status).toBe(200)
  })

  test('without any organization is refused like the others', async () => {
    const bo = await world.signUp('Bo')
    await queryRows(db, sql`delete from organizations where id = ${bo.organizationId}`)
    await move('suspend', bo.userId)
    expect(await signIn(bo)).toMatchObject({ status: 403, body: { code: 'auth.suspended' } })
    const [entry] = await db.select().from(auditLog).where(eq(auditLog.subjectId, bo.userId))
    expect(entry).toMatchObject({ verb: 'suspend', organizationId: null })
    const eve = await world.signUp('Eve')
    await queryRows(db, sql`delete from organizations where id = ${eve.organizationId}`)
    await db.update(users).set({ suspendedAt: new Date() }).where(eq(users.id, eve.userId))
    expect(await ask('GET /api/organizations', eve.bearer)).toMatchObject({ status: 403, body: { code: 'auth.suspended' } })
  })

  test('may sign out', async () => {
    const bo = await world.signUp('Bo')
    await db.update(users).set({ suspendedAt: new Date() }).where(eq(users.id, bo.userId))
    expect((await world.request('/api/auth/sign-out', post({}, bo.bearer))).status).toBe(200)
  })
})

test('POST /api/admin/users/:userId/unsuspend → 200: the person signs in anew; an earlier sign-in stays ended', async () => {
  const bo = await world.signUp('Bo')
  expect((await move('unsuspend', bo.userId)).status).toBe(200)
  expect((await ask('GET /api/me', bo.bearer)).status).toBe(200)
  expect(await suspensionsIn(bo.organizationId)).toEqual([])
  await db.update(users).set({ suspendedAt: new Date() }).where(eq(users.id, bo.userId))
  for (const _ of [1, 2]) expect((await move('unsuspend', bo.userId)).status).toBe(200)
  expect((await ask('GET /api/me', bo.bearer)).status).toBe(401)
  expect((await signIn(bo)).status).toBe(200)
  expect(await suspensionsIn(bo.organizationId)).toMatchObject([{ verb: 'unsuspend', after: { suspendedAt: null } }])
})
