import { beforeAll, describe, expect, test } from 'vitest'
import { Problem } from '#schema/contracts/common'
import { InvalidConfiguration } from '../../adapters/env.ts'
import { type HttpWorld, openHttpWorld, post } from '../../tests/setup/http-world.ts'
import type { SignedIn } from '../../tests/setup/sign-in.ts'
import { createApp } from './create-app.ts'
import { problemResponse } from './problem.ts'
import { RouteNotFound } from './errors.ts'

let world: HttpWorld
let ann: SignedIn
beforeAll(async () => {
  world = await openHttpWorld()
  ann = await world.signUp('Ann')
})

const problemOf = async (response: Response) => {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const problem = Problem.parse(await response.json())
  expect(problem.status).toBe(response.status)
  expect(problem.requestId).toBe(response.headers.get('x-request-id'))
  expect(problem.type).toBe(`/docs/errors/${problem.code}`)
  return problem
}
const repositories = (init: RequestInit) => Promise.resolve(world.request('/api/repositories', init)).then(problemOf)

describe('what is not a good request', () => {
  test('a route that does not exist → 404 route.not_found, signed in or not', async () => {
    for (const path of ['/', '/api', '/api/nothing', '/api/runs/a/b/c', '/internal', '/ws/sessions']) {
      const problem = await problemOf(await world.request(path))
      expect([path, problem.status, problem.code]).toEqual([path, 404, 'route.not_found'])
    }
    expect(await problemOf(await world.request('/api/runs', { method: 'DELETE' }))).toMatchObject({
      code: 'route.not_found',
    })
  })

  test('a body against its schema → 400 request.invalid that says where and why', async () => {
    const problem = await repositories(post({ name: 'no-slash', url: 'ftp://x.test/y', extra: 1 }, ann.bearer))
    expect(problem).toMatchObject({ status: 400, code: 'request.invalid' })
    expect(problem.issues?.map((issue) => issue.path)).toEqual(expect.arrayContaining(['name', 'url']))
    expect(problem.issues).toContainEqual({ path: 'name', message: 'Use owner/name' })
  })

  test('a query or an id that is none → 400 request.invalid', async () => {
    for (const path of ['/api/runs?limit=101', '/api/runs?cursor=x', '/api/runs?status=odd', '/api/runs/not-an-id']) {
      const problem = await problemOf(await world.request(path, { headers: ann.bearer }))
      expect([path, problem.status, problem.code, problem.issues?.length]).toEqual([path, 400, 'request.invalid', 1])
    }
  })

  test('a body that is no JSON → 400 request.invalid', async () => {
    const headers = { 'content-type': 'application/json', ...ann.bearer }
    const problem = await repositories({ method: 'POST', headers, body: '{"name":' })
    expect(problem).toMatchObject({ status: 400, code: 'request.invalid', issues: [{ path: '' }] })
  })

  test('a body of another type, or without one → 415', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded', ...ann.bearer }
    const answers = [
      await repositories({ method: 'POST', headers: form, body: 'name=a' }),
      await repositories({ method: 'POST', headers: ann.bearer, body: new Uint8Array([123, 125]) }),
    ]
    for (const problem of answers) {
      expect(problem).toMatchObject({ status: 415, code: 'request.unsupported_media_type' })
    }
  })

  test('a body above 1 MB → 413, whether it says so or not; one of just that size is read', async () => {
    const send = (length: number, declared: boolean) => {
      const body = JSON.stringify('x'.repeat(length - 2))
      const headers = { 'content-type': 'application/json', ...ann.bearer }
      const size = declared ? { 'content-length': String(body.length) } : {}
      return repositories({ method: 'POST', headers: { ...headers, ...size } as Record<string, string>, body })
    }
    for (const declared of [true, false]) {
      expect(await send(1024 * 1024 + 1, declared)).toMatchObject({ status: 413, code: 'request.too_large' })
      expect(await send(1024 * 1024, declared)).toMatchObject({ status: 400, code: 'request.invalid' })
    }
  })
})

describe('what goes wrong on our side', () => {
  test('an undeclared error → 500 without its words, which stand in the log', async () => {
    const broken = await openHttpWorld()
    const person = await broken.signUp()
    broken.platform.vault = { ...broken.platform.vault, seal: () => Promise.reject(new Error('secret words')) }
    const body = { name: 'a/b', url: 'https://git.test/a/b', credential: { username: 'u', password: 'p' } }
    const response = await broken.request('/api/repositories', post(body, person.bearer))
    const problem = await problemOf(response)
    expect(problem).toMatchObject({ status: 500, code: 'internal.unexpected' })
    expect(broken.bounds.at(-1)).toMatchObject({ requestId: problem.requestId })
    expect(JSON.stringify(problem)).not.toContain('secret words')
    const logged = broken.test.log.entries.find((entry) => entry.event === 'http.failed')
    expect(logged).toMatchObject({ level: 'error', fields: { code: 'internal.unexpected', cause: 'secret words' } })
  })

  test('a configuration that is not valid → 500, and no word of it outside', async () => {
    const app = createApp(() => {
      throw new InvalidConfiguration(['AUTH_SECRET: too small'])
    })
    const response = await app.request('/healthz')
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('AUTH_SECRET')
  })

  test('the time after which to try again is told in whole seconds', () => {
    expect(problemResponse(RouteNotFound({ retryAfterMs: 1_200 }), 'r').headers.get('retry-after')).toBe('2')
  })
})

describe('every answer', () => {
  test('is named by the request id it came with, or a new one', async () => {
    const named = await world.request('/healthz', { headers: { 'x-request-id': 'trace-0001' } })
    expect(named.headers.get('x-request-id')).toBe('trace-0001')
    for (const odd of ['short', 'with space in it', 'x'.repeat(65)]) {
      const response = await world.request('/healthz', { headers: { 'x-request-id': odd } })
      expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    }
  })

  test('is not sniffed, framed, traced or stored, problems included', async () => {
    for (const path of ['/api/me', '/api/auth/ok', '/api/nothing']) {
      const { headers } = await world.request(path)
      expect([path, headers.get('x-content-type-options')]).toEqual([path, 'nosniff'])
      expect([path, headers.get('referrer-policy')]).toEqual([path, 'no-referrer'])
      expect([path, headers.get('x-frame-options')]).toEqual([path, 'DENY'])
      expect([path, headers.get('cache-control')]).toEqual([path, 'no-store'])
    }
  })

  test('leaves one line that says who, what and how it ended, and no body, query or token', async () => {
    world.test.log.entries.length = 0
    const password = 'a password of a repository'
    const body = { name: 'a/log', url: 'https://git.test/a/log', credential: { username: 'u', password } }
    const headers = { ...ann.bearer, 'x-request-id': 'one-request' }
    await world.request('/api/repositories?secret=in-query', post(body, headers))
    await world.request('/api/runs/01900000-0000-7000-8000-000000000000', { headers })
    const lines = world.test.log.entries.filter((entry) => entry.event === 'http.request')
    expect(lines.map((line) => line.fields)).toEqual([
      {
        method: 'POST',
        route: '/api/repositories',
        status: 201,
        error: null,
        durationMs: expect.any(Number),
        organizationId: ann.organizationId,
        userId: ann.userId,
        impersonatedBy: null,
        apiKeyId: null,
      },
      expect.objectContaining({ route: '/api/runs/:runId', status: 404, error: 'run.not_found' }),
    ])
    const text = JSON.stringify(world.test.log.entries)
    for (const secret of [password, 'in-query', ann.token]) expect(text).not.toContain(secret)
  })
})
