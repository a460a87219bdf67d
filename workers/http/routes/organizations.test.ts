import { eq } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { members, organizations } from '#schema/tables/index'
import { type HttpWorld, openHttpWorld, post } from '../../../tests/setup/http-world.ts'
import { asker, verify } from '../../../tests/setup/people.ts'
import { raceOn } from '../../../tests/setup/race.ts'
import { seedSession } from '../../../tests/setup/seed.ts'
import { addMember } from '../../../tests/setup/sign-in.ts'

let world: HttpWorld
let ask: ReturnType<typeof asker>
beforeAll(async () => {
  world = await openHttpWorld()
  ask = asker(world)
})

const membershipsOf = (userId: string) => world.test.db.select().from(members).where(eq(members.userId, userId))
const memberIdOf = async (userId: string, organizationId: string) =>
  (await membershipsOf(userId)).find((one) => one.organizationId === organizationId)?.id ?? ''

test('U1: of fifty people named Ann Lee everybody has an organization after signing up', async () => {
  const people = []
  for (let round = 0; round < 5; round += 1) {
    people.push(...(await Promise.all(Array.from({ length: 10 }, () => world.signUp('Ann Lee')))))
  }
  for (const { userId } of people) expect(await membershipsOf(userId)).toMatchObject([{ role: 'owner' }])
  const made = await world.test.db.select().from(organizations)
  expect(made.filter(({ isPersonal }) => isPersonal).length).toBeGreaterThanOrEqual(50)
})

test('U2: of two owners who leave, or demote each other, at once, one stays an owner', async () => {
  for (const way of ['leave', 'demote'] as const) {
    const ann = await world.signUp('Ann')
    const bo = await world.memberOf(ann, 'owner')
    const { organizationId } = ann
    const path = `/api/organizations/${organizationId}`
    const [annId, boId] = [await memberIdOf(ann.userId, organizationId), await memberIdOf(bo.userId, organizationId)]
    const contenders = () =>
      way === 'leave'
        ? [ask(`POST ${path}/leave`, ann.bearer), ask(`POST ${path}/leave`, bo.bearer)]
        : [
            ask(`PATCH ${path}/members/${boId}`, ann.bearer, { role: 'member' }),
            ask(`PATCH ${path}/members/${annId}`, bo.bearer, { role: 'member' }),
          ]
    const lock = `select id from members where organization_id = '${organizationId}' order by id`
    const answers = await raceOn(world.test.databaseUrl, { lock, contenders })
    const refused = answers.find(({ status }) => status !== 200)
    expect([way, answers.map(({ status }) => status).sort()]).toEqual([way, [200, 409]])
    expect(refused?.body.code).toBe('member.last_owner')
    const left = await world.test.db.select().from(members).where(eq(members.organizationId, organizationId))
    expect(left.filter(({ role }) => role === 'owner')).toHaveLength(1)
  }
})

test('the last owner can neither leave nor be demoted; a transfer makes another one and leaves an admin', async () => {
  const ann = await world.signUp('Ann')
  const bo = await world.memberOf(ann, 'member')
  const path = `/api/organizations/${ann.organizationId}`
  const annId = await memberIdOf(ann.userId, ann.organizationId)
  expect(await ask(`POST ${path}/leave`, ann.bearer)).toMatchObject({ status: 409, body: { code: 'member.last_owner' } })
  expect((await ask(`PATCH ${path}/members/${annId}`, ann.bearer, { role: 'admin' })).status).toBe(409)
  expect((await ask(`DELETE ${path}/members/${annId}`, ann.bearer)).status).toBe(409)
  const memberId = await memberIdOf(bo.userId, ann.organizationId)
  expect((await ask(`POST ${path}/transfer`, bo.bearer, { memberId })).status).toBe(403)
  expect((await ask(`POST ${path}/transfer`, ann.bearer, { memberId })).status).toBe(200)
  const list = await ask(`GET ${path}/members`, bo.bearer)
  expect(list.body.items?.map(({ role }) => role)).toEqual(['admin', 'owner'])
  expect((await ask(`POST ${path}/leave`, ann.bearer)).status).toBe(200)
})

test('two transfers at once make one new owner', async () => {
  const ann = await world.signUp('Ann')
  const others = [await world.memberOf(ann, 'member'), await world.memberOf(ann, 'admin')]
  const ids = await Promise.all(others.map(({ userId }) => memberIdOf(userId, ann.organizationId)))
  const lock = `select id from members where organization_id = '${ann.organizationId}' order by id`
  const contenders = () =>
    ids.map((memberId) => ask(`POST /api/organizations/${ann.organizationId}/transfer`, ann.bearer, { memberId }))
  await raceOn(world.test.databaseUrl, { lock, contenders })
  const rows = await world.test.db.select().from(members).where(eq(members.organizationId, ann.organizationId))
  expect(rows.filter(({ role }) => role === 'owner')).toHaveLength(1)
})

