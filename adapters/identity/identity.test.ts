import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { TooManyAttempts } from '#domain/identity'
import { MINUTE_MS } from '#kernel/durations'
import { members, users } from '#schema/tables/index'
import { testPlatform, type TestPlatform } from '../../tests/platform.ts'
import { type AuthSettings, betterAuthIdentity, type Identity } from './identity.ts'

let platform: TestPlatform
let identity: Identity
const settingsOf = (platform: TestPlatform): AuthSettings => ({
  secret: 'auth-secret-of-the-test-suite-0123456789',
  appUrl: 'http://app.test',
  limited: true,
  organizationNameOf: ({ name }) => name,
  log: platform.log,
  clock: platform.clock,
  ids: platform.ids,
  digest: platform.digest,
  mailer: { enabled: false, send: async () => {} },
  verificationEnforced: false,
  social: {},
})
beforeAll(async () => {
  platform = await testPlatform()
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

test('guessing a password is counted by address and e-mail: others behind the same router are not touched by it', async () => {
  const wrong = (email: string) => ({ email, password: 'not the password' })
  const tried = await statuses(11, () => post('sign-in/email', wrong('ann@people.example'), '203.0.113.1'))
  expect(tried).toEqual([...Array.from({ length: 10 }, () => 401), 429])
  expect((await post('sign-in/email', wrong('ann@people.example'), '203.0.113.2')).status).toBe(401)
  expect((await post('sign-in/email', wrong('bo@people.example'), '203.0.113.1')).status).toBe(401)
})

test('however many sign in from one address, nobody is locked out', async () => {
  const ann = { email: `${randomUUID()}@people.example`, password: 'long enough' }
  expect((await post('sign-up/email', { name: 'Ann', ...ann }, '203.0.113.5')).status).toBe(200)
  const signedIn = await statuses(11, () => post('sign-in/email', ann, '203.0.113.5'))
  expect(new Set(signedIn)).toEqual(new Set([200]))
})

test('what cannot be read is counted all the same', async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'cf-connecting-ip': '203.0.113.6' }
  const form = { method: 'POST', headers, body: 'email=ann@people.example&password=not+the+password' }
  const tried = await statuses(11, () => identity.handle(new Request('http://app.test/api/auth/sign-in/email', form)))
  expect(tried.at(-1)).toBe(429)
})

test('one address may sign up five people in a minute', async () => {
  const person = () => ({ name: 'A', email: `${randomUUID()}@people.example`, password: 'long enough' })
  const signUp = () => post('sign-up/email', person(), '203.0.113.3')
  expect(await statuses(6, signUp)).toEqual([200, 200, 200, 200, 200, 429])
  // Another isolate counts on.
  const elsewhere = betterAuthIdentity(Object.create(platform.db) as TestPlatform['db'], settingsOf(platform))
  expect(await statuses(1, () => post('sign-up/email', person(), '203.0.113.3', elsewhere))).toEqual([429])
  platform.clock.advance(2 * MINUTE_MS)
  expect(await statuses(1, signUp)).toEqual([200])
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

test('each request logs and mails for itself, also when others are answered meanwhile by the same server', async () => {
  const { db } = await testPlatform()
  const worlds = await Promise.all(
    ['first', 'second'].map(async (name) => {
      const own = await testPlatform()
      const mails: string[] = []
      const mailer = { enabled: true, send: async ({ to }: { to: string }) => void mails.push(to) }
      const asked = betterAuthIdentity(db, { ...settingsOf(own), limited: false, mailer })
      return { email: `${name}@people.example`, log: own.log, mails, asked }
    }),
  )
  const address = '203.0.113.7'
  await Promise.all(
    worlds.map(async ({ email, asked }) => {
      await post('sign-up/email', { name: 'A', email, password: 'long enough' }, address, asked)
      await post('sign-in/email', { email, password: 'not the password' }, address, asked)
    }),
  )
  for (const { email, log, mails } of worlds) {
    expect([email, mails]).toEqual([email, [email]])
    const said = log.entries.filter(({ event, fields }) => event === 'auth.log' && fields['message'] === 'Invalid password')
    expect([email, said.length]).toEqual([email, 1])
  }
})
