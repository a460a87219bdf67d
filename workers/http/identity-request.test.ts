import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { users } from '#schema/tables/index'
import { APP_ORIGIN, type HttpWorld, openHttpWorld, post } from '../../tests/setup/http-world.ts'
import { asker } from '../../tests/setup/people.ts'

let world: HttpWorld
let ask: ReturnType<typeof asker>
beforeAll(async () => {
  world = await openHttpWorld()
  ask = asker(world)
})

const person = () => ({ name: 'Ann', email: `${randomUUID()}@people.example`, password: 'correct horse' })
const signUp = (change: object) => ask('POST /api/auth/sign-up/email', {}, { ...person(), ...change })

describe('POST /api/auth/sign-up/email', () => {
  test.each([
    ['name', ''],
    ['name', ' \t'],
    ['name', 'a'.repeat(101)],
    ['name', 7],
    ['email', `${'a'.repeat(255)}@people.example`],
    ['email', 'nobody'],
    ['image', 'javascript:alert(1)'],
    ['image', `https://images.example/${'a'.repeat(2_000)}`],
  ])('→ 400 with the %s %j', async (field, value) => {
    const { status, body } = await signUp({ [field]: value })
    expect([status, body.code, body['issues']]).toMatchObject([400, 'request.invalid', [{ path: field }]])
  })

  test('→ 200 stores the name without blanks around it, and the address in lower case', async () => {
    const { email } = person()
    expect((await signUp({ name: '  Ann Lee ', email: ` ${email.toUpperCase()} ` })).status).toBe(200)
    expect(await world.test.db.select().from(users).where(eq(users.email, email))).toMatchObject([{ name: 'Ann Lee' }])
  })

  test('→ 200 whatever else is sent is nobody\'s', async () => {
    const { email } = person()
    expect((await signUp({ email, emailVerified: true, suspendedAt: new Date(), role: 'owner' })).status).toBe(200)
    const [made] = await world.test.db.select().from(users).where(eq(users.email, email))
    expect(made).toMatchObject({ emailVerified: false, suspendedAt: null })
  })
})

test.each([
  ['sign-up/email', { ...person(), name: 'A\0nn' }],
  ['sign-up/email', { ...person(), password: 'correct\0horse' }],
  ['sign-in/email', { ...person(), password: '\ud800 correct horse' }],
  ['reset-password', { token: 'to\0ken', newPassword: 'long enough' }],
  ['reset-password?token=to%00ken', { newPassword: 'long enough' }],
  ['revoke-session', { token: 'to\0ken' }],
  ['sign-in/social', { provider: 'github', additionalData: { 'a\0': [1] } }],
])('POST /api/auth/%s → 400 with what no column can hold', async (path, body) => {
  const { bearer } = await world.signUp()
  expect(await ask(`POST /api/auth/${path}`, bearer, body)).toMatchObject({ status: 400, body: { code: 'request.invalid' } })
})

test('a backslash before u0000 is a text like any other', async () => {
  const password = String.raw`correct \u0000 horse`
  const ann = { ...person(), password }
  expect((await signUp(ann)).status).toBe(200)
  expect((await ask('POST /api/auth/sign-in/email', {}, { email: ann.email, password })).status).toBe(200)
})

test.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', 'text/plain; application/json'])(
  'POST /api/auth/sign-in/email → 415 as %s, whatever the password',
  async (type) => {
    const { email, password } = await world.signUp()
    const body = new URLSearchParams({ email, password }).toString()
    const answer = await world.request('/api/auth/sign-in/email', { method: 'POST', headers: { 'content-type': type }, body })
    expect([answer.status, await answer.json()]).toMatchObject([415, { code: 'request.unsupported_media_type' }])
  },
)

test('POST /api/auth/sign-in/email → 400 when the body is no JSON, 413 when it is a book', async () => {
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  const broken = await world.request('/api/auth/sign-in/email', { method: 'POST', headers, body: '{"email":' })
  expect(broken.status).toBe(400)
  const book = await world.request('/api/auth/sign-in/email', post({ ...person(), callbackURL: 'a'.repeat(16_000) }))
  expect(book.status).toBe(413)
})

test('POST /api/auth/sign-out → 200 without a body', async () => {
  const { cookie } = await world.signUp()
  const headers = { cookie, origin: APP_ORIGIN }
  expect((await world.request('/api/auth/sign-out', { method: 'POST', headers })).status).toBe(200)
  expect((await ask('GET /api/me', headers)).status).toBe(401)
})

test('POST /api/auth/update-user → 404: a profile is changed by PATCH /api/profile', async () => {
  const ann = await world.signUp('Ann')
  for (const path of ['update-user', 'update-user/']) {
    expect((await world.request(`/api/auth/${path}`, post({ name: 'Mallory' }, ann.bearer))).status).toBe(404)
  }
  expect((await ask('GET /api/profile', ann.bearer)).body).toMatchObject({ name: 'Ann' })
})
