import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { authSessions, members, organizations } from '#schema/tables/index'
import { countStatements } from '../../tests/setup/count-statements.ts'
import { APP_ORIGIN, type HttpWorld, openHttpWorld, post } from '../../tests/setup/http-world.ts'
import { cookieHeader, signUp } from '../../tests/setup/sign-in.ts'

let world: HttpWorld
beforeAll(async () => {
  world = await openHttpWorld()
})

const me = async (headers: Record<string, string>) => {
  const response = await world.request('/api/me', { headers })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> & { code?: string } }
}
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code
const DAY_MS = 86_400_000

describe('signing in', () => {
  test('a new person owns an organization named after them from the first sign-in', async () => {
    const ann = await world.signUp('Ann Lee')
    expect(await me(ann.bearer)).toMatchObject({
      status: 200,
      body: {
        user: { id: ann.userId, name: 'Ann Lee', email: ann.email, image: null },
        organization: { id: ann.organizationId, name: "Ann Lee's Workspace" },
        role: 'owner',
      },
    })
  })

  test('people of one name get an organization each', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, () => world.signUp('李 雷')))
    const found = await Promise.all(people.map((person) => me(person.bearer)))
    expect(new Set(found.map(({ body }) => (body.organization as { slug: string }).slug)).size).toBe(4)
  })

  test('the right password signs in, by cookie and by bearer token; a wrong one is 401', async () => {
    const { email, password, userId } = await world.signUp()
    const signIn = (password: string) => world.request('/api/auth/sign-in/email', post({ email, password }))
    const response = await signIn(password)
    expect(response.status).toBe(200)
    expect(await me({ cookie: cookieHeader(response) })).toMatchObject({ status: 200, body: { user: { id: userId } } })
    const authorization = `Bearer ${response.headers.get('set-auth-token')}`
    expect(await me({ authorization })).toMatchObject({ status: 200, body: { user: { id: userId } } })
    expect((await signIn('not the password')).status).toBe(401)
  })

  test('a password of seven characters is refused', async () => {
    const body = { name: 'Bo', email: 'bo@people.example', password: '1234567' }
    expect((await world.request('/api/auth/sign-up/email', post(body))).status).toBe(400)
  })

  test('the cookie is for this host and for scripts of nobody, and lasts seven days', async () => {
    const body = { name: 'Cy', email: 'cy@people.example', password: 'long enough' }
    const response = await world.request('/api/auth/sign-up/email', post(body))
    const cookie = response.headers.getSetCookie().find((one) => one.startsWith('__Host-proliferate.session_token='))
    const attributes = cookie?.split('; ').slice(1).sort()
    expect(attributes).toEqual(['HttpOnly', 'Max-Age=604800', 'Path=/', 'SameSite=Lax', 'Secure'])
  })

  test('without a sign-in, with a made-up token or with a forged cookie it is 401', async () => {
    const ann = await world.signUp()
    const forged = ann.cookie.replace(/(session_token=[^.]+)\..*/, '$1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D')
    const attempts = [{}, { authorization: 'Bearer nonsense' }, { authorization: 'Basic Zm9v' }, { cookie: forged }]
    for (const headers of attempts) {
      expect(await me(headers as Record<string, string>)).toMatchObject({
        status: 401,
        body: { code: 'auth.unauthenticated' },
      })
    }
  })

  test('what stands in the database opens nothing: a bearer token counts with its signature only', async () => {
    const ann = await world.signUp()
    const [row] = await world.test.db.select().from(authSessions).where(eq(authSessions.userId, ann.userId))
    const authorization = `Bearer ${row?.token ?? ''}`
    expect([(await me({ authorization })).status, (await me(ann.bearer)).status]).toEqual([401, 200])
    const answer = await world.request('/api/auth/get-session', { headers: { authorization } })
    expect([answer.status, await answer.json()]).toEqual([200, null])
  })

  test('a bad Authorization header is not helped out by a good cookie', async () => {
    const { cookie } = await world.signUp()
    for (const authorization of ['Bearer nonsense', 'Bearer badly.signed', 'Bearer', 'Basic Zm9vOmJhcg==', '']) {
      expect([authorization, (await me({ authorization, cookie })).status]).toEqual([authorization, 401])
    }
  })

  test('signing out ends the sign-in for its token too', async () => {
    const ann = await world.signUp()
    const headers = { cookie: ann.cookie, origin: APP_ORIGIN }
    expect((await world.request('/api/auth/sign-out', post({}, headers))).status).toBe(200)
    expect((await me(ann.bearer)).status).toBe(401)
  })

  test('a sign-in older than a day is prolonged, and the cookie with it; an expired one is none', async () => {
    const ann = await world.signUp()
    const token = ann.token.split('.')[0] ?? ''
    const expireIn = (milliseconds: number) =>
      world.test.db
        .update(authSessions)
        .set({ expiresAt: new Date(Date.now() + milliseconds) })
        .where(eq(authSessions.token, token))
    await expireIn(6.5 * DAY_MS)
    const young = await world.request('/api/me', { headers: { cookie: ann.cookie } })
    expect(young.headers.getSetCookie()).toEqual([])
    await expireIn(5.9 * DAY_MS)
    const old = await world.request('/api/me', { headers: { cookie: ann.cookie } })
    expect(old.headers.getSetCookie().join()).toContain('Max-Age=604800')
    const [row] = await world.test.db.select().from(authSessions).where(eq(authSessions.token, token))
    expect((row?.expiresAt.getTime() ?? 0) - Date.now()).toBeGreaterThan(6.9 * DAY_MS)
    await expireIn(-1_000)
    expect((await me(ann.bearer)).status).toBe(401)
  })

  test('when the database is away, it is 503 and not "sign in first"', async () => {
    const away = await openHttpWorld()
    const ann = await away.signUp()
    await away.test.close()
    const response = await away.request('/api/me', { headers: ann.bearer })
    expect([response.status, await codeOf(response)]).toEqual([503, 'auth.unavailable'])
    expect(response.headers.get('retry-after')).toBe('1')
    const { email, password, name } = ann
    for (const path of ['/api/auth/sign-in/email', '/api/auth/sign-up/email']) {
      const answer = await away.request(path, post({ email, password, name }))
      expect([path, answer.status, await codeOf(answer)]).toEqual([path, 503, 'auth.unavailable'])
    }
    const logged = JSON.stringify(away.test.log.entries)
    for (const secret of [email, password, ann.token.split('.')[0] ?? '']) expect(logged).not.toContain(secret)
    expect(logged).toContain('The statement failed')
  })
})

