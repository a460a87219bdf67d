import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { TooManyAttempts } from '#domain/identity'
import { members, users } from '#schema/tables/index'
import { testPlatform, type TestPlatform } from '../../tests/platform.ts'
import { type AuthSettings, betterAuthIdentity, type Identity } from './identity.ts'

let identity: Identity
const settingsOf = (platform: TestPlatform): AuthSettings => ({
  secret: 'auth-secret-of-the-test-suite-0123456789',
  appUrl: 'http://app.test',
  limited: true,
  organizationNameOf: ({ name }) => name,
  log: platform.log,
  clock: platform.clock,
  digest: platform.digest,
  mailer: { enabled: false, send: async () => {} },
  verificationEnforced: false,
  social: {},
})
beforeAll(async () => {
  const platform = await testPlatform()
  identity = betterAuthIdentity(platform.db, settingsOf(platform))
})

const post = (path: string, body: object, address: string, asked = identity) =>
  asked.handle(
    new Request(`http://app.test/api/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'cf-connecting-ip': address },
      body: JSON.stringify(body),
    }),
  )
const statuses = async (count: number, ask: () => Promise<Response>) => {
  const seen: number[] = []
  for (let attempt = 0; attempt < count; attempt += 1) {
    const answer = await ask().catch((error: unknown) => error)
    seen.push(TooManyAttempts.is(answer) ? 429 : (answer as Response).status)
  }
  return seen
}

test('one address may try to sign in ten times in a quarter of an hour; another is not touched by it', async () => {
  const wrong = { email: 'ann@people.example', password: 'not the password' }
  const tried = await statuses(11, () => post('sign-in/email', wrong, '203.0.113.1'))
  expect(tried).toEqual([...Array.from({ length: 10 }, () => 401), 429])
  expect((await post('sign-in/email', wrong, '203.0.113.2')).status).toBe(401)
})

test('one address may sign up five people in a minute', async () => {
  const person = () => ({ name: 'A', email: `${randomUUID()}@people.example`, password: 'long enough' })
  const signUp = () => post('sign-up/email', person(), '203.0.113.3')
  expect(await statuses(6, signUp)).toEqual([200, 200, 200, 200, 200, 429])
})

test('an organization that cannot be made on signing up leaves a person who can sign in, and who gets it then', async () => {
  const platform = await testPlatform()
  const { db, log } = platform
  let isAway = true
  const organizationNameOf = ({ name }: { name: string }) => {
    if (isAway) throw new Error('No names today')
    return name
  }
  const asked = betterAuthIdentity(db, { ...settingsOf(platform), organizationNameOf, verificationEnforced: true })
  const ann = { email: `${randomUUID()}@people.example`, password: 'long enough' }
  expect((await post('sign-up/email', { name: 'Ann', ...ann }, '203.0.113.4', asked)).status).toBe(200)
  expect(log.entries.map(({ event }) => event)).toContain('auth.organization_not_opened')
  expect(await db.select().from(members)).toEqual([])
  isAway = false
  await db.update(users).set({ emailVerified: true }).where(eq(users.email, ann.email))
  expect((await post('sign-in/email', ann, '203.0.113.4', asked)).status).toBe(200)
  expect(await db.select().from(members)).toMatchObject([{ role: 'owner' }])
})
