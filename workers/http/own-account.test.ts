import { eq } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { authSessions } from '#schema/tables/index'
import { APP_ORIGIN, type HttpWorld, openHttpWorld, post } from '../../tests/setup/http-world.ts'
import { asker } from '../../tests/setup/people.ts'
import type { SignedIn } from '../../tests/setup/sign-in.ts'

let world: HttpWorld
let ask: ReturnType<typeof asker>
beforeAll(async () => {
  world = await openHttpWorld()
  ask = asker(world)
})

const DAY_MS = 86_400_000
const inBrowser = ({ cookie }: SignedIn) => ({ cookie, origin: APP_ORIGIN })
const rows = (body: unknown) => body as Record<string, unknown>[]

async function signInAgain({ email, password }: SignedIn): Promise<Record<string, string>> {
  const answer = await world.request('/api/auth/sign-in/email', post({ email, password }, { origin: APP_ORIGIN }))
  return { authorization: `Bearer ${answer.headers.get('set-auth-token') ?? ''}` }
}
/** How a sign-in is named to the routes that end it: without its signature. */
const nameOf = (signedIn: Record<string, string>) => signedIn['authorization']?.replace('Bearer ', '').split('.')[0]

test('a person sees the ways to sign in, and the browsers with this one among them', async () => {
  const ann = await world.signUp('Ann')
  await signInAgain(ann)
  const ways = await ask('GET /api/auth/list-accounts', inBrowser(ann))
  expect(rows(ways.body)).toMatchObject([{ providerId: 'credential', accountId: ann.userId }])
  const browsers = await ask('GET /api/auth/list-sessions', inBrowser(ann))
  const here = await ask('GET /api/auth/get-session', inBrowser(ann))
  expect(rows(browsers.body)).toHaveLength(2)
  expect(rows(browsers.body).map(({ id }) => id)).toContain((here.body['session'] as { id: string }).id)
  for (const browser of rows(browsers.body)) {
    expect(browser).toMatchObject({ token: expect.any(String), createdAt: expect.any(String), userAgent: expect.anything() })
  }
})

test('a person signs out one other browser, or all others, and stays signed in', async () => {
  const ann = await world.signUp('Ann')
  const [second, third] = [await signInAgain(ann), await signInAgain(ann)]
  const token = nameOf(second ?? {})
  expect((await ask('POST /api/auth/revoke-session', inBrowser(ann), { token })).status).toBe(200)
  expect([(await ask('GET /api/me', second)).status, (await ask('GET /api/me', third)).status]).toEqual([401, 200])
  expect((await ask('POST /api/auth/revoke-other-sessions', inBrowser(ann), {})).status).toBe(200)
  expect([(await ask('GET /api/me', third)).status, (await ask('GET /api/me', inBrowser(ann))).status]).toEqual([401, 200])
})

test('nobody signs out another person', async () => {
  const [ann, bo] = [await world.signUp('Ann'), await world.signUp('Bo')]
  const bos = await signInAgain(bo)
  const token = nameOf(bos)
  await ask('POST /api/auth/revoke-session', inBrowser(ann), { token })
  expect((await ask('GET /api/me', bos)).status).toBe(200)
})

test('the list of browsers asks for a sign-in of the last day; ending all others does not', async () => {
  const ann = await world.signUp('Ann')
  const yesterday = new Date(Date.now() - DAY_MS - 1_000)
  await world.test.db.update(authSessions).set({ createdAt: yesterday }).where(eq(authSessions.userId, ann.userId))
  const listed = await ask('GET /api/auth/list-sessions', inBrowser(ann))
  expect([listed.status, listed.body.code]).toEqual([403, 'SESSION_NOT_FRESH'])
  expect((await ask('POST /api/auth/revoke-other-sessions', inBrowser(ann), {})).status).toBe(200)
})

test('a new password needs the present one, and signs out the other browsers', async () => {
  const ann = await world.signUp('Ann')
  const other = await signInAgain(ann)
  const change = { newPassword: 'a much longer secret', revokeOtherSessions: true }
  const wrong = await ask('POST /api/auth/change-password', inBrowser(ann), { ...change, currentPassword: 'wrong one' })
  expect([wrong.status, wrong.body.code]).toEqual([400, 'INVALID_PASSWORD'])
  const right = await ask('POST /api/auth/change-password', inBrowser(ann), { ...change, currentPassword: ann.password })
  expect([right.status, (await ask('GET /api/me', other)).status]).toEqual([200, 401])
  const again = { email: ann.email, password: change.newPassword }
  expect((await ask('POST /api/auth/sign-in/email', { origin: APP_ORIGIN }, again)).status).toBe(200)
})

test('the only way to sign in cannot be taken away', async () => {
  const ann = await world.signUp('Ann')
  const ways = await ask('GET /api/auth/list-accounts', inBrowser(ann))
  const body = { accountId: rows(ways.body)[0]?.['id'] }
  expect((await ask('POST /api/auth/unlink-account', inBrowser(ann), body)).status).toBe(400)
})
