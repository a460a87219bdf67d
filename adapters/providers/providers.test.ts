import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tokenContext } from '#domain/integrations'
import { aesVault } from '../crypto/vault.ts'
import { providerHttp } from './http.ts'
import { retryAfterOf } from './retry-after.ts'
import { integrationTokens } from './tokens.ts'

const NOW = new Date('2026-11-21T10:00:00.000Z')
const clock = { now: () => NOW }

let url = ''
let answer: (request: IncomingMessage, response: ServerResponse) => void
let seen: { method: string; path: string; headers: IncomingMessage['headers']; body: string }[]
let server: ReturnType<typeof createServer>

beforeEach(async () => {
  seen = []
  answer = (_request, response) => response.end('{}')
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    seen.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body })
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const http = providerHttp({ clock, deadlineMs: 30_000 })
const ask = (path = '/', by = http) => by({ method: 'GET', url: `${url}${path}` })
const answering = (status: number, headers: Record<string, string> = {}) => {
  answer = (_request, response) => response.writeHead(status, headers).end('told')
}

test('a call carries its method, headers and JSON, and gives status, headers and text', async () => {
  answering(201, { 'x-next': 'page-2' })
  const given = await http({ method: 'POST', url: `${url}/graphql`, headers: { authorization: 'Bearer t' }, json: { query: 'q' } })
  expect(given).toMatchObject({ status: 201, headers: { 'x-next': 'page-2' }, text: 'told' })
  expect(seen).toMatchObject([
    { method: 'POST', path: '/graphql', body: '{"query":"q"}', headers: { authorization: 'Bearer t', 'content-type': 'application/json' } },
  ])
})

test('what the module has to understand itself is given to it', async () => {
  for (const status of [200, 400, 404, 409, 422]) {
    answering(status)
    expect((await ask()).status).toBe(status)
  }
})

