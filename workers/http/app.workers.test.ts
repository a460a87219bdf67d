import { exports } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { Me } from '#schema/contracts/identity'
import { Session } from '#schema/contracts/sessions'
import { Repository } from '#schema/contracts/repositories'
import { ServerFrame } from '#schema/contracts/session-socket'
import { eventually } from '../../tests/setup/eventually.ts'
import { cookieHeader, type SignedIn, signUp } from '../../tests/setup/sign-in.ts'

// The whole Worker in workerd: its real identity, storage and objects, as wrangler.toml binds them.

const ORIGIN = 'https://platform.test'
const request = (path: string, init?: RequestInit) => exports.default.fetch(`${ORIGIN}${path}`, init)
const json = (body: unknown, headers: Record<string, string>): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

let ann: SignedIn
beforeAll(async () => {
  ann = await signUp(request, 'Ann Løvstad')
})

test('a person signs up and in, and is known by cookie and by token', async () => {
  const body = { email: ann.email, password: ann.password }
  const signedIn = await request('/api/auth/sign-in/email', json(body, {}))
  expect(signedIn.status).toBe(200)
  for (const headers of [ann.bearer, { cookie: cookieHeader(signedIn) }]) {
    const me = Me.parse(await (await request('/api/me', { headers: headers as Record<string, string> })).json())
    expect(me).toMatchObject({ user: { id: ann.userId }, organization: { id: ann.organizationId }, role: 'owner' })
  }
})

test('one identity serves many requests of an isolate at once', async () => {
  const people = await Promise.all(Array.from({ length: 6 }, () => signUp(request)))
  const answers = await Promise.all(people.map(({ bearer }) => request('/api/me', { headers: bearer })))
  const known = await Promise.all(answers.map(async (answer) => Me.parse(await answer.json()).user.id))
  expect(known).toEqual(people.map((person) => person.userId))
})

test('GET /readyz asks the real bindings; only the sandbox host is not there', async () => {
  // A check may be too late on a machine with much to do, and is asked again then.
  await eventually(async () => {
    const response = await request('/readyz')
    const { checks } = (await response.json()) as { checks: { name: string; ok: boolean }[] }
    expect(response.status).toBe(503)
    expect(checks.filter((check) => !check.ok).map((check) => check.name)).toEqual(['sandbox provider'])
  })
})

test('what other folders of the edge answer is mounted, behind their own guards', async () => {
  const asked = await Promise.all([
    request('/webhooks/direct/github/nonsense', { method: 'POST', body: '{}' }),
    request('/sandbox/bundle'),
    request('/internal/tools/verify', json({}, {})),
    request('/llm/openai/v1/chat/completions', json({}, {})),
  ])
  expect(asked.map((response) => response.status)).toEqual([404, 401, 401, 401])
  const codes = await Promise.all(asked.map(async (response) => ((await response.json()) as { code: string }).code))
  expect(codes).not.toContain('route.not_found')
})

describe('the live socket', () => {
  async function startSession() {
    const body = { name: 'acme/app', url: 'https://git.test/acme/app.git' }
    const made = await request('/api/repositories', json(body, ann.bearer))
    const { configurationId } = Repository.parse(await made.json())
    const started = await request('/api/sessions', json({ configurationId }, ann.bearer))
    expect(started.status).toBe(201)
    return Session.parse(await started.json()).id
  }

  test('opens on a session of the organization, and is told what it holds', async () => {
    const id = await startSession()
    const response = await request(`/ws/sessions/${id}`, { headers: { ...ann.bearer, upgrade: 'websocket' } })
    expect(response.status).toBe(101)
    const socket = response.webSocket
    if (!socket) throw new Error('No socket')
    socket.accept()
    const first = new Promise<string>((resolve) => {
      socket.addEventListener('message', (message) => resolve(String(message.data)), { once: true })
    })
    socket.send(JSON.stringify({ type: 'resume', lastSeq: 0 }))
    expect(ServerFrame.parse(JSON.parse(await first))).toMatchObject({ type: 'init', sessionId: id })
    socket.close()
  })

  test("does not open on another organization's", async () => {
    const id = await startSession()
    const other = await signUp(request)
    const response = await request(`/ws/sessions/${id}`, { headers: { ...other.bearer, upgrade: 'websocket' } })
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([404, 'session.not_found'])
  })
})
