import { eq } from 'drizzle-orm'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { accounts, authSessions, users } from '#schema/tables/index'
import { APP_ORIGIN, type HttpWorld, openHttpWorld, post } from '../../tests/setup/http-world.ts'
import { cookieHeader } from '../../tests/setup/sign-in.ts'

// GitHub itself is three answers; everything else is the real way through the identity library.

let world: HttpWorld
beforeAll(async () => {
  world = await openHttpWorld({ GITHUB_OAUTH_APP_ID: 'id', GITHUB_OAUTH_APP_SECRET: 'secret' })
})
afterEach(() => vi.restoreAllMocks())

function answerAsGithub(profile: { id: number; email: string }): void {
  const reached = globalThis.fetch
  const answers: Record<string, unknown> = {
    'https://github.com/login/oauth/access_token': { access_token: 'gho_test', id_token: 'of.the.person', token_type: 'bearer', scope: '' },
    'https://api.github.com/user': { ...profile, login: 'bo', name: 'Bo', avatar_url: 'https://github.test/bo.png' },
    'https://api.github.com/user/emails': [{ email: profile.email, primary: true, verified: true, visibility: null }],
  }
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    return url in answers ? Response.json(answers[url]) : reached(input, init)
  })
}

/** Where the browser is led when it comes back from GitHub. */
async function comeBack(): Promise<URL> {
  const begun = await world.request('/api/auth/sign-in/social', post({ provider: 'github', callbackURL: `${APP_ORIGIN}/runs` }))
  const { url } = (await begun.json()) as { url: string }
  const state = new URL(url).searchParams.get('state') ?? ''
  const headers = { cookie: cookieHeader(begun) }
  const back = await world.request(`/api/auth/callback/github?code=code&state=${encodeURIComponent(state)}`, { headers })
  return new URL(back.headers.get('location') ?? 'about:blank')
}

test('who comes back from GitHub is signed in; a suspended person is led to the sign-in page, and is not', async () => {
  const bo = await world.signUp('Bo')
  await world.test.db.insert(accounts).values({ id: bo.userId, userId: bo.userId, providerId: 'github', accountId: '7' })
  await world.test.db.delete(authSessions).where(eq(authSessions.userId, bo.userId))
  answerAsGithub({ id: 7, email: bo.email })
  expect((await comeBack()).href).toBe(`${APP_ORIGIN}/runs`)
  const signIns = () => world.test.db.select().from(authSessions).where(eq(authSessions.userId, bo.userId))
  expect(await signIns()).toHaveLength(1)
  await world.test.db.delete(authSessions).where(eq(authSessions.userId, bo.userId))
  await world.test.db.update(users).set({ suspendedAt: new Date() }).where(eq(users.id, bo.userId))
  const refused = await comeBack()
  expect([refused.origin, refused.pathname, refused.searchParams.get('error')]).toEqual([APP_ORIGIN, '/sign-in', 'auth.suspended'])
  expect(await signIns()).toEqual([])
})

test('a new person from GitHub has an organization at once', async () => {
  const email = `${crypto.randomUUID()}@people.example`
  answerAsGithub({ id: 8, email })
  expect((await comeBack()).href).toBe(`${APP_ORIGIN}/runs`)
  const [person] = await world.test.db.select().from(users).where(eq(users.email, email))
  const [signIn] = await world.test.db.select().from(authSessions).where(eq(authSessions.userId, person?.id ?? ''))
  expect(signIn?.activeOrganizationId).toBe(`org_${person?.id}`)
})

test('of the tokens that came with a person none stands in the database as it is', async () => {
  const email = `${crypto.randomUUID()}@people.example`
  answerAsGithub({ id: 9, email })
  const kept = () => world.test.db.select().from(accounts).where(eq(accounts.accountId, '9'))
  for (const time of ['first', 'second']) {
    expect([time, (await comeBack()).href]).toEqual([time, `${APP_ORIGIN}/runs`])
    const [account] = await kept()
    expect([time, account?.idToken, account?.refreshToken]).toEqual([time, null, null])
    expect(account?.accessToken).not.toContain('gho_test')
  }
})
