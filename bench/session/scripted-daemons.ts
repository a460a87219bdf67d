import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import WebSocket from 'ws'
import { CreateSandboxRequest } from '#schema/contracts/sandbox-host'
import { LinkDownFrame, type LinkUpFrame } from '#schema/contracts/sandbox-link'

// A sandbox host whose sandboxes are sockets: each daemon dials in, reports itself ready, and sends what the benchmark tells it to.

export interface ScriptedDaemon {
  sessionId: string
  socket: WebSocket
  nextSeq: number
  send(frame: LinkUpFrame): void
}

export interface ScriptedHost {
  url: string
  /** The daemon of a session, as soon as it is linked. */
  daemon(sessionId: string): Promise<ScriptedDaemon>
  stop(): Promise<void>
}

const LIFETIME_MS = 3_600_000

export async function startScriptedHost(): Promise<ScriptedHost> {
  const daemons = new Map<string, PromiseWithResolvers<ScriptedDaemon>>()
  const daemonOf = (sessionId: string) => {
    const known = daemons.get(sessionId) ?? Promise.withResolvers<ScriptedDaemon>()
    daemons.set(sessionId, known)
    return known
  }
  const names = new Map<string, string>()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const answer = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    const info = (id: string, name: string) => ({
      id,
      name,
      alive: true,
      exit: null,
      createdAt: new Date().toISOString(),
      expiresAt: new Date(Date.now() + LIFETIME_MS).toISOString(),
    })
    if (request.method === 'POST') {
      const wanted = CreateSandboxRequest.parse(JSON.parse(Buffer.concat(chunks).toString()))
      const id = randomUUID()
      names.set(id, wanted.name)
      answer(201, info(id, wanted.name))
      const sessionId = wanted.env['SESSION_ID'] ?? ''
      daemonOf(sessionId).resolve(await dialIn(wanted.env, sessionId, wanted.name))
      return
    }
    const id = request.url?.split('/')[2]
    if (request.method === 'GET' && id === undefined) {
      answer(200, { sandboxes: [...names].map(([known, name]) => info(known, name)) })
    } else if (id !== undefined && names.has(id)) answer(200, info(id, names.get(id) ?? ''))
    else answer(404, { error: 'unknown' })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    daemon: (sessionId) => daemonOf(sessionId).promise,
    async stop() {
      for (const { promise } of daemons.values()) (await promise).socket.terminate()
      server.closeAllConnections()
      server.close()
    },
  }
}

async function dialIn(env: Record<string, string>, sessionId: string, name: string): Promise<ScriptedDaemon> {
  const url = `${(env['PLATFORM_URL'] ?? '').replace(/^http/, 'ws')}/sandbox/link`
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${env['SANDBOX_TOKEN'] ?? ''}` } })
  await once(socket, 'open')
  const generation = Number(/-g(\d+)$/.exec(name)?.[1] ?? 1)
  const daemon: ScriptedDaemon = {
    sessionId,
    socket,
    nextSeq: 1,
    send: (frame) => socket.send(JSON.stringify(frame)),
  }
  const welcome = Promise.withResolvers<void>()
  socket.on('message', (data) => {
    const frame = LinkDownFrame.parse(JSON.parse(String(data)))
    if (frame.type === 'welcome') welcome.resolve()
    if (frame.type === 'command') {
      daemon.send({ type: 'reply', number: frame.number, ok: true, result: null, error: null })
    }
  })
  daemon.send({ type: 'hello', generation, sandboxSeq: 0, epoch: 0 })
  await welcome.promise
  const at = new Date().toISOString()
  const ready = { type: 'boot.stage', generation, stage: 'ready', state: 'finished', detail: null, durationMs: 0 } as const
  daemon.send({ type: 'events', events: [{ sandboxSeq: daemon.nextSeq++, at, event: ready }] })
  return daemon
}
