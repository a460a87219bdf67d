import { beforeAll, expect, test } from 'vitest'
import { DAY_MS } from '#kernel/durations'
import { eq } from 'drizzle-orm'
import { apiKeys } from '#schema/tables/index'
import { type HttpWorld, openHttpWorld } from '../../../tests/setup/http-world.ts'
import { asker } from '../../../tests/setup/people.ts'

let world: HttpWorld
let ask: ReturnType<typeof asker>
beforeAll(async () => {
  world = await openHttpWorld()
  ask = asker(world)
})

const bearerOf = (body: Record<string, unknown>) => ({ authorization: `Bearer ${String(body['key'])}` })

test('a key is shown once, acts for its person in one organization as far as its scopes go, and notes its use', async () => {
  const ann = await world.signUp('Ann')
  const made = await ask('POST /api/api-keys', ann.bearer, { name: 'ci', scopes: ['automations:read'] })
  expect(made).toMatchObject({ status: 201, body: { name: 'ci', scopes: ['automations:read'], lastUsedAt: null } })
  expect(String(made.body['key'])).toMatch(/^pk_[0-9a-f]{64}$/)
  const key = bearerOf(made.body)
  expect((await ask('GET /api/automations', key)).status).toBe(200)
  expect((await ask('POST /api/automations', key, { name: 'Fix' })).status).toBe(403)
  expect((await ask('GET /api/runs', key)).status).toBe(403)
  expect((await ask('GET /api/me', key)).body).toMatchObject({ organization: { id: ann.organizationId }, superAdmin: false })
  const second = await ask('POST /api/organizations', ann.bearer, { name: 'Second' })
  const elsewhere = { ...key, 'x-organization-id': String(second.body['id']) }
  expect((await ask('GET /api/automations', elsewhere)).status).toBe(403)
  const list = await ask('GET /api/api-keys', ann.bearer)
  expect(list.body.items).toMatchObject([{ name: 'ci', start: String(made.body['key']).slice(0, 9) }])
  expect(list.body.items?.[0]).toMatchObject({ lastUsedAt: world.test.clock.now().toISOString() })
  expect(JSON.stringify(list.body)).not.toContain(String(made.body['key']))
  const stored = await world.test.db.select().from(apiKeys).where(eq(apiKeys.userId, ann.userId))
  expect(JSON.stringify(stored)).not.toContain(String(made.body['key']))
})

test('a key can do nothing that only a person may: keys, organizations, invitations, devices', async () => {
  const ann = await world.signUp('Ann')
  const scopes = ['organization:read', 'automations:write']
  const made = await ask('POST /api/api-keys', ann.bearer, { name: 'ci', scopes })
  const key = bearerOf(made.body)
  const own = `/api/organizations/${ann.organizationId}` as const
  const lines = [
    ['POST /api/api-keys', { name: 'more', scopes }],
    ['POST /api/organizations', { name: 'Mine' }],
    [`POST ${own}/leave`, undefined],
    [`POST ${own}/invitations`, { email: 'a@b.example', role: 'admin' }],
    ['POST /api/device/authorize', { userCode: 'ABCD-1234', organizationId: ann.organizationId }],
    ['PATCH /api/profile', { name: 'Eve' }],
  ] as const
  for (const [line, body] of lines) expect([line, (await ask(line, key, body)).status]).toEqual([line, 403])
  expect((await ask('GET /api/admin/users', key)).status).toBe(404)
})

test('an expired, a deleted and an invented key open nothing; another person\'s key is not found', async () => {
  const own = await openHttpWorld()
  const asks = asker(own)
  const [ann, bo] = [await own.signUp('Ann'), await own.signUp('Bo')]
  const body = { name: 'ci', scopes: ['runs:read'], expiresInDays: 30 }
  const short = await asks('POST /api/api-keys', ann.bearer, body)
  const other = await asks('POST /api/api-keys', ann.bearer, { ...body, expiresInDays: null })
  expect((await asks(`DELETE /api/api-keys/${String(other.body['id'])}`, bo.bearer)).status).toBe(404)
  own.test.clock.advance(30 * DAY_MS)
  expect((await asks('GET /api/runs', bearerOf(short.body))).status).toBe(401)
  expect((await asks('GET /api/runs', bearerOf(other.body))).status).toBe(200)
  expect((await asks(`DELETE /api/api-keys/${String(other.body['id'])}`, ann.bearer)).status).toBe(200)
  expect((await asks('GET /api/runs', bearerOf(other.body))).status).toBe(401)
  expect((await asks('GET /api/runs', { authorization: `Bearer pk_${'0'.repeat(64)}` })).status).toBe(401)
})

test('of twenty-five keys made at once a person gets twenty', async () => {
  const ann = await world.signUp('Ann')
  const make = () => ask('POST /api/api-keys', ann.bearer, { name: 'ci', scopes: ['runs:read'] })
  const made = await Promise.all(Array.from({ length: 25 }, make))
  const statuses = made.map(({ status }) => status).sort()
  expect(statuses).toEqual([...Array.from({ length: 20 }, () => 201), ...Array.from({ length: 5 }, () => 409)])
  expect((await ask('GET /api/api-keys', ann.bearer)).body.items).toHaveLength(20)
})
