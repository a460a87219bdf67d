import { env, exports } from 'cloudflare:workers'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRepository } from '#domain/repositories'
import { BootBundle } from '#schema/contracts/boot-bundle'
import { configurationRepositories } from '#schema/tables/index'
import { aesVault } from '../../adapters/crypto/vault.ts'
import { eventually } from '../../tests/setup/eventually.ts'
import { openSessionWorld, type SessionWorld, type TestSession } from '../../tests/workers/session-world.ts'

let world: SessionWorld
beforeAll(async () => {
  world = await openSessionWorld()
})
afterAll(() => world?.close())

interface Asking {
  method?: string
  body?: string | ReadableStream
  headers?: Record<string, string>
  token?: string
  generation?: number
}
async function ask(session: TestSession, path: string, { token, generation = 1, ...init }: Asking = {}) {
  const authorization = `Bearer ${token ?? (await session.token(generation))}`
  const headers = { authorization, ...init.headers }
  return exports.default.fetch(`http://platform.test/sandbox${path}`, { ...init, headers })
}
const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code]
const put = (text: string) => ({ method: 'PUT', body: text, headers: { 'content-length': String(text.length) } })
const post = (body: unknown) => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
})
const running = async () => {
  const session = await world.session()
  return { session, ...(await session.running()) }
}

test('without a token of ours every route answers 401', async () => {
  const { session } = await running()
  const good = await session.token(1)
  const forged = [
    '',
    'nonsense',
    good.slice(0, -1),
    good.replace('.1.', '.2.'),
    `${good}.x`,
    `${session.id}.1.${'a'.repeat(64)}`,
  ]
  for (const token of forged) {
    expect(await codeOf(await ask(session, '/bundle', { token }))).toEqual([401, 'sandbox.unauthenticated'])
  }
  const token = 'nonsense'
  expect((await ask(session, '/link', { token, headers: { upgrade: 'websocket' } })).status).toBe(401)
  expect((await ask(session, '/blobs/a.txt', { token })).status).toBe(401)
  expect((await ask(session, '/blobs/a.txt', { token, ...put('x') })).status).toBe(401)
  expect((await ask(session, '/git-credential', { token, ...post({}) })).status).toBe(401)
})

test('a sandbox that was superseded gets 410 from every route', async () => {
  const { session, daemon } = await running()
  world.host.kill(`sbx-${session.id}-g1`)
  daemon.drop()
  await eventually(async () => expect(await session.timers()).toContain('link'))
  await session.elapse('link')
  await eventually(async () => expect((await session.facts())['generation']).toBe(2))
  const gone = [410, 'sandbox.superseded']
  expect(await codeOf(await ask(session, '/bundle'))).toEqual(gone)
  expect(await codeOf(await ask(session, '/blobs/a.txt', put('x')))).toEqual(gone)
  expect(await codeOf(await ask(session, '/git-credential', post({ url: 'https://git.test/x.git' })))).toEqual(gone)
})

test("files are stored and read in the session's own space only", async () => {
  const [{ session }, { session: other }] = [await running(), await running()]
  const headers = { 'content-length': '5', 'content-type': 'text/plain' }
  const stored = await ask(session, '/blobs/verification/a-b/report.txt', { method: 'PUT', body: 'hello', headers })
  expect(await stored.json()).toEqual({ key: 'verification/a-b/report.txt', size: 5 })
  const object = await env.BLOBS.get(`sessions/${session.id}/verification/a-b/report.txt`)
  expect(object?.customMetadata).toEqual({ organizationId: world.organizationId })
  expect([object?.httpMetadata?.contentType, await object?.text()]).toEqual(['text/plain', 'hello'])
  const read = await ask(session, '/blobs/verification/a-b/report.txt')
  expect([read.headers.get('content-type'), await read.text()]).toEqual(['text/plain', 'hello'])
  expect(await codeOf(await ask(other, '/blobs/verification/a-b/report.txt'))).toEqual([404, 'blob.not_found'])
})

