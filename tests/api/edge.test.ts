import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { declaredErrors } from '#kernel/errors'
import { AUTH_ROUTES } from '#schema/endpoints/auth'
import { hrefOf } from '#schema/endpoints/client'
import { endpoints } from '#schema/endpoints/index'
import { memoryRateLimits } from '../fakes/rate-limits.ts'
import { APP_ORIGIN, type HttpWorld, openHttpWorld, post } from '../setup/http-world.ts'
import type { SignedIn } from '../setup/sign-in.ts'

let world: HttpWorld
let ann: SignedIn
beforeAll(async () => {
  world = await openHttpWorld({ CORS_ORIGINS: ['https://partner.test'] })
  ann = await world.signUp('Ann')
})
const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code

describe('rate limits', () => {
  const limited = (limits: Partial<ReturnType<typeof memoryRateLimits>['limits']>) => {
    const counters = memoryRateLimits()
    Object.assign(counters.limits, limits)
    world.platform.rateLimits = counters
    return counters
  }
  const get = (headers: Record<string, string> = {}) =>
    world.request('/api/runs', { headers: { ...ann.bearer, ...headers } })

  test.each([
    ['address', { 'cf-connecting-ip': '203.0.113.1' }],
    ['user', {}],
    ['organization', {}],
  ] as const)('by %s: beyond the limit → 429 request.rate_limited with Retry-After', async (policy, headers) => {
    limited({ [policy]: 2 })
    expect([(await get(headers)).status, (await get(headers)).status]).toEqual([200, 200])
    const refused = await get(headers)
    expect([refused.status, refused.headers.get('retry-after'), refused.headers.get('ratelimit-remaining')]).toEqual([
      429,
      '60',
      '0',
    ])
    expect(refused.headers.get('ratelimit-policy')).toContain(`"${policy}";q=2;w=60`)
    expect(await codeOf(refused)).toBe('request.rate_limited')
  })

  test('an answer names what counts; another address, person and organization are not touched', async () => {
    const counters = limited({ address: 1 })
    const answer = await get({ 'cf-connecting-ip': '203.0.113.1' })
    expect([answer.headers.get('ratelimit-policy'), answer.headers.get('ratelimit-limit')]).toEqual([
      '"user";q=1000000;w=60, "organization";q=1000000;w=60',
      '1000000',
    ])
    expect((await get({ 'cf-connecting-ip': '203.0.113.2' })).status).toBe(200)
    expect([...counters.used.keys()]).toContain(`user ${ann.userId}`)
    expect([...counters.used.keys()]).toContain(`organization ${ann.organizationId}`)
  })

  test('/readyz, which asks everything else, is counted by address; /healthz, which asks nothing, is not', async () => {
    limited({ address: 1 })
    const ask = async (path: string) => (await world.request(path, { headers: { 'cf-connecting-ip': '203.0.113.8' } })).status
    expect([await ask('/readyz'), await ask('/readyz'), await ask('/healthz')]).toEqual([200, 429, 200])
    limited({})
  })

  test('strangers are counted by address, before anybody is looked for', async () => {
    limited({ address: 1 })
    const ask = () => world.request('/api/runs', { headers: { 'cf-connecting-ip': '203.0.113.9' } })
    expect([(await ask()).status, (await ask()).status]).toEqual([401, 429])
    limited({})
  })
})

describe('pages of other origins', () => {
  const preflight = (origin: string) =>
    world.request('/api/sessions', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    })

  test('an origin of the list may call with a token, never with a cookie', async () => {
    const answer = await preflight('https://partner.test')
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://partner.test')
    expect(answer.headers.get('access-control-allow-headers')).toContain('idempotency-key')
    expect(answer.headers.has('access-control-allow-credentials')).toBe(false)
    const called = await world.request('/api/runs', { headers: { ...ann.bearer, origin: 'https://partner.test' } })
    expect(called.headers.get('access-control-allow-origin')).toBe('https://partner.test')
    expect(called.headers.get('access-control-expose-headers')).toContain('etag')
  })

  test('any other origin gets no word of permission, and neither does anybody without a list', async () => {
    for (const origin of ['https://evil.test', 'https://partner.test.evil.test', 'null']) {
      expect((await preflight(origin)).headers.has('access-control-allow-origin')).toBe(false)
    }
    const closed = await openHttpWorld()
    const answer = await closed.request('/api/me', { headers: { origin: 'https://partner.test' } })
    expect([answer.headers.has('access-control-allow-origin'), answer.headers.has('vary')]).toEqual([false, false])
  })

  test('an allowed origin still may not act with a cookie', async () => {
    const init = post({}, { cookie: ann.cookie, origin: 'https://partner.test' })
    expect(await codeOf(await world.request('/api/automations', init))).toBe('request.bad_origin')
  })
})