describe('which organization', () => {
  test('the header names it, for a member; otherwise the oldest membership counts', async () => {
    const [ann, bo] = [await world.signUp('Ann'), await world.signUp('Bo')]
    const member = await world.memberOf(bo, 'member')
    expect((await me(member.bearer)).body).toMatchObject({ organization: { id: bo.organizationId }, role: 'member' })
    const { authorization } = member.bearer
    expect((await me({ authorization: authorization ?? '' })).body).toMatchObject({
      organization: { id: `org_${member.userId}` },
      role: 'owner',
    })
    expect(ann.organizationId).not.toBe(bo.organizationId)
  })

  test('the organization that was made active counts before older ones', async () => {
    const bo = await world.signUp('Bo')
    const member = await world.memberOf(bo, 'admin')
    const headers = { authorization: member.bearer.authorization ?? '' }
    const path = `/api/organizations/${bo.organizationId}/activate`
    expect((await world.request(path, { method: 'POST', headers })).status).toBe(200)
    expect((await me(headers)).body).toMatchObject({ organization: { id: bo.organizationId }, role: 'admin' })
  })

  test('another organization in the header is 403, and looks like one that does not exist', async () => {
    const [ann, bo] = [await world.signUp(), await world.signUp()]
    const named = (id: string) =>
      world.request('/api/me', { headers: { ...ann.bearer, 'x-organization-id': id, 'x-request-id': 'same-request' } })
    const [foreign, missing] = [await named(bo.organizationId), await named('org_nobody')]
    expect([foreign.status, await foreign.text()]).toEqual([missing.status, await missing.text()])
    expect(foreign.status).toBe(403)
  })

  test('a removed member is out at once, with the same sign-in', async () => {
    const ann = await world.signUp()
    const member = await world.memberOf(ann, 'member')
    expect((await me(member.bearer)).status).toBe(200)
    await world.test.db.delete(members).where(eq(members.userId, member.userId))
    expect((await me(member.bearer)).status).toBe(403)
    expect(await world.test.db.select().from(members).where(eq(members.userId, member.userId))).toEqual([])
  })

  test('nobody is signed in and nowhere: who was removed from their last organization has their own workspace again', async () => {
    const member = await world.memberOf(await world.signUp(), 'member')
    await world.test.db.delete(organizations).where(eq(organizations.id, `org_${member.userId}`))
    await world.test.db.delete(members).where(eq(members.userId, member.userId))
    const { authorization = '' } = member.bearer
    const asked = await Promise.all([me({ authorization }), me({ authorization })])
    for (const { status, body } of asked) {
      const organization = { id: `org_${member.userId}`, name: "A member's Workspace" }
      expect([status, body]).toMatchObject([200, { organization, role: 'owner' }])
    }
    expect((await world.request('/api/runs', { headers: { authorization } })).status).toBe(200)
  })

  test('a role nobody knows is no membership, named or not', async () => {
    const ann = await world.signUp()
    await world.test.db.update(members).set({ role: 'emperor' }).where(eq(members.userId, ann.userId))
    expect((await me({ ...ann.bearer, 'x-organization-id': ann.organizationId })).status).toBe(403)
    expect((await me(ann.bearer)).body).toMatchObject({ organization: null, role: null })
    expect((await world.request('/api/runs', { headers: ann.bearer })).status).toBe(403)
  })
})

