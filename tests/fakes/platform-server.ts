import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type WebSocket, WebSocketServer } from 'ws'
import { BootBundle } from '#schema/contracts/boot-bundle'
import { LinkUpFrame, type SandboxCommand } from '#schema/contracts/sandbox-link'
import type { SandboxEvent } from '#schema/contracts/session-events'
import { PING, PONG } from '#schema/contracts/session-socket'
import type { ToolCallRequest } from '#schema/contracts/tools'
import { answerBlob, callTool, forwardToModel, json, sendCredential, type ToolAnswer } from './platform-routes.ts'

type EventOf<Type extends SandboxEvent['type']> = Extract<SandboxEvent, { type: Type }>
type Reply = Extract<LinkUpFrame, { type: 'reply' }>

/**
 * The platform as a sandbox sees it, in one small server: bundle, link with acknowledgements, blobs, git credentials,
 * tools, and the model gateway. It checks what it receives against the contracts and keeps every violation in
 * `problems`.
 */
export class FakePlatform {
  readonly token: string
  bundle: BootBundle
  /** What was stored of the link, in order: each number once. */
  readonly events: { sandboxSeq: number; event: SandboxEvent }[] = []
  readonly deltas: Extract<LinkUpFrame, { type: 'delta' }>[] = []
  readonly hellos: Extract<LinkUpFrame, { type: 'hello' }>[] = []
  readonly replies = new Map<number, Reply>()
  readonly blobs = new Map<string, Buffer>()
  readonly toolCalls: { tool: string; body: ToolCallRequest; text: string }[] = []
  readonly problems: string[] = []
  /** Credentials by the beginning of the URL. */
  credentials: { urlPrefix: string; username: string; password: string }[] = []
  credentialsAsked: string[] = []
  modelUrl = ''
  /** What was asked of the model. */
  modelCalls: { path: string; body: string }[] = []
  epoch = 1
  bundleStatus = 200
  linkStatus = 101
  /** How often the bundle or the link was refused. */
  refusals = 0
  isAcking = true
  isAnsweringPings = true
  pings = 0
  /** How many frames of events came. */
  frames = 0
  readonly #replyCounts = new Map<number, number>()
  answerTool: (tool: string, call: ToolCallRequest) => ToolAnswer | Promise<ToolAnswer> = () => ({
    status: 200,
    body: { result: { success: true, result: 'ok' } },
  })
  #socket: WebSocket | undefined
  #number = 0
  #waiting: { number: number; command: SandboxCommand }[] = []
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error: unknown) => {
      this.problems.push(String(error))
      response.destroy()
    })
  })
  readonly #sockets = new WebSocketServer({ noServer: true })

  constructor(options: { token: string; bundle: BootBundle }) {
    this.token = options.token
    this.bundle = options.bundle
    this.#server.on('upgrade', (request, socket, head) => {
      if (this.linkStatus !== 101 || request.url !== '/sandbox/link' || !this.#isAllowed(request)) {
        this.refusals += 1
        const status = this.linkStatus === 101 ? 401 : this.linkStatus
        socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
        return
      }
      this.#sockets.handleUpgrade(request, socket, head, (link) => this.#accept(link))
    })
  }

  async start(port = 0): Promise<this> {
    this.#server.listen(port, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    for (const link of this.#sockets.clients) link.terminate()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** The next sandbox of the session: its events count from 1 again, commands of the one before are gone. */
  startAnew(bundle: BootBundle): void {
    this.bundle = bundle
    this.events.length = 0
    this.deltas.length = 0
    this.#waiting = []
  }

  /** Cuts the connection as a network does: without a word. */
  dropLink(): void {
    this.#socket?.terminate()
  }

  closeLink(code: number): void {
    this.#socket?.close(code, 'test')
  }

  /** Sends a command, now or when the link is back, and waits for its reply. */
  async command(command: SandboxCommand, deadlineMs = 60_000): Promise<Reply> {
    return this.reply(this.send(command), deadlineMs)
  }

  /** Sends a command and returns its number. */
  send(command: SandboxCommand): number {
    this.#number += 1
    this.#waiting.push({ number: this.#number, command })
    this.#sendCommand({ number: this.#number, command })
    return this.#number
  }

  /** Sends a command once more under its old number, as a Session does that missed the reply. */
  repeat(number: number, command: SandboxCommand): void {
    this.#sendCommand({ number, command })
  }

  replyCount(number: number): number {
    return this.#replyCounts.get(number) ?? 0
  }

  reply(number: number, deadlineMs = 60_000): Promise<Reply> {
    return this.#until(`reply ${number}`, deadlineMs, () => this.replies.get(number))
  }

  /** The first stored event of a type for which `matches` holds. */
  event<Type extends SandboxEvent['type']>(
    type: Type,
    matches: (event: EventOf<Type>) => boolean = () => true,
    deadlineMs = 60_000,
  ): Promise<EventOf<Type>> {
    return this.#until(type, deadlineMs, () => this.eventsOf(type).find(matches))
  }

  eventsOf<Type extends SandboxEvent['type']>(type: Type): EventOf<Type>[] {
    return this.events.map(({ event }) => event).filter((event): event is EventOf<Type> => event.type === type)
  }

  async #until<T>(what: string, deadlineMs: number, look: () => T | undefined): Promise<T> {
    const giveUpAt = Date.now() + deadlineMs
    for (;;) {
      const found = look()
      if (found !== undefined) return found
      if (Date.now() > giveUpAt) {
        const seen = this.events
          .slice(-12)
          .map(({ event }) => JSON.stringify(event).slice(0, 200))
          .join('\n')
        throw new Error(`Waited ${deadlineMs} ms for ${what}; the last events:\n${seen}`)
      }
      await sleep(10)
    }
  }

  #isAllowed(request: IncomingMessage): boolean {
    const { authorization, 'x-api-key': apiKey } = request.headers
    return authorization === `Bearer ${this.token}` || apiKey === this.token
  }

  #accept(link: WebSocket): void {
    this.#socket = link
    link.on('error', () => undefined)
    link.on('message', (data) => {
      if (String(data) === PING) {
        this.pings += 1
        if (this.isAnsweringPings) link.send(PONG)
        return
      }
      const frame = LinkUpFrame.safeParse(JSON.parse(String(data)))
      if (frame.success) this.#take(link, frame.data)
      else this.problems.push(`bad frame ${String(data).slice(0, 300)}: ${frame.error.message}`)
    })
  }

  #take(link: WebSocket, frame: LinkUpFrame): void {
    if (frame.type === 'hello') {
      this.hellos.push(frame)
      link.send(JSON.stringify({ type: 'welcome', epoch: this.epoch, ackedSeq: this.#lastSeq() }))
      for (const waiting of this.#waiting) this.#sendCommand(waiting)
    } else if (frame.type === 'events') {
      this.frames += 1
      for (const { sandboxSeq, event } of frame.events) this.#store(sandboxSeq, event)
      if (this.isAcking) link.send(JSON.stringify({ type: 'ack', sandboxSeq: this.#lastSeq() }))
    } else if (frame.type === 'delta') {
      this.deltas.push(frame)
    } else {
      this.replies.set(frame.number, frame)
      this.#replyCounts.set(frame.number, this.replyCount(frame.number) + 1)
      this.#waiting = this.#waiting.filter(({ number }) => number !== frame.number)
    }
  }

  #store(sandboxSeq: number, event: SandboxEvent): void {
    const last = this.#lastSeq()
    if (sandboxSeq <= last) return // resent, stored already
    if (sandboxSeq !== last + 1) this.problems.push(`gap: ${sandboxSeq} after ${last}`)
    this.events.push({ sandboxSeq, event })
  }

  #lastSeq(): number {
    return this.events.at(-1)?.sandboxSeq ?? 0
  }

  #sendCommand({ number, command }: { number: number; command: SandboxCommand }): void {
    if (this.#socket?.readyState !== 1) return
    this.#socket.send(JSON.stringify({ type: 'command', number, epoch: this.epoch, command }))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pathname = decodeURIComponent((request.url ?? '').split('?')[0] ?? '')
    if (!this.#isAllowed(request)) return json(response, 401, { code: 'unauthenticated' })
    if (pathname.startsWith('/llm/')) return forwardToModel(this, { request, response, pathname })
    const route = `${request.method} ${pathname}`
    if (route === 'GET /sandbox/bundle') return this.#sendBundle(response)
    if (route === 'POST /sandbox/git-credential') return sendCredential(this, { request, response })
    if (pathname.startsWith('/sandbox/blobs/'))
      return answerBlob(this, { request, response, key: pathname.slice('/sandbox/blobs/'.length) })
    if (route.startsWith('POST /internal/tools/'))
      return callTool(this, { request, response, tool: pathname.split('/').at(-1) ?? '' })
    this.problems.push(`no route ${route}`)
    json(response, 404, { code: 'not_found' })
  }

  #sendBundle(response: ServerResponse): void {
    if (this.bundleStatus !== 200) {
      this.refusals += 1
      return json(response, this.bundleStatus, { code: 'sandbox.superseded' })
    }
    json(response, 200, BootBundle.parse(this.bundle))
  }
}
