import { eq, isNull } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { auditLog, members } from '#schema/tables/index'
import { APP_ORIGIN, type HttpWorld, openHttpWorld, post } from '../../../tests/setup/http-world.ts'
import { asker, verify } from '../../../tests/setup/people.ts'
import { withAuditRefused } from '../../../tests/setup/refused-audit.ts'
import { cookieHeader, type SignedIn } from '../../../tests/setup/sign-in.ts'

let world: HttpWorld
let ask: ReturnType<typeof asker>
let ann: SignedIn
beforeEach(async () => {
  world = await openHttpWorld()
  ask = asker(world)
  ann = await world.signUp('Ann')
})

/** What was done after the organization was there. */
const entriesOf = async (organizationId: string) => {
  const all = await world.test.db.select().from(auditLog).where(eq(auditLog.organizationId, organizationId)).orderBy(auditLog.id)
  return all.filter(({ verb }) => verb !== 'create')
}
const verbsOf = async (organizationId: string) => (await entriesOf(organizationId)).map(({ verb }) => verb)

test('joining by domain is written down once, with the member that there is', async () => {
  const bo = await world.signUp('Bo')
  const domain = `d${ann.userId.toLowerCase().replace(/[^a-z0-9]/g, 'x')}.example`
  const path = `/api/organizations/${ann.organizationId}` as const
  await verify(world, ann.userId, `ann@${domain}`)
  await verify(world, bo.userId, `bo@${domain}`)
  await ask(`PUT ${path}/domains`, ann.bearer, { domains: [domain] })
  await ask(`PUT ${path}/domains`, ann.bearer, { domains: [domain] })
  for (let round = 0; round < 3; round += 1) expect((await ask(`POST ${path}/join`, bo.bearer)).status).toBe(200)
  expect(await verbsOf(ann.organizationId)).toEqual(['update', 'join'])
  const [, joined] = await entriesOf(ann.organizationId)
  const [member] = await world.test.db.select().from(members).where(eq(members.id, joined?.subjectId ?? ''))
  expect(member).toMatchObject({ userId: bo.userId, organizationId: ann.organizationId })
})

test('the first steps are written down when they change something', async () => {
  const note = (change: object) => ask('PUT /api/onboarding', ann.bearer, change)
  for (const change of [{ path: 'developer' }, { path: 'developer' }, {}, { answers: { role: 'engineer' } }]) await note(change)
  for (let round = 0; round < 2; round += 1) await ask('POST /api/onboarding/complete', ann.bearer)
  expect((await entriesOf(ann.organizationId)).map(({ verb, after }) => [verb, after])).toEqual([
    ['update', { onboarding: { path: 'developer' } }],
    ['update', { onboarding: { answers: { role: 'engineer' } } }],
    ['complete_onboarding', null],
  ])
})

test('switching to an organization is written down in its log, once', async () => {
  const { body } = await ask('POST /api/organizations', ann.bearer, { name: 'Second' })
  const path = `/api/organizations/${String(body['id'])}/activate` as const
  const cookie = { cookie: ann.cookie, origin: APP_ORIGIN }
  for (let round = 0; round < 2; round += 1) expect((await ask(`POST ${path}`, cookie)).status).toBe(200)
  expect(await verbsOf(String(body['id']))).toEqual(['activate'])
})

test('what becomes of members is written down with the change itself, and what is refused is not', async () => {
  const path = `/api/organizations/${ann.organizationId}` as const
  const others = []
  for (const role of ['viewer', 'member'] as const) others.push(await world.memberOf(ann, role))
  const rows = await world.test.db.select().from(members).where(eq(members.organizationId, ann.organizationId))
  const idOf = ({ userId }: SignedIn) => rows.find((row) => row.userId === userId)?.id ?? ''
  const [viewer, member] = [others[0] ?? ann, others[1] ?? ann]
  expect((await ask(`PATCH ${path}/members/${idOf(ann)}`, ann.bearer, { role: 'admin' })).status).toBe(409)
  expect((await ask(`DELETE ${path}/members/${idOf(ann)}`, ann.bearer)).status).toBe(409)
  expect((await ask(`POST ${path}/leave`, ann.bearer)).status).toBe(409)
  expect((await ask(`POST ${path}/transfer`, ann.bearer, { memberId: 'nobody' })).status).toBe(404)
  expect((await ask(`PATCH ${path}/members/${idOf(viewer)}`, ann.bearer, { role: 'admin' })).status).toBe(200)
  expect((await ask(`DELETE ${path}/members/${idOf(member)}`, ann.bearer)).status).toBe(200)
  expect((await ask(`POST ${path}/transfer`, ann.bearer, { memberId: idOf(viewer) })).status).toBe(200)
  expect((await ask(`POST ${path}/leave`, ann.bearer)).status).toBe(200)
  const entries = await entriesOf(ann.organizationId)
  expect(entries.map(({ verb, subjectId, before, after }) => [verb, subjectId, before, after])).toEqual([
    ['update', idOf(viewer), { role: 'viewer' }, { role: 'admin' }],
    ['remove', idOf(member), { role: 'member' }, null],
    ['transfer', ann.organizationId, null, { memberId: idOf(viewer) }],
    ['leave', idOf(ann), null, null],
  ])
})