test('U3: a removed member is out with the same cookie, loses the keys for it, and running sessions are told', async () => {
  const ann = await world.signUp('Ann')
  const bo = await world.memberOf(ann, 'member')
  const path = `/api/organizations/${ann.organizationId}`
  const key = await ask('POST /api/api-keys', bo.bearer, { name: 'ci', scopes: ['runs:read'] })
  const own = await ask('POST /api/api-keys', { authorization: bo.bearer.authorization ?? '' }, {
    name: 'own',
    scopes: ['runs:read'],
  })
  const byKey = { authorization: `Bearer ${String(key.body['key'])}` }
  expect((await ask('GET /api/runs', byKey)).status).toBe(200)
  const running = await seedSession(world.test, ann.organizationId)
  const over = await seedSession(world.test, ann.organizationId, { endedAt: new Date() })
  const memberId = await memberIdOf(bo.userId, ann.organizationId)
  expect((await ask(`DELETE ${path}/members/${memberId}`, ann.bearer)).status).toBe(200)
  expect(world.test.sessionObjects.of(running).calls).toEqual(['recheckMembers'])
  expect(world.test.sessionObjects.of(over).calls).toEqual([])
  const cookie = { cookie: bo.cookie, 'x-organization-id': ann.organizationId }
  expect((await ask('GET /api/runs', cookie)).status).toBe(403)
  expect((await ask(`GET ${path}/members`, { cookie: bo.cookie })).status).toBe(404)
  expect((await ask('GET /api/runs', byKey)).status).toBe(401)
  const left = await ask('GET /api/api-keys', { authorization: bo.bearer.authorization ?? '' })
  expect(left.body.items).toMatchObject([{ name: 'own' }])
  expect((await ask('GET /api/runs', { authorization: `Bearer ${String(own.body['key'])}` })).status).toBe(200)
  expect((await ask(`DELETE ${path}/members/${memberId}`, ann.bearer)).status).toBe(404)
})

test('U6: an organization in the header or the path that is not one\'s own is refused like one that does not exist', async () => {
  const [ann, bo] = [await world.signUp(), await world.signUp()]
  const named = { ...ann.bearer, 'x-organization-id': bo.organizationId }
  expect((await ask('GET /api/runs', named)).status).toBe(403)
  const same = { ...ann.bearer, 'x-request-id': 'the-same-request' }
  for (const rest of ['', '/members', '/domains', '/invitations']) {
    const foreign = await ask(`GET /api/organizations/${bo.organizationId}${rest}`, same)
    expect(foreign).toEqual(await ask(`GET /api/organizations/org_nobody${rest}`, same))
    expect([foreign.status, foreign.body.code]).toEqual([404, 'organization.not_found'])
  }
})

test('creating gives an owner and a slug; a slug asked for twice is 409, a name twice is not; eleven are too many', async () => {
  const ann = await world.signUp('Ann')
  const slug = `acme-${ann.userId.toLowerCase().slice(0, 20)}`
  const first = await ask('POST /api/organizations', ann.bearer, { name: 'Acme', slug })
  expect(first).toMatchObject({ status: 201, body: { name: 'Acme', slug, role: 'owner', isPersonal: false } })
  const taken = await ask('POST /api/organizations', ann.bearer, { name: 'Acme', slug })
  expect([taken.status, taken.body.code]).toEqual([409, 'organization.slug_taken'])
  const named = [await ask('POST /api/organizations', ann.bearer, { name: 'Twin' })]
  named.push(await ask('POST /api/organizations', ann.bearer, { name: 'Twin' }))
  expect(new Set(named.map(({ status, body }) => `${status} ${String(body['slug'])}`)).size).toBe(2)
  for (let count = 4; count < 10; count += 1) await ask('POST /api/organizations', ann.bearer, { name: 'More' })
  const last = await ask('POST /api/organizations', ann.bearer, { name: 'More' })
  expect([last.status, last.body.code]).toEqual([409, 'organization.too_many'])
  expect((await ask('GET /api/organizations', ann.bearer)).body.items).toHaveLength(10)
})