test.each(['..%2Fescape', 'a%2F..%2F..%2Fb', 'a//b', 'a/%00b', 'a/%2e%2e%2fb', `a/${'x'.repeat(600)}`, 'a%zz'])(
  'the name %s is refused',
  async (name) => {
    const { session } = await running()
    expect(await codeOf(await ask(session, `/blobs/${name}`, put('x')))).toEqual([400, 'blob.key_invalid'])
    expect((await env.BLOBS.list({ prefix: `sessions/${session.id}` })).objects).toEqual([])
  },
)

test('a file without a length is 411, one of more than 100 MB 413', async () => {
  const { session } = await running()
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(3))
      controller.close()
    },
  })
  expect((await ask(session, '/blobs/a.txt', { method: 'PUT', body: stream })).status).toBe(411)
  const headers = { 'content-length': String(100 * 1024 * 1024 + 1) }
  expect(await codeOf(await ask(session, '/blobs/a.txt', { method: 'PUT', body: 'x', headers }))).toEqual([
    413,
    'blob.too_large',
  ])
})

test("a stored checkpoint is the session's newest, and the one it replaces goes away", async () => {
  const { session } = await running()
  await ask(session, '/blobs/checkpoints/1.bundle', put('one'))
  await ask(session, '/blobs/checkpoints/2.bundle', put('two!'))
  expect(await session.facts()).toMatchObject({ checkpointRef: 'checkpoints/2.bundle' })
  const saved = (await session.events()).filter(({ type }) => type === 'checkpoint.saved')
  expect(saved.map(({ body }) => JSON.parse(body))).toMatchObject([
    { ref: 'checkpoints/1.bundle', bytes: 3 },
    { ref: 'checkpoints/2.bundle', bytes: 4 },
  ])
  await eventually(async () => {
    const { objects } = await env.BLOBS.list({ prefix: `sessions/${session.id}/` })
    expect(objects.map(({ key }) => key.split('/').at(-1))).toEqual(['2.bundle'])
  })
})

test("git gets the credential of the session's repositories, and of no others", async () => {
  const needs = { ...world.needs, vault: aesVault(world.config.ENCRYPTION_KEY) }
  const { organizationId, configurationId } = world
  const actor = { kind: 'user' as const, userId: 'u1', userName: 'Ada', organizationId, role: 'owner' as const }
  const credential = { username: 'x-token', password: 'hunter2-hunter2' }
  const url = 'https://git.test/acme/private.git'
  const { repository } = await createRepository(needs, {
    actor,
    name: 'acme/private',
    url,
    defaultBranch: 'main',
    credential,
  })
  await world.needs.db
    .update(configurationRepositories)
    .set({ configurationId, workspacePath: 'private' })
    .where(eq(configurationRepositories.repositoryId, repository.id))
  const { session } = await running()
  const found = await ask(session, '/git-credential', post({ url }))
  expect([found.status, await found.json(), found.headers.get('cache-control')]).toEqual([200, credential, 'no-store'])
  for (const foreign of [
    'https://git.test/acme/other.git',
    'https://evil.test/acme/private.git',
    'http://git.test/acme/private.git',
  ]) {
    expect(await codeOf(await ask(session, '/git-credential', post({ url: foreign })))).toEqual([
      404,
      'git.no_credential',
    ])
  }
  expect((await ask(session, '/git-credential', post({ url: 'not a url' }))).status).toBe(400)
})

test('the bundle is what a sandbox boots from', async () => {
  const { session } = await running()
  const response = await ask(session, '/bundle')
  if (response.ok) expect(BootBundle.parse(await response.json()).sessionId).toBe(session.id)
  // Without a configured model there is nothing to boot with, and the daemon is told so.
  else expect(await codeOf(response)).toEqual([400, 'model.not_found'])
})

test('the link is a WebSocket', async () => {
  const { session } = await running()
  expect(await codeOf(await ask(session, '/link'))).toEqual([426, 'request.upgrade_required'])
})
