import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import type { PromptReceipt, Session } from '#schema/contracts/sessions'
import { sessions, users } from '#schema/tables/index'
import { APP_ORIGIN, type HttpWorld, openHttpWorld, post } from '../../../tests/setup/http-world.ts'
import { expectLooksMissing } from '../../../tests/setup/refusals.ts'
import { seedConfiguration } from '../../../tests/setup/seed.ts'
import { cookieHeader, type SignedIn } from '../../../tests/setup/sign-in.ts'

const MISSING = '01900000-0000-7000-8000-00000000dead'
let world: HttpWorld
let owner: SignedIn
let other: SignedIn
let configurationId: string
beforeAll(async () => {
  world = await openHttpWorld()
  owner = await world.signUp('Ann Løvstad')
  other = await world.signUp('Eve')
  configurationId = (await seedConfiguration(world.test, owner.organizationId)).configurationId
})

async function send<Body>(path: string, body: object, by = owner, headers: Record<string, string> = {}) {
  const response = await world.request(path, post(body, { ...by.bearer, ...headers }))
  return { status: response.status, body: (await response.json()) as Body & { code: string } }
}
async function read<Body>(path: string, by = owner) {
  const response = await world.request(path, { headers: by.bearer })
  return { status: response.status, body: (await response.json()) as Body }
}
const start = (change: object = {}, by = owner, headers = {}) =>
  send<Session>('/api/sessions', { configurationId, ...change }, by, headers)
const started = async () => (await start()).body.id

describe('POST /api/sessions', () => {
  test('→ 201 and the first prompt is on its way', async () => {
    const { status, body } = await start({ initialPrompt: 'Fix the slug' })
    expect([status, body.title, body.createdBy]).toEqual([201, 'Fix the slug', owner.userId])
    const object = world.test.sessionObjects.of(body.id)
    expect(object.opening).toMatchObject({ organizationId: owner.organizationId, configurationId })
    expect(object.prompts).toMatchObject([{ text: 'Fix the slug', author: 'Ann Løvstad' }])
  })

  test('→ 201 with the same session for the same Idempotency-Key, and one prompt', async () => {
    const key = { 'idempotency-key': 'the-same-key' }
    const first = await start({ initialPrompt: 'Once' }, owner, key)
    const second = await start({ initialPrompt: 'Once' }, owner, key)
    expect([first.status, second.status, second.body.id]).toEqual([201, 201, first.body.id])
    expect(world.test.sessionObjects.of(first.body.id).prompts).toHaveLength(1)
  })

  test("a colleague's Idempotency-Key, or the one of a run, is another key: nobody gets somebody else's session", async () => {
    const key = { 'idempotency-key': `run:${MISSING}:session` }
    const first = await start({ initialPrompt: 'Mine' }, owner, key)
    const colleague = await world.memberOf(owner, 'member')
    const second = await start({ initialPrompt: 'Theirs' }, colleague, key)
    expect([second.status, second.body.createdBy]).toEqual([201, colleague.userId])
    expect(second.body.id).not.toBe(first.body.id)
    const rows = await world.test.db.select().from(sessions).where(eq(sessions.id, first.body.id))
    expect(rows[0]?.idempotencyKey).not.toBe(key['idempotency-key'])
  })

  test("→ 404 for another organization's configuration, like for a missing one", async () => {
    expect(await start({}, other)).toMatchObject({ status: 404, body: { code: 'configuration.not_found' } })
    expect(await start({ configurationId: MISSING })).toMatchObject({
      status: 404,
      body: { code: 'configuration.not_found' },
    })
  })

  test('→ 400 for an empty prompt or a short key; 403 for a viewer', async () => {
    expect((await start({ initialPrompt: '  ' })).status).toBe(400)
    expect((await start({}, owner, { 'idempotency-key': 'short' })).status).toBe(400)
    const viewer = await world.memberOf(owner, 'viewer')
    expect(await start({}, viewer)).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } })
    expect((await start({}, await world.memberOf(owner, 'member'))).status).toBe(201)
  })
})