describe('cookies from other sites', () => {
  const create = (headers: Record<string, string>) =>
    world.request('/api/automations', post({ name: 'Fix' }, headers))

  test('POST with a cookie and a foreign origin, or none → 403 request.bad_origin', async () => {
    const { cookie } = await world.signUp()
    for (const origin of [{ origin: 'https://evil.test' }, { origin: 'null' }, {}]) {
      const response = await create({ cookie, ...origin } as Record<string, string>)
      expect([response.status, await codeOf(response)]).toEqual([403, 'request.bad_origin'])
    }
  })

  test('POST with a cookie and the origin of the dashboard, or of the API itself → 201', async () => {
    const { cookie } = await world.signUp()
    expect((await create({ cookie, origin: APP_ORIGIN })).status).toBe(201)
    expect((await create({ cookie, origin: 'https://api.test' })).status).toBe(201)
  })

  test('POST with a bearer token needs no origin', async () => {
    const { bearer } = await world.signUp()
    expect((await create(bearer)).status).toBe(201)
  })

  test('POST /api/auth/sign-out with a cookie from a foreign origin → 403', async () => {
    const { cookie } = await world.signUp()
    const foreign = post({}, { cookie, origin: 'https://evil.test' })
    expect((await world.request('/api/auth/sign-out', foreign)).status).toBe(403)
  })
})

describe('GET /dev/sign-in', () => {
  const token = 'token-of-the-dev-link'
  const owner = {
    DEV_SIGN_IN_TOKEN: token,
    DEV_OWNER_EMAIL: 'owner@demo.example',
    DEV_OWNER_PASSWORD: 'first password',
  }
  const visit = (to: HttpWorld, given = token) => to.request(`/dev/sign-in?token=${given}`)

  test('signs the demo owner in, in the organization "Demo", and leads to the dashboard; again the same', async () => {
    const dev = await openHttpWorld({ ENVIRONMENT: 'development', ...owner })
    const first = await visit(dev)
    expect([first.status, first.headers.get('location')]).toEqual([302, `${APP_ORIGIN}/`])
    const again = await visit(dev)
    const asked = await Promise.all(
      [first, again].map(async (response) => {
        const answer = await dev.request('/api/me', { headers: { cookie: cookieHeader(response) } })
        return answer.json()
      }),
    )
    expect(asked[0]).toMatchObject({
      user: { email: owner.DEV_OWNER_EMAIL },
      organization: { name: 'Demo' },
      role: 'owner',
    })
    expect(asked[1]).toEqual(asked[0])
    expect(await dev.test.db.select().from(organizations)).toHaveLength(1)
  })

  test('works for two browsers that are first at once, and after the configured password was changed', async () => {
    const dev = await openHttpWorld({ ENVIRONMENT: 'development', ...owner })
    expect((await Promise.all([visit(dev), visit(dev)])).map((response) => response.status)).toEqual([302, 302])
    dev.platform.config = { ...dev.platform.config, DEV_OWNER_PASSWORD: 'second password' }
    expect((await visit(dev)).status).toBe(302)
    const body = { email: owner.DEV_OWNER_EMAIL, password: 'second password' }
    expect((await dev.request('/api/auth/sign-in/email', post(body))).status).toBe(200)
  })

  test('works where addresses must be verified, because the configuration vouches for this one', async () => {
    const enforced = { EMAIL_ENABLED: true, EMAIL_PROVIDER: 'mailbox', ENFORCE_EMAIL_VERIFICATION: true } as const
    const dev = await openHttpWorld({ ENVIRONMENT: 'development', ...owner, ...enforced })
    for (const response of [await visit(dev), await visit(dev)]) {
      expect(response.status).toBe(302)
      const answer = await dev.request('/api/me', { headers: { cookie: cookieHeader(response) } })
      expect(await answer.json()).toMatchObject({ user: { emailVerified: true }, organization: { name: 'Demo' } })
    }
  })

  test('is no route with a wrong token, without a configured one, or outside development', async () => {
    const development = await openHttpWorld({ ENVIRONMENT: 'development', ...owner })
    const answers = [
      await visit(development, 'another-token-of-it'),
      await visit(development, ''),
      await visit(await openHttpWorld({ ENVIRONMENT: 'development', ...owner, DEV_SIGN_IN_TOKEN: undefined }), ''),
      await visit(await openHttpWorld({ ENVIRONMENT: 'production', ...owner })),
      await visit(await openHttpWorld({ ENVIRONMENT: 'test', ...owner })),
    ]
    for (const answer of answers) expect([answer.status, await codeOf(answer)]).toEqual([404, 'route.not_found'])
  })
})

test('an authenticated GET costs three statements, by bearer and by cookie', async () => {
  const ann = await signUp(world.request)
  const get = (headers: Record<string, string>) => async () => world.request('/api/repositories', { headers })
  expect(await countStatements(get(ann.bearer))).toBe(3)
  expect(await countStatements(get({ cookie: ann.cookie }))).toBe(3)
})

test('organizations are not the identity library\'s business: it has no routes for them', async () => {
  const ann = await world.signUp()
  const body = post({ organizationId: ann.organizationId }, ann.bearer)
  for (const path of ['set-active', 'remove-member', 'invite-member', 'update-member-role', 'delete']) {
    expect((await world.request(`/api/auth/organization/${path}`, body)).status).toBe(404)
  }
})
