import { randomUUID } from 'node:crypto'
import { eq, inArray } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { MINUTE_MS } from '#kernel/durations'
import { members, organizations, users } from '#schema/tables/index'
import { APP_ORIGIN, type HttpWorld, openHttpWorld, post } from '../../tests/setup/http-world.ts'
import { asker } from '../../tests/setup/people.ts'
import { cookieHeader } from '../../tests/setup/sign-in.ts'

let world: HttpWorld
let ask: ReturnType<typeof asker>
beforeAll(async () => {
  world = await openHttpWorld({ EMAIL_ENABLED: true, EMAIL_PROVIDER: 'mailbox', ENFORCE_EMAIL_VERIFICATION: true })
  ask = asker(world)
})

const person = (name = 'Ann') => ({ name, email: `${randomUUID()}@people.example`, password: 'correct horse' })
const signUp = (body: object) => ask('POST /api/auth/sign-up/email', {}, body)
const signIn = ({ email, password }: { email: string; password: string }) =>
  world.request('/api/auth/sign-in/email', post({ email, password }))
const mailsTo = async (email: string) => {
  const { body } = await ask('GET /api/dev/mailbox')
  return (body.items ?? []).filter(({ to }) => to === email) as { subject: string; text: string }[]
}
/** The link of the newest mail. */
const linkTo = async (email: string) => {
  const [mail] = await mailsTo(email)
  return new URL(/https?:\S+/.exec(mail?.text ?? '')?.[0] ?? '')
}

describe('where addresses must be verified', () => {
  test('signing in waits for the link in the mail, which leads to the dashboard and signs in', async () => {
    const ann = person()
    expect(await signUp(ann)).toMatchObject({ status: 200, body: { token: null } })
    expect((await signIn(ann)).status).toBe(403)
    const link = await linkTo(ann.email)
    expect([link.origin, link.pathname]).toEqual([APP_ORIGIN, '/verify-email'])
    const verified = await world.request(`/api/auth/verify-email?token=${link.searchParams.get('token') ?? ''}`)
    expect(verified.status).toBe(200)
    const me = await ask('GET /api/me', { cookie: cookieHeader(verified) })
    expect(me.body).toMatchObject({ user: { emailVerified: true }, role: 'owner', organizations: [{ isPersonal: true }] })
    expect((await signIn(ann)).status).toBe(200)
  })

  test('a forged token verifies nobody', async () => {
    const ann = person()
    await signUp(ann)
    const token = (await linkTo(ann.email)).searchParams.get('token') ?? ''
    await world.request(`/api/auth/verify-email?token=${token.slice(0, -4)}AAAA`)
    expect((await signIn(ann)).status).toBe(403)
  })

  test('the mail can be asked for again once a minute', async () => {
    const ann = person()
    await signUp(ann)
    const again = () => ask('POST /api/auth/send-verification-email', {}, { email: ann.email })
    expect((await again()).status).toBe(200)
    expect(await again()).toMatchObject({ status: 429, body: { code: 'auth.too_many_attempts' } })
    world.test.clock.advance(2 * MINUTE_MS)
    expect((await again()).status).toBe(200)
    expect(await mailsTo(ann.email)).toHaveLength(3)
  })

  test('U10: signing up with a known address looks like signing up with a new one, and tells its owner', async () => {
    const ann = person()
    await signUp(ann)
    const known = await signUp({ ...ann, password: 'another one' })
    const fresh = await signUp(person())
    const shapeOf = ({ status, body }: typeof known) => {
      const user = body['user'] as Record<string, unknown>
      return [status, Object.keys(body).sort(), Object.keys(user).sort(), user['emailVerified'], user['image']]
    }
    expect(shapeOf(known)).toEqual(shapeOf(fresh))
    expect((await mailsTo(ann.email))[0]?.subject).toBe('You already have an account')
  })
})

describe('the organization of a new person', () => {
  const AT_ONCE = 10
  test('U1: fifty people named Ann Lee have one each before anybody signs in, each with a slug of its own', async () => {
    const people = Array.from({ length: 50 }, () => person('Ann Lee'))
    for (let first = 0; first < people.length; first += AT_ONCE) {
      const answers = await Promise.all(people.slice(first, first + AT_ONCE).map((one) => signUp(one)))
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: AT_ONCE }, () => 200))
    }
    const emails = people.map(({ email }) => email)
    const made = await world.test.db
      .select({ email: users.email, role: members.role, slug: organizations.slug, isPersonal: organizations.isPersonal })
      .from(users)
      .innerJoin(members, eq(members.userId, users.id))
      .innerJoin(organizations, eq(organizations.id, members.organizationId))
      .where(inArray(users.email, emails))
    expect(made.map(({ email }) => email).sort()).toEqual(emails.sort())
    expect(new Set(made.map(({ slug }) => slug)).size).toBe(50)
    expect(made.every(({ role, isPersonal }) => role === 'owner' && isPersonal)).toBe(true)
  })

  test('is made on the next sign-in when signing up broke off before it', async () => {
    const open = await openHttpWorld()
    const ann = await open.signUp()
    await open.test.db.delete(organizations).where(eq(organizations.id, ann.organizationId))
    const signedIn = await open.request('/api/auth/sign-in/email', post({ email: ann.email, password: ann.password }))
    const me = await asker(open)('GET /api/me', { cookie: cookieHeader(signedIn) })
    expect(me.body).toMatchObject({ role: 'owner', organization: { id: ann.organizationId } })
  })
})

