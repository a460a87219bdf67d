import WebSocket from 'ws'
import { CLOSE, PING, PONG } from '#schema/contracts/session-socket'
import { LinkDownFrame } from '#schema/contracts/sandbox-link'
import type { LinkUpFrame } from '#schema/contracts/sandbox-link'
import { backoffMs } from '../backoff.ts'
import type { CommandReply, Journal } from '../journal.ts'
import type { DaemonLog } from '../log.ts'
import { bearer } from '../platform.ts'
import { wordsOf } from '../text.ts'
import type { Delta } from './deltas.ts'
import { nextBatch } from './event-batch.ts'

export interface LinkSettings {
  url: string
  token: string
  traceparent?: string | undefined
  generation: number
  pingEveryMs: number
  /** Nothing heard for so long, not even an answer to a ping: the connection is dead, whatever TCP thinks. */
  silenceMs: number
  /** A new connection is given up when it has no welcome by then. */
  welcomeMs: number
}

export const LINK_TIMES = { pingEveryMs: 20_000, silenceMs: 60_000, welcomeMs: 20_000 }

type CommandFrame = Extract<LinkDownFrame, { type: 'command' }>

export interface LinkHandlers {
  onCommand: (frame: CommandFrame) => void
  /** Each time a connection is welcomed. */
  onConnected: () => void
  /** The platform will never take this sandbox back; the reason is for the log. */
  onRefused: (reason: string) => void
}

/** The clock of a frozen machine stands still and then jumps; a tick that comes this late says that we were frozen. */
const THAW_AFTER_MS = 10_000
const TICK_MS = 1_000
/** Live text is dropped rather than piled up on a slow connection. */
const MAX_BUFFERED_BYTES = 1024 * 1024
const GONE_STATUSES = [401, 410]
const GONE_CODES: number[] = [CLOSE.staleGeneration, CLOSE.deleted, CLOSE.unauthorized]

/**
 * The one connection between a sandbox and its Session (decision D3). Everything numbered is sent until it is
 * acknowledged, over as many connections as it takes; the Session stores first and acknowledges then, so nothing is
 * lost and nothing is stored twice.
 */
export class Link {
  readonly #needs: { journal: Journal; log: DaemonLog }
  readonly #settings: LinkSettings
  readonly #handlers: LinkHandlers
  #socket: WebSocket | undefined
  #welcomed = false
  #sentSeq = 0
  #attempt = 0
  #heardAt = 0
  #pingedAt = 0
  #openedAt = 0
  #tickedAt = 0
  /** Since when something sent waits for its acknowledgement; 0 when nothing does. */
  #owedSince = 0
  #stopped = false
  #flushing = false
  #ticker: NodeJS.Timeout | undefined
  #retry: NodeJS.Timeout | undefined
  /** Told after the machine was frozen and goes on. */
  onThaw: () => void = () => undefined

  constructor(needs: { journal: Journal; log: DaemonLog }, settings: LinkSettings, handlers: LinkHandlers) {
    this.#needs = needs
    this.#settings = settings
    this.#handlers = handlers
  }

  start(): void {
    this.#tickedAt = Date.now()
    this.#ticker = setInterval(() => this.#tick(), TICK_MS)
    this.#connect()
  }