test.each([
  [401, {}, 'provider.unauthorized', undefined],
  [403, {}, 'provider.forbidden', undefined],
  [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${NOW.getTime() / 1000 + 60}` }, 'provider.rate_limited', 60_000],
  [403, { 'retry-after': '30' }, 'provider.rate_limited', 30_000],
  [429, { 'retry-after': '90' }, 'provider.rate_limited', 90_000],
  [429, {}, 'provider.rate_limited', undefined],
  [500, {}, 'provider.unavailable', undefined],
  [503, { 'retry-after': '5' }, 'provider.unavailable', 5_000],
] as const)('%i %j is %s', async (status, headers, code, retryAfterMs) => {
  answering(status, headers)
  await expect(ask()).rejects.toMatchObject({ code, options: retryAfterMs === undefined ? {} : { retryAfterMs } })
})

test.each([
  ['Google', { error: { code: 403, errors: [{ domain: 'usageLimits', reason: 'userRateLimitExceeded' }] } }, 'provider.rate_limited'],
  ['Google', { error: { code: 403, errors: [{ domain: 'usageLimits', reason: 'rateLimitExceeded' }] } }, 'provider.rate_limited'],
  ['Google', { error: { code: 403, errors: [{ domain: 'usageLimits', reason: 'dailyLimitExceeded' }] } }, 'provider.rate_limited'],
  ['GitHub', { message: 'You have exceeded a secondary rate limit. Please wait.' }, 'provider.rate_limited'],
  ['Google', { error: { code: 403, errors: [{ domain: 'global', reason: 'insufficientPermissions' }] } }, 'provider.forbidden'],
  ['GitHub', { message: 'Resource not accessible by integration' }, 'provider.forbidden'],
])('a 403 by which %s says %j is %s, and never a bad credential', async (_, body, code) => {
  answer = (_request, response) => response.writeHead(403).end(JSON.stringify(body))
  await expect(ask()).rejects.toMatchObject({ code })
})

test('a redirect is not followed: it would carry the credential elsewhere', async () => {
  answering(302, { location: `${url}/elsewhere` })
  await expect(ask()).rejects.toMatchObject({ code: 'provider.unavailable' })
  expect(seen.map(({ path }) => path)).toEqual(['/'])
})

test('an answer that does not come, or does not end, is given up at the deadline', async () => {
  const impatient = providerHttp({ clock, deadlineMs: 300 })
  const givenUp = { code: 'provider.unavailable', message: expect.stringContaining('300 ms') }
  answer = () => undefined
  await expect(ask('/', impatient)).rejects.toMatchObject(givenUp)
  answer = (_request, response) => void response.writeHead(200).write('{')
  await expect(ask('/', impatient)).rejects.toMatchObject(givenUp)
})

test('an answer of more than five megabytes is given up', async () => {
  answer = (_request, response) => response.end(Buffer.alloc(6 * 1024 * 1024))
  await expect(ask()).rejects.toMatchObject({ code: 'provider.unavailable', message: expect.stringContaining('bytes') })
})

test('a provider that cannot be reached is unavailable, and an address that is none as well', async () => {
  await expect(http({ method: 'GET', url: 'http://127.0.0.1:1' })).rejects.toMatchObject({ code: 'provider.unavailable' })
  await expect(http({ method: 'GET', url: 'no address' })).rejects.toMatchObject({ code: 'provider.unavailable' })
})

test.each([
  [{ 'retry-after': '90' }, 90_000],
  [{ 'retry-after': '1.5' }, 1_500],
  [{ 'retry-after': 'Sat, 21 Nov 2026 10:02:00 GMT' }, 120_000],
  [{ 'retry-after': 'Sat, 21 Nov 2026 09:00:00 GMT' }, 0],
  [{ 'retry-after': '999999999' }, 86_400_000],
  [{ 'retry-after': 'Sat, 21 Nov 2036 10:02:00 GMT' }, 86_400_000],
  [{ 'x-ratelimit-reset': `${NOW.getTime() + 1e12}` }, 86_400_000],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'x-ratelimit-reset': `${NOW.getTime() / 1000 + 10}` }, 10_000],
  [{ 'x-ratelimit-reset': `${NOW.getTime() + 10_000}` }, 10_000],
  [{ 'x-sentry-rate-limit-reset': `${NOW.getTime() / 1000 + 10}` }, 10_000],
  [{}, undefined],
])('%j asks for %s ms', (headers, expected) => {
  expect(retryAfterOf(headers as Record<string, string>, NOW)).toBe(expected)
})

const vault = aesVault(btoa('\u0007'.repeat(32)))
const row = { id: 'i', organizationId: 'acme', integrationId: 'linear', connectionId: 'c 1', provider: 'stored', sealedToken: null }

test('a stored credential opens for its own organization and service alone', async () => {
  const tokens = integrationTokens({ vault, http })
  const sealedToken = await vault.seal('secret', tokenContext(row))
  expect(await tokens.tokenOf({ ...row, sealedToken })).toBe('secret')
  for (const foreign of [{ organizationId: 'rival' }, { integrationId: 'sentry' }]) {
    await expect(tokens.tokenOf({ ...row, sealedToken, ...foreign })).rejects.toMatchObject({ code: 'provider.unavailable' })
  }
  await expect(tokens.tokenOf(row)).rejects.toMatchObject({ code: 'provider.unauthorized' })
})

test('a key that opens no credential is an outage and no refusal: it would expire every connection', async () => {
  const sealedToken = await aesVault(btoa('\u0008'.repeat(32))).seal('secret', tokenContext(row))
  const opening = integrationTokens({ vault, http }).tokenOf({ ...row, sealedToken })
  await expect(opening).rejects.toMatchObject({ code: 'provider.unavailable' })
})

test('a broker is asked for the credential of a connection, and only where one is configured', async () => {
  const nango = { url, secretKey: 'nango-key' }
  answer = (_request, response) => response.end(JSON.stringify({ credentials: { access_token: 'fresh' } }))
  expect(await integrationTokens({ vault, http, nango }).tokenOf({ ...row, provider: 'nango' })).toBe('fresh')
  expect(seen).toMatchObject([{ path: '/connection/c%201?provider_config_key=linear', headers: { authorization: 'Bearer nango-key' } }])
  const without = integrationTokens({ vault, http }).tokenOf({ ...row, provider: 'nango' })
  await expect(without).rejects.toMatchObject({ code: 'provider.unavailable' })
  // 404: of the key of another environment, all connections are.
  for (const status of [401, 403, 404]) {
    answering(status)
    const refused = integrationTokens({ vault, http, nango }).tokenOf({ ...row, provider: 'nango' })
    await expect(refused).rejects.toMatchObject({ code: 'provider.unavailable' })
  }
  answering(424)
  const gone = integrationTokens({ vault, http, nango }).tokenOf({ ...row, provider: 'nango' })
  await expect(gone).rejects.toMatchObject({ code: 'provider.unauthorized' })
})
