import { eq } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { DAY_MS } from '#kernel/durations'
import { auditLog, users } from '#schema/tables/index'
import { endpoints } from '#schema/endpoints/index'
import { APP_ORIGIN, type HttpWorld, openHttpWorld, post } from '../../../tests/setup/http-world.ts'
import { asker, verify } from '../../../tests/setup/people.ts'
import { seedConfiguration } from '../../../tests/setup/seed.ts'
import type { SignedIn } from '../../../tests/setup/sign-in.ts'
import { declaredRoutes } from './rules.ts'

let world: HttpWorld
let ask: ReturnType<typeof asker>
beforeAll(async () => {
  world = await openHttpWorld()
  ask = asker(world)
})

async function superAdmin(isVerified = true): Promise<SignedIn> {
  const ada = await world.signUp('Ada')
  world.platform.access = { ...world.platform.access, superAdminEmails: [ada.email.toLowerCase()] }
  if (isVerified) await verify(world, ada.userId)
  return ada
}
const cookieOf = (by: SignedIn, more = '') => ({ cookie: `${by.cookie}${more}`, origin: APP_ORIGIN })

async function impersonating(ada: SignedIn, target: SignedIn) {
  const body = { userId: target.userId, organizationId: target.organizationId }
  const response = await world.request('/api/admin/impersonate', post(body, cookieOf(ada)))
  expect(response.status).toBe(200)
  const cookie = response.headers.getSetCookie().find((one) => one.includes('x-impersonate')) ?? ''
  return { attributes: cookie, headers: cookieOf(ada, `; ${cookie.split(';')[0]}`), value: cookie.split(';')[0] ?? '' }
}

test('U8: who is named as super admin is one only with a verified address', async () => {
  const ada = await superAdmin(false)
  expect((await ask('GET /api/me', ada.bearer)).body['superAdmin']).toBe(false)
  expect(await ask('GET /api/admin/users', ada.bearer)).toMatchObject({ status: 404 })
  await verify(world, ada.userId)
  expect((await ask('GET /api/me', ada.bearer)).body['superAdmin']).toBe(true)
  expect((await ask('GET /api/admin/users', ada.bearer)).status).toBe(200)
})

test('a super admin finds people and organizations, in pages; to everybody else there is no such route', async () => {
  const ada = await superAdmin()
  const bo = await world.signUp('Bo Findable')
  const found = await ask(`GET /api/admin/users?q=${encodeURIComponent(bo.email)}`, ada.bearer)
  expect(found.body.items).toMatchObject([{ id: bo.userId, organizations: [{ id: bo.organizationId, role: 'owner' }] }])
  expect((await ask('GET /api/admin/users?q=%25', ada.bearer)).body.items).toEqual([])
  const first = await ask('GET /api/admin/organizations?limit=1', ada.bearer)
  const second = await ask(`GET /api/admin/organizations?limit=1&cursor=${String(first.body['nextCursor'])}`, ada.bearer)
  expect(first.body.items?.[0]?.['id']).not.toBe(second.body.items?.[0]?.['id'])
  for (const path of ['users', 'organizations']) expect((await ask(`GET /api/admin/${path}`, bo.bearer)).status).toBe(404)
  expect((await ask('POST /api/admin/impersonate', bo.bearer, { userId: ada.userId, organizationId: ada.organizationId })).status).toBe(404)
})