  stop(): void {
    this.#stopped = true
    clearInterval(this.#ticker)
    clearTimeout(this.#retry)
    this.#socket?.close(1000, 'The sandbox ends')
  }

  /** New events are in the journal. Those of one turn of the event loop go out in one frame. */
  flush(): void {
    if (this.#flushing) return
    this.#flushing = true
    setImmediate(() => {
      this.#flushing = false
      this.#sendEvents()
    })
  }

  sendReply(reply: CommandReply): void {
    this.#send({ type: 'reply', ...reply })
  }

  /** False when there is no connection, or one that cannot keep up. */
  sendDelta(delta: Delta): boolean {
    if (!this.#socket || this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) return false
    return this.#send({ type: 'delta', ...delta })
  }

  #connect(): void {
    const socket = new WebSocket(this.#settings.url, {
      headers: bearer(this.#settings),
      handshakeTimeout: this.#settings.welcomeMs,
      maxPayload: 32 * 1024 * 1024,
      perMessageDeflate: false,
    })
    this.#socket = socket
    this.#welcomed = false
    this.#openedAt = this.#heardAt = Date.now()
    const heard = () => void (this.#heardAt = Date.now())
    socket.on('open', () => this.#hello())
    socket.on('message', (data) => {
      heard()
      if (this.#socket === socket && !this.#stopped) this.#take(String(data))
    })
    socket.on('unexpected-response', (_request, response) => {
      if (GONE_STATUSES.includes(response.statusCode ?? 0)) this.#refused(`HTTP ${response.statusCode}`)
      socket.terminate()
    })
    socket.on('error', (error) => this.#needs.log.warn('link.error', { message: wordsOf(error) }))
    socket.on('close', (code) => this.#closed(socket, code))
  }

  #hello(): void {
    const { journal } = this.#needs
    const { generation } = this.#settings
    this.#sendRaw({ type: 'hello', generation, sandboxSeq: journal.lastSeq, epoch: journal.epoch })
  }

  #take(text: string): void {
    if (text === PONG) return
    const frame = LinkDownFrame.safeParse(parseJson(text))
    if (!frame.success) {
      this.#needs.log.warn('link.bad_frame', { problem: frame.error.message.slice(0, 500) })
      return
    }
    const { data } = frame
    if (data.type === 'welcome') this.#welcome(data.epoch, data.ackedSeq)
    else if (data.type === 'ack') this.#acknowledged(data.sandboxSeq)
    else if (this.#welcomed) this.#handlers.onCommand(data)
  }

  #welcome(epoch: number, ackedSeq: number): void {
    const { journal, log } = this.#needs
    if (!journal.obey(epoch)) {
      log.warn('link.old_epoch', { epoch, obeyed: journal.epoch })
      this.#socket?.close(1008, 'An older epoch than the one obeyed')
      return
    }
    journal.acknowledge(ackedSeq)
    this.#sentSeq = journal.ackedSeq
    this.#welcomed = true
    this.#owedSince = 0
    this.#attempt = 0
    log.info('link.connected', { epoch, ackedSeq, lastSeq: journal.lastSeq })
    this.#handlers.onConnected()
    this.#sendEvents()
  }

  #acknowledged(seq: number): void {
    this.#needs.journal.acknowledge(seq)
    this.#owedSince = seq >= this.#sentSeq ? 0 : Date.now()
  }

  #sendEvents(): void {
    if (!this.#welcomed) return
    for (;;) {
      const events = nextBatch(this.#needs.journal.after(this.#sentSeq))
      const last = events.at(-1)
      if (!last || !this.#send({ type: 'events', events })) return
      this.#sentSeq = last.sandboxSeq
      this.#owedSince ||= Date.now()
    }
  }

  #closed(socket: WebSocket, code: number): void {
    if (this.#socket !== socket) return
    this.#socket = undefined
    this.#welcomed = false
    if (GONE_CODES.includes(code)) this.#refused(`close code ${code}`)
    if (this.#stopped) return
    const delayMs = backoffMs(this.#attempt)
    this.#attempt += 1
    this.#needs.log.info('link.closed', { code, delayMs })
    this.#retry = setTimeout(() => this.#connect(), delayMs)
  }

  #refused(reason: string): void {
    if (this.#stopped) return
    this.stop()
    this.#handlers.onRefused(reason)
  }

  #tick(): void {
    const now = Date.now()
    const frozenMs = now - this.#tickedAt - TICK_MS
    this.#tickedAt = now
    if (frozenMs > THAW_AFTER_MS) {
      this.#needs.log.info('daemon.thawed', { frozenMs })
      this.#socket?.terminate()
      this.onThaw()
      return
    }
    const socket = this.#socket
    if (!socket) return
    const { silenceMs, welcomeMs, pingEveryMs } = this.#settings
    const isSilent = now - this.#heardAt > silenceMs || (!this.#welcomed && now - this.#openedAt > welcomeMs)
    // The connection lives, but what was sent on it was not stored: only a new one makes both sides count again.
    const isOwed = this.#owedSince > 0 && now - this.#owedSince > silenceMs
    if (isSilent || isOwed) socket.terminate()
    else if (socket.readyState === WebSocket.OPEN && now - this.#pingedAt >= pingEveryMs) {
      this.#pingedAt = now
      // A message, not a ping frame: that one would be answered by the next machine on the way. The Session's runtime
      // answers this one without waking the Session.
      socket.send(PING)
    }
  }

  #send(frame: LinkUpFrame): boolean {
    return this.#welcomed && this.#sendRaw(frame)
  }

  #sendRaw(frame: LinkUpFrame): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false
    this.#socket.send(JSON.stringify(frame))
    return true
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
