import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { ToolCallRequest } from '#schema/contracts/tools'
import { openToolDoor } from '../daemon/tool-door.ts'
import { callDaemon, callPlatform, MAX_ATTEMPTS, pauseMs, type World } from './shared/call-platform.js'

const SESSION_ID = '01999999-9999-7999-8999-999999999999'
const context = { sessionID: 'ses_1', messageID: 'msg_1', callID: 'call_1' }
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

type Answer = { status: number; body?: unknown } | 'reset'
const done = (result = 'done', data?: unknown): Answer => ({
  status: 200,
  body: { result: { success: true, result, data } },
})

/**
 * A platform that gives these answers one after another, the last one for ever; and a world in which waiting takes no
 * time.
 */
async function platform(...answers: Answer[]) {
  const requests: { path: string | undefined; token: string | undefined; trace: unknown; body: string }[] = []
  const respond = (request: IncomingMessage, response: ServerResponse) => {
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    if (answer === 'reset' || answer === undefined) request.socket.resetAndDestroy()
    else
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body ?? {}))
  }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    requests.push({ path: request.url, token: request.headers.authorization, trace: request.headers['traceparent'], body })
    respond(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  servers.push(server)
  const waits: number[] = []
  const runtime = {
    platformUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sessionId: SESSION_ID,
    token: 'first-token',
    doorUrl: '',
    doorSecret: '',
    traceparent: undefined as string | undefined,
  }
  const world: World = {
    fetch: (url, init) => fetch(url, init),
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      waits.push(ms)
    },
    random: () => 0.5,
    readRuntime: async () => ({ ...runtime }),
  }
  return { requests, waits, runtime, world }
}

