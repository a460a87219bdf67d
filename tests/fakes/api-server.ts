import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { z } from 'zod'
import { CLOSE } from '#schema/contracts/session-socket'
import { ApiProblem, ApiState } from './api-state.ts'
import { etagOf } from './api-answers.ts'
import { answerRoute } from './api-routes.ts'
import { answerAuth } from './auth-routes.ts'
import { answerOwnAccount } from './own-account.ts'

const COOKIE = 'proliferate.session_token'

export interface ApiServer {
  url: string
  state: ApiState
  /** What a browser has to carry to be signed in. */
  cookie: { name: string; value: string }
  stop: () => Promise<void>
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void

/**
 * The public API as its contracts tell it, in memory: what the dashboard is developed and tested against. Every answer
 * is parsed by the schema of its route, so this fake cannot drift away from them. `files` answers what is no API.
 */
export async function startApiServer(options: { state?: ApiState; files?: Handler } = {}): Promise<ApiServer> {
  const state = options.state ?? new ApiState()
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://api')
    if (!pathname.startsWith('/api/') && options.files) return options.files(request, response)
    answer(state, request, response).catch((error: unknown) => {
      send(response, 500, { message: String(error) })
    })
  })
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => upgrade({ state, sockets, request, socket, head }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    state,
    cookie: { name: COOKIE, value: 'signed-in' },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(state: ApiState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://api')
  const body = await readJson(request)
  const method = request.method ?? 'GET'
  const headers = {
    idempotencyKey: headerOf(request, 'idempotency-key'),
    ifMatch: headerOf(request, 'if-match'),
    organizationId: headerOf(request, 'x-organization-id'),
  }
  state.requests.push({ method, path: url.pathname, body, ...headers })
  const delayMs = state.delays.get(url.pathname) ?? 0
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
  await state.held.get(url.pathname)
  const own = answerOwnAccount(state, url.pathname, body)
  if (own !== null) return send(response, own.status, own.body)
  if (url.pathname.startsWith('/api/auth/')) return authenticate(state, { url, body }, response)
  try {
    const fault = state.takeFault(url.pathname)
    if (fault !== null) throw fault
    const asked = { method, url, body, ...headers, isSignedIn: isSignedIn(request) }
    const { status, body: reply, etag } = answerRoute(state, asked)
    response.setHeader('etag', etag ?? etagOf(reply))
    send(response, status, reply)
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error
    send(response, error.status, error.document, 'application/problem+json')
  }
}

/** The ways in and out, which set and take the cookie. */
function authenticate(state: ApiState, { url, body }: { url: URL; body: unknown }, response: ServerResponse): void {
  const { status, body: reply, signs } = answerAuth(state, url, body)
  if (signs === 'in') response.setHeader('set-cookie', `${COOKIE}=signed-in; Path=/; HttpOnly; SameSite=Lax`)
  if (signs === 'out') response.setHeader('set-cookie', `${COOKIE}=; Path=/; Max-Age=0`)
  send(response, status, reply)
}

interface Upgrade {
  state: ApiState
  sockets: WebSocketServer
  request: IncomingMessage
  socket: Duplex
  head: Buffer
}

function upgrade({ state, sockets, request, socket, head }: Upgrade): void {
  const sessionId = /^\/ws\/sessions\/([\w-]+)$/.exec(request.url ?? '')?.[1]
  if (state.socketsRefused) return void socket.destroy()
  sockets.handleUpgrade(request, socket, head, (client) => {
    const live = sessionId === undefined ? undefined : state.live.get(sessionId)
    if (!isSignedIn(request)) return client.close(CLOSE.unauthorized)
    if (live === undefined) return client.close(CLOSE.notFound)
    live.follow(client)
  })
}

function headerOf(request: IncomingMessage, name: string): string | null {
  return z.string().nullable().parse(request.headers[name] ?? null)
}

function isSignedIn(request: IncomingMessage): boolean {
  return (request.headers.cookie ?? '').includes(`${COOKIE}=signed-in`)
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  return text === '' ? null : JSON.parse(text)
}

function send(response: ServerResponse, status: number, body: unknown, type = 'application/json'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}
