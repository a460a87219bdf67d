import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { systemDigest } from '../../adapters/crypto/digest.ts'
import type { Platform } from '../../adapters/platform.ts'
import { noTelemetry } from '../../domain/kernel/telemetry.ts'
import { createApp } from '../http/create-app.ts'
import type { ModelUpstream } from '../../domain/llm/index.ts'
import { mintSandboxToken } from '../../domain/sessions/index.ts'
import { llm } from './app.ts'

const SERVICE_TOKEN = 'service-token-of-the-test-suite-0123456789'
const SESSION_ID = '01999999-9999-7999-8999-999999999999'
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

interface Seen {
  method: string | undefined
  url: string | undefined
  headers: IncomingHttpHeaders
  body: string
}

/** A provider that streams "one", waits until it is told, and streams "two". */
async function provider() {
  const seen: Seen[] = []
  const second = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    seen.push({ method: request.method, url: request.url, headers: request.headers, body })
    response.on('close', () => closed.resolve())
    response.writeHead(200, { 'content-type': 'text/event-stream', 'set-cookie': 'a=b', 'x-request-id': 'req_1' })
    response.write('data: one\n\n')
    await second.promise
    response.end('data: two\n\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  servers.push(server)
  return {
    seen,
    release: () => second.resolve(),
    closed: closed.promise,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  }
}

function appFor(upstream: ModelUpstream | null) {
  const world = {
    config: { SERVICE_TOKEN },
    digest: systemDigest,
    models: { upstream: () => upstream },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    telemetry: noTelemetry,
  }
  return createApp(
    () => world as unknown as Platform,
    (root) => void root.route('/llm', llm),
  )
}

const token = () =>
  mintSandboxToken({ digest: systemDigest }, { serviceToken: SERVICE_TOKEN, sessionId: SESSION_ID, generation: 1 })
const upstreamAt = (url: string): ModelUpstream => ({
  provider: 'anthropic',
  baseUrl: `${url}/v1`,
  headers: { 'x-api-key': 'the-real-key' },
})

test('POST /llm/anthropic/v1/messages → streams both ways, with our key in place of the sandbox token', async () => {
  const { seen, release, url } = await provider()
  const reply = await appFor(upstreamAt(url)).request('/llm/anthropic/v1/messages', {
    method: 'POST',
    headers: { 'x-api-key': await token(), 'content-type': 'application/json', 'anthropic-beta': 'b', cookie: 'c=d' },
    body: '{"stream":true}',
  })
  expect(reply.status).toBe(200)
  const reader = (reply.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader()
  // The first piece is here while the provider still holds the second: nothing is collected on the way.
  expect((await reader.read()).value).toBe('data: one\n\n')
  release()
  expect((await reader.read()).value).toBe('data: two\n\n')
  expect(reply.headers.get('content-type')).toBe('text/event-stream')
  expect(reply.headers.get('set-cookie')).toBeNull()
  const [call] = seen
  expect(call).toMatchObject({ method: 'POST', url: '/v1/messages', body: '{"stream":true}' })
  expect(call?.headers).toMatchObject({ 'x-api-key': 'the-real-key', 'anthropic-beta': 'b' })
  expect(call?.headers['cookie']).toBeUndefined()
  expect(JSON.stringify(call?.headers)).not.toContain(await token())
})

test('an agent that goes away ends the call to the provider', async () => {
  const { closed, url } = await provider()
  const reply = await appFor(upstreamAt(url)).request('/llm/anthropic/v1/messages', {
    method: 'POST',
    headers: { authorization: `Bearer ${await token()}` },
    body: '{}',
  })
  const reader = reply.body?.getReader()
  await reader?.read()
  await reader?.cancel()
  await closed
})

test('POST /llm/openai/v1/chat/completions → 401 without a token of ours', async () => {
  const app = appFor(upstreamAt('http://127.0.0.1:9'))
  const foreign: Record<string, string>[] = [
    {},
    { authorization: 'Bearer sk-something' },
    { 'x-api-key': `${await token()}0` },
  ]
  for (const headers of foreign) {
    const reply = await app.request('/llm/openai/v1/chat/completions', { method: 'POST', headers, body: '{}' })
    expect(reply.status).toBe(401)
    expect(reply.headers.get('content-type')).toBe('application/problem+json')
    expect(await reply.json()).toMatchObject({ code: 'sandbox.unauthenticated' })
  }
})

test('what is no question to a model → 404, and the provider is not asked', async () => {
  const { seen, url } = await provider()
  const app = appFor(upstreamAt(url))
  const headers = { authorization: `Bearer ${await token()}` }
  for (const path of [
    '/llm/openai/v1/files',
    '/llm/openai/v1/messages',
    '/llm/anthropic/v1/organizations/api_keys',
    '/llm/openai/v1/../admin',
  ]) {
    expect((await app.request(path, { method: 'POST', headers, body: '{}' })).status, path).toBe(404)
  }
  expect(seen).toEqual([])
})

test('without a key, or with a provider that is away → 503', async () => {
  const headers = { authorization: `Bearer ${await token()}` }
  for (const upstream of [null, upstreamAt('http://127.0.0.1:9')]) {
    const reply = await appFor(upstream).request('/llm/anthropic/v1/messages', { method: 'POST', headers, body: '{}' })
    expect(reply.status).toBe(503)
    expect(await reply.json()).toMatchObject({ code: 'model.unavailable' })
  }
})