test('renaming is for admins, deleting for owners with the name typed, and never the only one', async () => {
  const ann = await world.signUp('Ann')
  const [admin, member] = [await world.memberOf(ann, 'admin'), await world.memberOf(ann, 'member')]
  const own = `/api/organizations/${ann.organizationId}`
  expect((await ask(`PATCH ${own}`, member.bearer, { name: 'Mine' })).status).toBe(403)
  const renamed = await ask(`PATCH ${own}`, admin.bearer, { name: 'Acme' })
  expect(renamed).toMatchObject({ status: 200, body: { name: 'Acme', role: 'admin' } })
  expect((await ask(`DELETE ${own}`, admin.bearer, { confirmName: 'Acme' })).status).toBe(403)
  const only = await ask(`DELETE ${own}`, ann.bearer, { confirmName: 'Acme' })
  expect([only.status, only.body.code]).toEqual([409, 'organization.last'])
  const second = await ask('POST /api/organizations', ann.bearer, { name: 'Second' })
  const path = `/api/organizations/${String(second.body['id'])}`
  const mistyped = await ask(`DELETE ${path}`, ann.bearer, { confirmName: 'second' })
  expect([mistyped.status, mistyped.body.code]).toEqual([400, 'organization.name_not_confirmed'])
  const running = await seedSession(world.test, String(second.body['id']))
  world.test.sessionObjects.of(await seedSession(world.test, String(second.body['id']))).unreachable = true
  expect((await ask(`DELETE ${path}`, ann.bearer, { confirmName: 'Second' })).status).toBe(200)
  expect(world.test.sessionObjects.of(running).ends).toMatchObject([{ status: 'stopped' }])
  expect((await ask(`GET ${path}`, ann.bearer)).status).toBe(404)
})

test('domains: only one\'s own verified one may be set; who has it is suggested the organization and may join', async () => {
  const [ann, bo, eve] = [await world.signUp('Ann'), await world.signUp('Bo'), await world.signUp('Eve')]
  const domain = `d${ann.userId.toLowerCase().slice(0, 12).replace(/[^a-z0-9]/g, 'x')}.example`
  const path = `/api/organizations/${ann.organizationId}`
  const set = (domains: string[]) => ask(`PUT ${path}/domains`, ann.bearer, { domains })
  expect((await set([domain])).status).toBe(400)
  await verify(world, ann.userId, `ann@${domain}`)
  expect((await set(['gmail.com'])).body.code).toBe('organization.domain_not_allowed')
  expect((await set([domain, 'other.example'])).status).toBe(400)
  expect(await set([domain])).toMatchObject({ status: 200, body: { domains: [domain] } })
  const allowedDomains = [domain, 'gmail.com']
  await world.test.db.update(organizations).set({ allowedDomains }).where(eq(organizations.id, ann.organizationId))
  await verify(world, bo.userId, `bo@${domain}`)
  await verify(world, eve.userId, `eve${eve.userId}@gmail.com`)
  const suggested = await ask('GET /api/organizations/suggestions', bo.bearer)
  expect(suggested.body.items).toMatchObject([{ id: ann.organizationId, memberCount: 1 }])
  expect((await ask('GET /api/organizations/suggestions', eve.bearer)).body.items).toEqual([])
  expect((await ask(`POST ${path}/join`, eve.bearer)).status).toBe(404)
  expect((await ask(`POST ${path}/join`, bo.bearer)).status).toBe(200)
  expect(await membershipsOf(bo.userId)).toHaveLength(2)
  expect((await ask('GET /api/organizations/suggestions', bo.bearer)).body.items).toEqual([])
})

test('U11: no change of people or organizations is made with a cookie from another site', async () => {
  const ann = await world.signUp('Ann')
  const bo = await world.signUp('Bo')
  await addMember(world.test.db, { organizationId: ann.organizationId, userId: bo.userId, role: 'member' })
  const foreign = { cookie: ann.cookie, origin: 'https://evil.test' }
  const path = `/api/organizations/${ann.organizationId}` as const
  const lines = [
    'POST /api/organizations',
    `PATCH ${path}`,
    `DELETE ${path}`,
    `POST ${path}/transfer`,
    `POST ${path}/leave`,
    `POST ${path}/invitations`,
    'POST /api/api-keys',
    'POST /api/device/authorize',
    'POST /api/admin/impersonate',
    'PATCH /api/profile',
    'PUT /api/onboarding',
  ] as const
  for (const line of lines) {
    const answer = await ask(line, foreign, {})
    expect([line, answer.status, answer.body.code]).toEqual([line, 403, 'request.bad_origin'])
  }
  expect((await world.request('/api/auth/change-password', post({}, foreign))).status).toBe(403)
})
