import { eq } from 'drizzle-orm'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { accounts, auditLog } from '#schema/tables/index'
import { accountLog } from '../../adapters/identity/account-log.ts'
import { APP_ORIGIN, type HttpWorld, openHttpWorld, post } from '../../tests/setup/http-world.ts'
import { asker } from '../../tests/setup/people.ts'
import { withAuditRefused } from '../../tests/setup/refused-audit.ts'
import { cookieHeader, type SignedIn } from '../../tests/setup/sign-in.ts'

let world: HttpWorld
let ask: ReturnType<typeof asker>
let ann: SignedIn
beforeAll(async () => {
  world = await openHttpWorld({ EMAIL_ENABLED: true, EMAIL_PROVIDER: 'mailbox' })
  ask = asker(world)
})
beforeEach(async () => {
  ann = await world.signUp('Ann')
})
afterEach(() => vi.restoreAllMocks())

const WHERE = { 'cf-connecting-ip': '203.0.113.7', 'user-agent': 'Firefox', 'x-request-id': 'request-12345' }
const inBrowser = () => ({ cookie: ann.cookie, origin: APP_ORIGIN, ...WHERE })
/** What Ann did, from the sign-in on that signing up was. */
const logged = async () => {
  const rows = await world.test.db.select().from(auditLog).where(eq(auditLog.actorId, ann.userId)).orderBy(auditLog.id)
  return rows.map(({ verb, subjectKind, subjectLabel }) => `${verb} ${subjectKind} ${subjectLabel}`)
}
const signInAgain = async (browser: string) => {
  const { email, password } = ann
  const headers = { origin: APP_ORIGIN, ...WHERE, 'user-agent': browser }
  return world.request('/api/auth/sign-in/email', post({ email, password }, headers))
}
/** From the link of the mail that Ann gets. */
const resetToken = async () => {
  await ask('POST /api/auth/request-password-reset', WHERE, { email: ann.email })
  const [mail] = (await world.platform.keptMails()).filter(({ to, subject }) => to === ann.email && subject.includes('password'))
  return new URL(/https?:\S+/.exec(mail?.text ?? '')?.[0] ?? '').searchParams.get('token')
}
const since = async () => (await logged()).slice(1)

test('a sign-in is in the log of the organization it stands on, with where it came from; a failed one is nobody\'s', async () => {
  const wrong = { email: ann.email, password: 'not the password' }
  expect((await ask('POST /api/auth/sign-in/email', WHERE, wrong)).status).toBe(401)
  expect((await signInAgain('Firefox')).status).toBe(200)
  const rows = await world.test.db.select().from(auditLog).where(eq(auditLog.actorId, ann.userId)).orderBy(auditLog.id)
  expect(rows.map(({ verb, subjectKind }) => [verb, subjectKind])).toEqual([['create', 'sign_in'], ['create', 'sign_in']])
  expect(rows[1]).toMatchObject({
    actorName: 'Ann',
    organizationId: ann.organizationId,
    ip: '203.0.113.7',
    userAgent: 'Firefox',
    requestId: 'request-12345',
  })
  expect(JSON.stringify(rows)).not.toContain(ann.token.split('.')[0])
})

test('signing out is in the log, and ending other browsers, one by one and all at once', async () => {
  const second = await signInAgain('Second')
  const { token } = (await second.json()) as { token: string }
  for (const browser of ['Third', 'Fourth']) await signInAgain(browser)
  const before = (await logged()).length
  await ask('POST /api/auth/revoke-session', inBrowser(), { token })
  await ask('POST /api/auth/revoke-session', inBrowser(), { token })
  await ask('POST /api/auth/revoke-other-sessions', inBrowser(), {})
  const ended = (await logged()).slice(before)
  expect(ended.sort()).toEqual(['delete sign_in Fourth', 'delete sign_in Second', 'delete sign_in Third'])
  await ask('POST /api/auth/sign-out', inBrowser(), {})
  expect((await logged()).slice(before + 3)).toEqual([expect.stringContaining('delete sign_in')])
})

test('nobody stands in the log for ending a stranger\'s browser', async () => {
  const bo = await world.signUp('Bo')
  await ask('POST /api/auth/revoke-session', inBrowser(), { token: bo.token.split('.')[0] })
  expect(await since()).toEqual([])
})

test('a changed password is one entry, without the password; a refused change is none', async () => {
  const change = { newPassword: 'a much longer secret', revokeOtherSessions: true }
  await ask('POST /api/auth/change-password', inBrowser(), { ...change, currentPassword: 'wrong one' })
  expect(await since()).toEqual([])
  await ask('POST /api/auth/change-password', inBrowser(), { ...change, currentPassword: ann.password })
  expect(await since()).toEqual([`update password ${ann.email}`])
})