test('a call says to which trace it belongs, when the sandbox was told one', async () => {
  const { world, requests, runtime } = await platform(done())
  await callPlatform('verify', {}, context, world)
  runtime.traceparent = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`
  await callPlatform('verify', {}, context, world)
  expect(requests.map(({ trace }) => trace)).toEqual([undefined, runtime.traceparent])
})

test('a call is answered with the result, and its data as JSON', async () => {
  const { world, requests } = await platform(done('Completed', { runId: 'r' }))
  expect(await callPlatform('verify', { folder: 'x' }, context, world)).toBe('Completed\n{"runId":"r"}')
  const [request] = requests
  expect(request).toMatchObject({ path: '/internal/tools/verify', token: 'Bearer first-token' })
  expect(ToolCallRequest.parse(JSON.parse(request?.body ?? ''))).toEqual({
    session_id: SESSION_ID,
    tool_call_id: 'ses_1/msg_1/call_1',
    params: { folder: 'x' },
  })
})

test('network faults and 502, 503, 504, 52x are tried again, with a body that is the same byte for byte', async () => {
  const faults: Answer[] = ['reset', 'reset', ...[502, 503, 504, 520, 524].map((status) => ({ status }))]
  const { world, requests, waits } = await platform(...faults, done())
  expect(await callPlatform('verify', { folder: 'x' }, context, world)).toBe('done')
  expect(requests).toHaveLength(faults.length + 1)
  expect(new Set(requests.map(({ body }) => body)).size).toBe(1)
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000])
})

test('a call without an id of the harness gets one, once', async () => {
  const { world, requests } = await platform('reset', done())
  await callPlatform('verify', {}, { sessionID: 'ses_1', messageID: 'msg_1' }, world)
  expect(requests[0]?.body).toMatch(/ses_1\/msg_1\/[0-9a-f-]{36}/)
  expect(requests[1]?.body).toBe(requests[0]?.body)
})

test.each([400, 401, 403, 404, 409, 429, 500])('%i is not tried again, and the model is told', async (status) => {
  const { world, requests } = await platform({ status, body: { detail: 'the reason' } }, done())
  expect(await callPlatform('verify', {}, context, world)).toBe(
    `The platform refused this call (${status}): the reason`,
  )
  expect(requests).toHaveLength(1)
})

test('202 waits as long as it is told, and asks again under the same id', async () => {
  const { world, requests, waits } = await platform(
    { status: 202, body: { status: 'executing', retry_after_ms: 700 } },
    done(),
  )
  expect(await callPlatform('verify', {}, context, world)).toBe('done')
  expect(waits).toEqual([700])
  expect(requests[1]?.body).toBe(requests[0]?.body)
})

test('a 200 that is not the platform’s is tried again', async () => {
  const { world, requests } = await platform({ status: 200, body: { welcome: 'to the hotel network' } }, done())
  expect(await callPlatform('verify', {}, context, world)).toBe('done')
  expect(requests).toHaveLength(2)
})

test('attempts are counted, not timed: after days of frozen clock it still tries, up to 200 times', async () => {
  const { world, requests } = await platform('reset')
  const text = await callPlatform('verify', {}, context, world)
  expect(requests).toHaveLength(MAX_ATTEMPTS)
  expect(MAX_ATTEMPTS).toBe(200)
  expect(text).toContain('could not be reached')
})

test('address and token are read anew at each attempt', async () => {
  const { world, requests, runtime } = await platform('reset', done())
  const sleep = world.sleep
  world.sleep = async (ms, signal) => {
    runtime.token = 'rotated-token'
    await sleep(ms, signal)
  }
  await callPlatform('verify', {}, context, world)
  expect(requests.map(({ token }) => token)).toEqual(['Bearer first-token', 'Bearer rotated-token'])
})

test('an abort of the turn stops it: while it waits and in the middle of a request', async () => {
  const waiting = new AbortController()
  const first = await platform('reset')
  first.world.sleep = async (_ms, signal) => {
    waiting.abort(new Error('canceled'))
    signal?.throwIfAborted()
  }
  await expect(callPlatform('verify', {}, { ...context, abort: waiting.signal }, first.world)).rejects.toThrow(
    'canceled',
  )
  expect(first.requests).toHaveLength(1)

  const asking = new AbortController()
  const second = await platform(done())
  second.world.fetch = (_url, init) =>
    new Promise((_resolve, reject) => {
      init.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      setTimeout(() => asking.abort(new Error('canceled')), 20)
    })
  await expect(callPlatform('verify', {}, { ...context, abort: asking.signal }, second.world)).rejects.toThrow(
    'canceled',
  )
})

test('a request that hangs is given up, and tried again', async () => {
  const { world, requests } = await platform(done())
  let isFirst = true
  world.fetch = (url, init) => {
    if (!isFirst) return fetch(url, init)
    isFirst = false
    return Promise.reject(new DOMException('The operation timed out', 'TimeoutError'))
  }
  expect(await callPlatform('verify', {}, context, world)).toBe('done')
  expect(requests).toHaveLength(1)
})

test('pauses double to 15 s, give or take a fifth', () => {
  expect([0, 1, 2, 3, 4, 5, 199].map((attempt) => pauseMs(attempt, 0.5))).toEqual([
    1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000,
  ])
  expect([pauseMs(0, 0), pauseMs(0, 1), pauseMs(9, 0), pauseMs(9, 1)]).toEqual([800, 1_200, 12_000, 18_000])
})

test('variables are asked for at the daemon’s own door, which wants its secret', async () => {
  const events: unknown[] = []
  const door = await openToolDoor({ record: (event) => void events.push(event) })
  const { world, runtime } = await platform(done())
  Object.assign(runtime, { doorUrl: door.url, doorSecret: door.secret })
  try {
    const keys = [{ key: 'API_URL', description: 'Where the API is' }]
    for (let time = 0; time < 2; time += 1) {
      expect(await callDaemon('request_env_variables', { keys }, context, world)).toContain('Asked for API_URL')
    }
    expect(events).toEqual([
      {
        type: 'env.requested',
        toolCallId: 'ses_1/msg_1/call_1',
        keys: [{ key: 'API_URL', description: 'Where the API is', type: 'env', required: true, suggestions: [] }],
      },
    ])
    const refused = await callDaemon('request_env_variables', { keys: [{ key: 'not a name' }] }, context, world)
    expect(refused).toContain('refused this call (400)')
    runtime.doorSecret = 'guessed'
    expect(await callDaemon('request_env_variables', { keys }, context, world)).toContain('(401)')
    expect(events).toHaveLength(1)
  } finally {
    door.close()
  }
})