describe('reading sessions', () => {
  test('GET /api/sessions → a page of one organization; GET /api/sessions/:sessionId → the same', async () => {
    const person = await world.signUp('Cy')
    const own = await seedConfiguration(world.test, person.organizationId)
    const { body } = await start({ configurationId: own.configurationId }, person)
    const listed = await read<{ items: Session[] }>('/api/sessions?status=pending', person)
    expect(listed.body.items.map((item) => item.id)).toEqual([body.id])
    expect((await read<Session>(`/api/sessions/${body.id}`, person)).body).toEqual(listed.body.items[0])
  })

  test('GET /api/sessions/:sessionId/events → what the object holds; 503 while it cannot be reached', async () => {
    const id = await started()
    expect(await read(`/api/sessions/${id}/events`)).toEqual({ status: 200, body: { items: [], nextBefore: null } })
    world.test.sessionObjects.of(id).unreachable = true
    expect(await read(`/api/sessions/${id}/events`)).toMatchObject({
      status: 503,
      body: { code: 'session.unreachable' },
    })
  })

  test.each(['', '/events'])("%s → 404 for another organization's, byte for byte like a missing one", async (tail) => {
    await expectLooksMissing(world.request, {
      foreign: `/api/sessions/${await started()}${tail}`,
      missing: `/api/sessions/${MISSING}${tail}`,
      code: 'session.not_found',
      init: { headers: other.bearer },
    })
  })
})

describe('POST /api/sessions/:sessionId/prompts and …/cancel', () => {
  test('→ 202 with a receipt, the same one for the same Idempotency-Key', async () => {
    const id = await started()
    const key = { 'idempotency-key': 'prompt-1' }
    const prompt = () => send<PromptReceipt>(`/api/sessions/${id}/prompts`, { text: 'Go on' }, owner, key)
    const [first, second] = [await prompt(), await prompt()]
    expect([first.status, first.body.duplicate, second.body.duplicate]).toEqual([202, false, false])
    expect(second.body.promptId).toBe(first.body.promptId)
    const colleague = await world.memberOf(owner, 'member')
    const other = await send<PromptReceipt>(`/api/sessions/${id}/prompts`, { text: 'And on' }, colleague, key)
    expect(other.body.promptId).not.toBe(first.body.promptId)
    expect(await send(`/api/sessions/${id}/cancel`, {})).toEqual({ status: 202, body: { canceled: true } })
  })

  test('→ 403 for a viewer, and the object hears nothing', async () => {
    const id = await started()
    const viewer = await world.memberOf(owner, 'viewer')
    expect((await send(`/api/sessions/${id}/prompts`, { text: 'Go on' }, viewer)).status).toBe(403)
    expect((await send(`/api/sessions/${id}/cancel`, {}, viewer)).status).toBe(403)
    expect(world.test.sessionObjects.of(id).calls).toEqual(['open'])
  })

  test("cancel → 403 for a member in somebody else's session, where they may read and prompt; 202 in their own", async () => {
    const member = await world.memberOf(owner, 'member')
    const id = await started()
    const prompted = await send(`/api/sessions/${id}/prompts`, { text: 'Go on' }, member)
    const canceled = await send(`/api/sessions/${id}/cancel`, {}, member)
    expect([prompted.status, canceled.status, canceled.body.code]).toEqual([202, 403, 'auth.forbidden'])
    expect(world.test.sessionObjects.of(id).calls).not.toContain('cancel')
    const own = (await start({}, member)).body.id
    await send(`/api/sessions/${own}/prompts`, { text: 'Go on' }, owner)
    expect((await send(`/api/sessions/${own}/cancel`, {}, member)).status).toBe(202)
    expect((await send(`/api/sessions/${id}/cancel`, {}, await world.memberOf(owner, 'admin'))).status).toBe(202)
  })

  test.each([['prompts', { text: 'Go on' }], ['cancel', {}]])(
    "%s → 404 for another organization's, byte for byte like a missing one",
    async (verb, body) => {
      const { method, headers, body: text } = post(body, other.bearer)
      await expectLooksMissing(world.request, {
        foreign: `/api/sessions/${await started()}/${verb}`,
        missing: `/api/sessions/${MISSING}/${verb}`,
        code: 'session.not_found',
        init: { method: method ?? '', headers: headers as Record<string, string>, body: text ?? '' },
      })
    },
  )
})