test('a password that was reset by the link of a mail is in the log', async () => {
  const token = await resetToken()
  expect((await ask('POST /api/auth/reset-password', WHERE, { token, newPassword: 'a new password' })).status).toBe(200)
  expect(await since()).toEqual([`update password ${ann.email}`])
})

test('what was done is answered as done when its entry cannot be stored, and the entry is told whole to the log', async () => {
  const told = () => world.test.log.entries.filter(({ event }) => event === 'audit.not_stored').map(({ fields }) => fields)
  const known = told().length
  const change = { currentPassword: ann.password, newPassword: 'a much longer secret' }
  const token = await resetToken()
  await withAuditRefused(world.test.db, async () => {
    expect((await signInAgain('Second')).status).toBe(200)
    expect((await ask('POST /api/auth/change-password', inBrowser(), change)).status).toBe(200)
    expect((await ask('POST /api/auth/sign-out', inBrowser(), {})).status).toBe(200)
    expect((await ask('POST /api/auth/reset-password', WHERE, { token, newPassword: 'a new password' })).status).toBe(200)
  })
  expect(await since()).toEqual([])
  expect((await ask('GET /api/me', ann.bearer)).status).toBe(401)
  const who = { actorId: ann.userId, organizationId: ann.organizationId, ip: '203.0.113.7' }
  expect(told().slice(known)).toMatchObject([
    { alert: true, entry: { ...who, verb: 'create', subjectKind: 'sign_in' } },
    { alert: true, entry: { ...who, verb: 'update', subjectKind: 'password' } },
    { alert: true, entry: { ...who, verb: 'delete', subjectKind: 'sign_in' } },
    { alert: true, entry: { ...who, verb: 'update', subjectKind: 'password' } },
  ])
  expect(JSON.stringify(told())).not.toMatch(/a new password|a much longer secret/)
})

test('an entry of somebody who cannot be found is missed out loud', async () => {
  const { test } = world
  const log = accountLog(() => test, async () => null)
  const known = test.log.entries.length
  const route = (find: () => Promise<null>) => ({ path: '/sign-in/email', context: { internalAdapter: { findUserById: find } } })
  await log.signedIn({ id: 's-1', userId: 'gone' }, route(async () => null))
  await log.signedIn({ id: 's-1', userId: 'gone' }, route(() => Promise.reject(new Error('The database is away'))))
  const missed = { event: 'audit.not_stored', fields: { alert: true, userId: 'gone', path: '/sign-in/email' } }
  expect(test.log.entries.slice(known)).toMatchObject([missed, missed])
})

test('linking a way to sign in, and taking it away, is in the log', async () => {
  const github = await openHttpWorld({ GITHUB_OAUTH_APP_ID: 'id', GITHUB_OAUTH_APP_SECRET: 'secret' })
  const bo = await github.signUp('Bo')
  const answers: Record<string, unknown> = {
    'https://github.com/login/oauth/access_token': { access_token: 'gho_test', token_type: 'bearer', scope: '' },
    'https://api.github.com/user': { id: 7, email: bo.email, login: 'bo', name: 'Bo', avatar_url: 'https://github.test/bo.png' },
    'https://api.github.com/user/emails': [{ email: bo.email, primary: true, verified: true, visibility: null }],
  }
  const reached = globalThis.fetch
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    return url in answers ? Response.json(answers[url]) : reached(input, init)
  })
  const headers = { cookie: bo.cookie, origin: APP_ORIGIN }
  const begun = await github.request('/api/auth/link-social', post({ provider: 'github', callbackURL: `${APP_ORIGIN}/profile` }, headers))
  const state = new URL(((await begun.json()) as { url: string }).url).searchParams.get('state') ?? ''
  const cookie = `${bo.cookie}; ${cookieHeader(begun)}`
  await github.request(`/api/auth/callback/github?code=code&state=${encodeURIComponent(state)}`, { headers: { cookie } })
  const [linked] = await github.test.db.select().from(accounts).where(eq(accounts.providerId, 'github'))
  const body = { accountId: linked?.id }
  expect((await asker(github)('POST /api/auth/unlink-account', headers, body)).status).toBe(200)
  const rows = await github.test.db.select().from(auditLog).where(eq(auditLog.subjectKind, 'linked_account')).orderBy(auditLog.id)
  expect(rows).toMatchObject([
    { verb: 'create', subjectId: linked?.id, subjectLabel: 'github', actorId: bo.userId, organizationId: bo.organizationId },
    { verb: 'delete', subjectId: linked?.id, subjectLabel: 'github', actorId: bo.userId, organizationId: bo.organizationId },
  ])
})