test('what belongs to no organization is read by super admins, in pages and by filter; by nobody else', async () => {
  const known = await world.test.db.select().from(auditLog).where(isNull(auditLog.organizationId))
  const { body } = await ask('POST /api/organizations', ann.bearer, { name: 'Gone' })
  const deleted = await ask(`DELETE /api/organizations/${String(body['id'])}`, ann.bearer, { confirmName: 'Gone' })
  expect(deleted.status).toBe(200)
  expect((await ask('GET /api/admin/audit', ann.bearer)).status).toBe(404)
  await verify(world, ann.userId)
  world.platform.access = { ...world.platform.access, superAdminEmails: [ann.email] }
  expect((await ask('GET /api/admin/audit?verb=delete&subject=organization&limit=1', ann.bearer)).body.items).toMatchObject([
    { verb: 'delete', actor: { id: ann.userId }, subject: { kind: 'organization', id: body['id'], label: 'Gone' } },
  ])
  const all = (await ask('GET /api/admin/audit?limit=100', ann.bearer)).body.items ?? []
  expect(all).toHaveLength(known.length + 1)
  expect((await ask('GET /api/admin/audit?actor=nobody', ann.bearer)).body).toMatchObject({ items: [], nextCursor: null })
})

test('nobody is impersonated without an entry of it', async () => {
  const bo = await world.signUp('Bo')
  await verify(world, ann.userId)
  world.platform.access = { ...world.platform.access, superAdminEmails: [ann.email] }
  // An id that is taken: the entry cannot be stored.
  await ask('PUT /api/onboarding', ann.bearer, { path: 'developer' })
  const [stored] = await entriesOf(ann.organizationId)
  world.platform.ids = { next: () => stored?.id ?? '' }
  const target = { userId: bo.userId, organizationId: bo.organizationId }
  const answer = await world.request('/api/admin/impersonate', {
    method: 'POST',
    headers: { ...ann.bearer, 'content-type': 'application/json' },
    body: JSON.stringify(target),
  })
  expect([answer.status, answer.headers.getSetCookie()]).toEqual([500, []])
})

test('who would impersonate the next person, and cannot for want of an entry, has not stopped with the one before', async () => {
  const [bo, cy] = [await world.signUp('Bo'), await world.signUp('Cy')]
  await verify(world, ann.userId)
  world.platform.access = { ...world.platform.access, superAdminEmails: [ann.email] }
  const looked: string[] = []
  world.platform.liveSessions = {
    ...world.platform.liveSessions,
    closeMemberSockets: async ({ organizationId }) => void looked.push(organizationId),
  }
  const headers = { cookie: ann.cookie, origin: APP_ORIGIN }
  const as = ({ userId, organizationId }: SignedIn, by: Record<string, string>) =>
    world.request('/api/admin/impersonate', post({ userId, organizationId }, by))
  const begun = await as(bo, headers)
  const impersonating = { ...headers, cookie: `${ann.cookie}; ${cookieHeader(begun)}` }
  expect((await withAuditRefused(world.test.db, () => as(cy, impersonating))).status).toBe(500)
  expect([await verbsOf(bo.organizationId), looked]).toEqual([['impersonate'], []])
  expect((await as(cy, impersonating)).status).toBe(200)
  expect([await verbsOf(bo.organizationId), looked]).toEqual([['impersonate', 'stop_impersonating'], [bo.organizationId]])
  expect(await verbsOf(cy.organizationId)).toEqual(['impersonate'])
})

test('to stop impersonating is answered as done when its entry cannot be stored, and the entry is told to the log', async () => {
  const bo = await world.signUp('Bo')
  await verify(world, ann.userId)
  world.platform.access = { ...world.platform.access, superAdminEmails: [ann.email] }
  const headers = { cookie: ann.cookie, origin: APP_ORIGIN }
  const { userId, organizationId } = bo
  const begun = await world.request('/api/admin/impersonate', post({ userId, organizationId }, headers))
  const impersonating = { ...headers, cookie: `${ann.cookie}; ${cookieHeader(begun)}` }
  const stop = () => world.request('/api/admin/impersonate/stop', post({}, impersonating))
  const stopped = await withAuditRefused(world.test.db, stop)
  expect([stopped.status, stopped.headers.getSetCookie().join()]).toEqual([200, expect.stringContaining('x-impersonate=;')])
  expect(world.test.log.entries.filter(({ event }) => event === 'audit.not_stored')).toMatchObject([
    { fields: { alert: true, entry: { verb: 'stop_impersonating', actorId: ann.userId, subjectId: bo.userId } } },
  ])
})

test('the log is not taken away without an entry of it', async () => {
  const take = () => ask('GET /api/audit/export?format=csv', ann.bearer)
  expect((await withAuditRefused(world.test.db, take)).status).toBe(500)
  expect(await verbsOf(ann.organizationId)).toEqual([])
})