describe('GET /ws/sessions/:sessionId', () => {
  const upgrade = { upgrade: 'websocket', connection: 'Upgrade' }
  const connect = async (id: string, headers: Record<string, string>) => {
    const response = await world.request(`/ws/sessions/${id}`, { headers: { ...upgrade, ...headers } })
    const problem = response.status < 400 ? { code: null } : ((await response.json()) as { code: string })
    return { status: response.status, code: problem.code }
  }

  test('goes to the object with who the person is, and with nothing else that the client sent', async () => {
    const id = await started()
    const claims = { 'x-user-id': 'somebody-else', 'x-role': 'owner', 'x-is-maker': 'true', 'x-other': 'thing' }
    const member = await world.memberOf(owner, 'member')
    await connect(id, { ...member.bearer, ...claims })
    const { sessionId, request } = world.upgrades.at(-1) ?? {}
    expect([sessionId, request?.url]).toEqual([id, 'https://session/client'])
    expect(Object.fromEntries(request?.headers ?? [])).toMatchObject({
      upgrade: 'websocket',
      'x-user-id': member.userId,
      'x-user-name': 'A%20member',
      'x-role': 'member',
    })
    for (const name of ['authorization', 'cookie', 'x-other', 'x-api-key', 'x-impersonated-by', 'x-is-maker']) {
      expect(request?.headers.has(name)).toBe(false)
    }
    await connect(id, owner.bearer)
    expect(world.upgrades.at(-1)?.request.headers.get('x-is-maker')).toBe('true')
  })

  test('tells the object the address, the key with its scopes, and the super admin who really sits there', async () => {
    const id = await started()
    const made = await world.request('/api/api-keys', post({ name: 'ci', scopes: ['sessions:read'] }, owner.bearer))
    const { id: keyId, key } = (await made.json()) as { id: string; key: string }
    const forged = { 'x-address': '198.51.100.1', 'x-impersonated-by': 'me', 'x-api-key': '{"id":"x","scopes":[]}' }
    await connect(id, { authorization: `Bearer ${key}`, 'cf-connecting-ip': '203.0.113.7', ...forged })
    const headers = () => Object.fromEntries(world.upgrades.at(-1)?.request.headers ?? [])
    expect(headers()).toMatchObject({ 'x-address': '203.0.113.7' })
    expect(JSON.parse(headers()['x-api-key'] ?? '')).toEqual({ id: keyId, scopes: ['sessions:read'] })
    expect(headers()['x-impersonated-by']).toBeUndefined()
    await world.test.db.update(users).set({ emailVerified: true }).where(eq(users.id, other.userId))
    world.platform.access = { ...world.platform.access, superAdminEmails: [other.email] }
    const body = { userId: owner.userId, organizationId: owner.organizationId }
    const by = { cookie: other.cookie, origin: APP_ORIGIN }
    const begun = await world.request('/api/admin/impersonate', post(body, by))
    await connect(id, { ...by, cookie: `${other.cookie}; ${cookieHeader(begun)}` })
    expect(headers()).toMatchObject({ 'x-user-id': owner.userId, 'x-impersonated-by': other.userId })
  })

  test('→ with a cookie only from the dashboard or this host; 403 request.bad_origin otherwise', async () => {
    const id = await started()
    const { cookie } = owner
    for (const origin of [{}, { origin: 'https://evil.test' }]) {
      expect(await connect(id, { cookie, ...origin } as Record<string, string>)).toEqual({
        status: 403,
        code: 'request.bad_origin',
      })
    }
    expect((await connect(id, { cookie, origin: APP_ORIGIN })).status).toBe(204)
  })

  test("→ 401 signed out, 404 for another organization's or no session, 426 without an upgrade", async () => {
    const id = await started()
    const count = world.upgrades.length
    expect(await connect(id, {})).toEqual({ status: 401, code: 'auth.unauthenticated' })
    for (const [session, by] of [[id, other], [MISSING, owner], ['nonsense', owner]] as const) {
      expect(await connect(session, by.bearer)).toEqual({ status: 404, code: 'session.not_found' })
    }
    expect(await connect(id, { ...owner.bearer, upgrade: 'h2c' })).toEqual({
      status: 426,
      code: 'request.upgrade_required',
    })
    expect(world.upgrades).toHaveLength(count)
  })
})