const changes = [...Object.values(endpoints).flatMap((slice) => Object.values(slice)), ...AUTH_ROUTES]
  .filter(({ method }) => method !== 'get')
  .map(({ method, path }) => [`${method.toUpperCase()} ${path}`, { method: method.toUpperCase(), path }] as const)

describe('U11: with a cookie, a change is made from the dashboard or from here only', () => {
  test.each(changes)('%s', async (_, { method, path }) => {
    const from = async (headers: Record<string, string>) => {
      const init = { ...post({}, { cookie: ann.cookie, ...headers }), method }
      const response = await world.request(hrefOf(path), init)
      return [response.status, ((await response.json()) as { code?: string }).code]
    }
    const refused = [403, 'request.bad_origin']
    expect(await from({ origin: 'https://evil.test' })).toEqual(refused)
    expect(await from({ origin: 'null' })).toEqual(refused)
    expect(await from({})).toEqual(refused)
    // Who is signed out can be asked nothing more.
    if (path !== '/api/auth/sign-out') expect(await from({ origin: APP_ORIGIN })).not.toEqual(refused)
  })
})

describe('/docs', () => {
  const page = async (path: string) => {
    const response = await world.request(path)
    return { status: response.status, headers: response.headers, text: await response.text() }
  }

  test('shows every operation of /openapi.json, and loads nothing from elsewhere, and no script', async () => {
    const { status, headers, text } = await page('/docs')
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8'])
    const document = (await (await world.request('/openapi.json')).json()) as {
      paths: Record<string, Record<string, { operationId: string }>>
    }
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods))
    for (const { operationId } of operations) expect(text).toContain(`id="${operationId}"`)
    expect(text).not.toMatch(/<script|<[^>]+\s(?:on\w+|style)=/i)
    expect([...text.matchAll(/(?:src|href)="([^"#]*)"/g)].map(([, target]) => target?.[0])).not.toContain('h')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; style-src 'self'")
    expect((await page('/docs/docs.css')).headers.get('content-type')).toBe('text/css; charset=utf-8')
  })

  test('the type of every problem leads to a page about it, with the advice for that very error', async () => {
    for (const { code, title } of declaredErrors()) {
      const { status, text } = await page(`/docs/errors/${code}`)
      expect([code, status]).toEqual([code, 200])
      expect(text.replaceAll('&#39;', "'")).toContain(title)
    }
    const { text } = await page('/docs/errors/integration.credential_refused')
    expect(text).toContain('Check that it is whole, still valid, and of the right account.')
    expect((await page('/docs/errors/request.invalid')).text).toContain('<code>issues</code>')
    expect((await page('/docs/errors')).text).toContain('run.not_found')
    const problem = (await (await world.request('/api/nothing')).json()) as { type: string }
    expect((await page(problem.type)).status).toBe(200)
  })

  test('what is no declared code → 404, and nothing of the request stands in a page', async () => {
    const { status, headers, text } = await page('/docs/errors/%3Cscript%3Ealert(1)%3C%2Fscript%3E')
    expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json'])
    expect(text).not.toContain('<script')
  })
})

test('the dashboard is served with a policy that allows its own scripts only', () => {
  const headers = readFileSync(join(import.meta.dirname, '../../web/public/_headers'), 'utf8')
  for (const rule of ["default-src 'self'", "script-src 'self'", "object-src 'none'", "frame-ancestors 'none'"]) {
    expect(headers).toContain(rule)
  }
  expect(headers).not.toMatch(/script-src[^;]*unsafe/)
  expect(headers).toContain('Strict-Transport-Security')
})