test('U10: the eleventh failed sign-in within a quarter of an hour is 429, also with the right password', async () => {
  const open = await openHttpWorld()
  const ann = await open.signUp()
  const attempt = (password: string, address = '203.0.113.9') =>
    open.request('/api/auth/sign-in/email', post({ email: ann.email, password }, { 'cf-connecting-ip': address }))
  const wrong = await Promise.all(Array.from({ length: 10 }, () => attempt('wrong password')))
  expect(wrong.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 401))
  const refused = await attempt(ann.password)
  expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([429, 900])
  expect((await attempt(ann.password, '203.0.113.10')).status).toBe(200)
  open.test.clock.advance(16 * MINUTE_MS)
  expect((await attempt(ann.password)).status).toBe(200)
})

test('a forgotten password: the link of the mail sets a new one, once, and ends every sign-in', async () => {
  const open = await openHttpWorld({ EMAIL_ENABLED: true, EMAIL_PROVIDER: 'mailbox' })
  const asks = asker(open)
  const ann = await open.signUp()
  const asked = await asks('POST /api/auth/request-password-reset', {}, { email: ann.email })
  const unknown = await asks('POST /api/auth/request-password-reset', {}, { email: 'nobody@people.example' })
  expect(asked).toEqual(unknown)
  const mails = (await asks('GET /api/dev/mailbox')).body.items as { subject: string; text: string }[]
  const link = new URL(/https?:\S+/.exec(mails.find(({ subject }) => subject.includes('password'))?.text ?? '')?.[0] ?? '')
  expect([link.origin, link.pathname]).toEqual([APP_ORIGIN, '/reset-password'])
  const body = { token: link.searchParams.get('token'), newPassword: 'a new password' }
  expect((await asks('POST /api/auth/reset-password', {}, body)).status).toBe(200)
  expect((await asks('GET /api/me', ann.bearer)).status).toBe(401)
  const signIn = (password: string) => open.request('/api/auth/sign-in/email', post({ email: ann.email, password }))
  expect([(await signIn(ann.password)).status, (await signIn('a new password')).status]).toEqual([401, 200])
  expect((await asks('POST /api/auth/reset-password', {}, body)).status).toBe(400)
})

test('what is not configured is not offered, and the mailbox is no route in production', async () => {
  const plain = await openHttpWorld({ ENVIRONMENT: 'production' })
  expect((await asker(plain)('GET /api/auth-options')).body).toEqual({
    email: true,
    github: false,
    google: false,
    verificationEnforced: false,
    emailEnabled: false,
  })
  expect(await asker(plain)('GET /api/dev/mailbox')).toMatchObject({ status: 404, body: { code: 'route.not_found' } })
  const social = { GITHUB_OAUTH_APP_ID: 'id', GITHUB_OAUTH_APP_SECRET: 'secret' }
  const offering = asker(await openHttpWorld(social))
  expect((await offering('GET /api/auth-options')).body).toMatchObject({ github: true, google: false })
  const github = await offering('POST /api/auth/sign-in/social', {}, { provider: 'github', callbackURL: '/' })
  expect(String(github.body['url'])).toContain('https://github.com/login/oauth/authorize')
  const elsewhere = { provider: 'github', callbackURL: 'https://evil.test/' }
  expect((await offering('POST /api/auth/sign-in/social', { origin: APP_ORIGIN }, elsewhere)).status).toBe(403)
  expect((await offering('POST /api/auth/sign-in/social', {}, { provider: 'google' })).status).toBe(404)
})

test('U12: a live socket opens for nobody without a living sign-in, and not for another organization', async () => {
  const open = await openHttpWorld()
  const [ann, bo] = [await open.signUp(), await open.signUp()]
  const upgrade = async (headers: Record<string, string>) =>
    (await open.request(`/ws/sessions/${randomUUID()}`, { headers: { upgrade: 'websocket', ...headers } })).status
  expect(await upgrade({})).toBe(401)
  expect(await upgrade({ authorization: 'Bearer invented' })).toBe(401)
  expect(await upgrade({ ...ann.bearer, 'x-organization-id': bo.organizationId })).toBe(403)
  await open.request('/api/auth/sign-out', post({}, { cookie: bo.cookie, origin: APP_ORIGIN }))
  expect(await upgrade({ cookie: bo.cookie, origin: APP_ORIGIN })).toBe(401)
  expect(open.upgrades).toEqual([])
})

test('onboarding: both paths are noted step by step, resumed from anywhere, and completed by admins', async () => {
  const open = await openHttpWorld()
  const asks = asker(open)
  const ann = await open.signUp()
  const member = await open.memberOf(ann, 'member')
  expect((await asks('GET /api/onboarding', ann.bearer)).body).toMatchObject({ complete: false, path: null, done: [] })
  await asks('PUT /api/onboarding', ann.bearer, { path: 'developer', answers: { role: 'engineer' } })
  await asks('PUT /api/onboarding', ann.bearer, { done: ['questionnaire'], answers: { teamSize: '2-10' } })
  await asks('PUT /api/onboarding', ann.bearer, { path: 'organization' })
  expect((await asks('GET /api/onboarding', member.bearer)).body).toMatchObject({
    path: 'organization',
    done: ['questionnaire'],
    answers: { role: 'engineer', teamSize: '2-10' },
    hasRepository: false,
  })
  expect((await asks('POST /api/onboarding/complete', member.bearer)).status).toBe(403)
  expect((await asks('POST /api/onboarding/complete', ann.bearer)).body).toMatchObject({ complete: true })
  expect((await asks('GET /api/me', ann.bearer)).body['onboarding']).toEqual({ complete: true, path: 'organization' })
})