test('impersonating shows the product as that person, says so, refuses what is theirs alone, and is written down', async () => {
  const ada = await superAdmin()
  const bo = await world.signUp('Bo')
  const { headers, attributes } = await impersonating(ada, bo)
  for (const word of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Max-Age=86400']) expect(attributes).toContain(word)
  expect((await ask('GET /api/me', headers)).body).toMatchObject({
    user: { id: bo.userId },
    organization: { id: bo.organizationId },
    superAdmin: true,
    impersonation: { adminId: ada.userId, adminName: 'Ada' },
  })
  expect((await ask('POST /api/automations', headers, { name: 'Fix' })).status).toBe(201)
  const refused = [
    ['POST /api/api-keys', { name: 'ci', scopes: ['runs:read'] }],
    ['PATCH /api/profile', { name: 'Eve' }],
    ['POST /api/organizations', { name: 'Mine' }],
    ['POST /api/auth/change-password', { currentPassword: 'a', newPassword: 'long enough' }],
  ] as const
  for (const [line, body] of refused) {
    const answer = await ask(line, headers, body)
    expect([line, answer.status, answer.body.code]).toEqual([line, 403, 'auth.impersonating'])
  }
  const { configurationId } = await seedConfiguration(world.test, bo.organizationId)
  const session = await ask('POST /api/sessions', headers, { configurationId })
  const stop = await world.request('/api/admin/impersonate/stop', post({}, headers))
  expect(stop.headers.getSetCookie().join()).toContain('x-impersonate=;')
  expect(world.test.sessionObjects.of(String(session.body['id'])).calls).toContain('recheckMembers')
  const log = await world.test.db.select().from(auditLog).where(eq(auditLog.organizationId, bo.organizationId))
  const verbs = log.filter(({ subjectKind }) => subjectKind === 'user').map(({ verb, actorId }) => [verb, actorId])
  expect(verbs).toEqual([['impersonate', ada.userId], ['stop_impersonating', ada.userId]])
  expect(log.find(({ verb }) => verb === 'create')?.impersonatedBy).toBe(ada.userId)
})

test('a suspended person is impersonated by nobody, nor acted for any longer', async () => {
  const ada = await superAdmin()
  const bo = await world.signUp('Bo')
  const { headers } = await impersonating(ada, bo)
  await world.test.db.update(users).set({ suspendedAt: new Date() }).where(eq(users.id, bo.userId))
  expect((await ask('GET /api/me', headers)).body).toMatchObject({ user: { id: ada.userId }, impersonation: null })
  const body = { userId: bo.userId, organizationId: bo.organizationId }
  expect(await ask('POST /api/admin/impersonate', cookieOf(ada), body)).toMatchObject({
    status: 404,
    body: { code: 'admin.person_not_found' },
  })
})

test('who impersonates the next person has stopped with the one before, and the log says so', async () => {
  const ada = await superAdmin()
  const [bo, cy] = [await world.signUp('Bo'), await world.signUp('Cy')]
  const { headers } = await impersonating(ada, bo)
  const body = { userId: cy.userId, organizationId: cy.organizationId }
  expect((await ask('POST /api/admin/impersonate', headers, body)).status).toBe(200)
  const log = await world.test.db.select().from(auditLog).where(eq(auditLog.organizationId, bo.organizationId))
  expect(log.map(({ verb }) => verb)).toEqual(expect.arrayContaining(['impersonate', 'stop_impersonating']))
})

test('the line of a request names who really sits there, and the key of a program', async () => {
  const ada = await superAdmin()
  const bo = await world.signUp('Bo')
  const { headers } = await impersonating(ada, bo)
  const made = await ask('POST /api/api-keys', bo.bearer, { name: 'ci', scopes: ['runs:read'] })
  await ask('GET /api/runs', headers)
  await ask('GET /api/runs', { authorization: `Bearer ${String(made.body['key'])}` })
  const lines = world.test.log.entries.filter(({ event }) => event === 'http.request').slice(-2)
  expect(lines).toMatchObject([
    { fields: { userId: bo.userId, impersonatedBy: ada.userId, apiKeyId: null } },
    { fields: { userId: bo.userId, impersonatedBy: null, apiKeyId: made.body['id'] } },
  ])
})

/** Names at the top of a body or an answer that hold a secret. */
const SECRET = /^(key|token|secret|webhookSecret|credential|password)$/

/** Whether an endpoint takes a secret or hands one out. */
function dealsInSecrets({ request, responses }: (typeof declaredRoutes)[number]): boolean {
  const answers = Object.entries(responses).filter(([status]) => status.startsWith('2'))
  return [request?.body, ...answers.map(([, answer]) => answer)].some((part) => {
    const content = part as { content?: Record<string, { schema: z.ZodType }> } | undefined
    const schema = content?.content?.['application/json']?.schema
    const shown: { properties?: object } = schema ? z.toJSONSchema(schema, { unrepresentable: 'any' }) : {}
    return Object.keys(shown.properties ?? {}).some((name) => SECRET.test(name))
  })
}

test('every endpoint that takes a secret or hands one out is refused while impersonating', async () => {
  const ada = await superAdmin()
  const { headers } = await impersonating(ada, await world.signUp('Bo'))
  const open = new Set<string>(Object.values(endpoints.device).map(({ path }) => path))
  const secret = declaredRoutes.filter((route) => dealsInSecrets(route) && !open.has(route.path))
  const lines = secret.map(({ method, path }) => `${method.toUpperCase()} ${path.replace(/\{\w+\}/, 'x')}` as `POST ${string}`)
  expect(lines).toContain('POST /api/webhook-endpoints/x/rotate')
  for (const line of lines) {
    const answer = await ask(line, headers, {})
    expect([line, answer.status, answer.body.code]).toEqual([line, 403, 'auth.impersonating'])
  }
})

test('U7: the cookie is worth nothing to others, forged, after a day, with a token, and after demotion', async () => {
  const own = world
  const ada = await superAdmin()
  const [bo, eve] = [await world.signUp('Bo'), await world.signUp('Eve')]
  const { headers, value } = await impersonating(ada, bo)
  const whoIs = async (by: Record<string, string>) => {
    const { body } = await ask('GET /api/me', by)
    return (body['user'] as { id: string }).id
  }
  expect(await whoIs(headers)).toBe(bo.userId)
  expect(await whoIs(cookieOf(eve, `; ${value}`))).toBe(eve.userId)
  const claims = decodeURIComponent(decodeURIComponent(value.slice(value.indexOf('=') + 1, value.lastIndexOf('.'))))
  const forged = encodeURIComponent(claims.replaceAll(bo.userId, eve.userId))
  const signature = value.slice(value.lastIndexOf('.') + 1)
  const name = value.slice(0, value.indexOf('='))
  expect(await whoIs(cookieOf(ada, `; ${name}=${encodeURIComponent(`${forged}.${signature}`)}`))).toBe(ada.userId)
  expect(await whoIs({ ...ada.bearer, cookie: value })).toBe(ada.userId)
  const { superAdminEmails } = own.platform.access
  own.platform.access = { ...own.platform.access, superAdminEmails: [] }
  expect(await whoIs(headers)).toBe(ada.userId)
  own.platform.access = { ...own.platform.access, superAdminEmails }
  expect(await whoIs(headers)).toBe(bo.userId)
  await world.test.db.update(users).set({ emailVerified: false }).where(eq(users.id, ada.userId))
  expect(await whoIs(headers)).toBe(ada.userId)
  await verify(world, ada.userId)
  world.test.clock.advance(DAY_MS)
  expect(await whoIs(headers)).toBe(ada.userId)
})
