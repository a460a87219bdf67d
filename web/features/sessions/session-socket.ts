import { CLOSE, PING, ServerFrame } from '#schema/contracts/session-socket'
import type { ClientFrame } from '#schema/contracts/session-socket'

/** Why a socket stays closed: trying again would be answered the same. */
export type StopReason = 'unauthorized' | 'forbidden' | 'not_found' | 'deleted' | 'outdated'

export type SocketState =
  | { kind: 'connecting' }
  | { kind: 'open' }
  /** `attempt` counts from 1; the next try is made `delayMs` after the state was told. */
  | { kind: 'waiting'; attempt: number; delayMs: number }
  | { kind: 'stopped'; reason: StopReason }

export interface SessionSocketOptions {
  url: string
  /** The sequence to resume from: asked anew for each connection. */
  lastSeq: () => number
  onFrame: (frame: ServerFrame) => void
  onState: (state: SocketState) => void
  /** A number in [0, 1), for the jitter of the backoff. */
  random: () => number
  WebSocket: new (url: string) => WebSocket
}

export interface SessionSocket {
  /** Asks for everything after `lastSeq` on the open connection; does nothing on a closed one, which resumes anyway. */
  resume: () => void
  /** Tells how far the client has read. */
  ack: (seq: number) => void
  /** Tries at once instead of waiting out the backoff: the network or the tab is back. */
  retryNow: () => void
  close: () => void
}

/** a5 §5.10 and the contract: the runtime answers this ping without waking the session. */
const PING_EVERY_MS = 30_000
/** Nothing heard for so long after a ping means that the connection is dead, whatever the system says. */
const SILENCE_MS = 15_000
const FIRST_BACKOFF_MS = 1_000
const LONGEST_BACKOFF_MS = 30_000
const ACK_EVERY_EVENTS = 32
const ACK_EVERY_MS = 1_000
const NORMAL_CLOSURE = 1_000

const STOPS: Record<number, StopReason> = {
  [CLOSE.unauthorized]: 'unauthorized',
  [CLOSE.forbidden]: 'forbidden',
  [CLOSE.notFound]: 'not_found',
  [CLOSE.deleted]: 'deleted',
}

/** How long to wait before try number `attempt` (from 1): doubling, and at most a quarter less than that by chance. */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(FIRST_BACKOFF_MS * 2 ** (attempt - 1), LONGEST_BACKOFF_MS)
  return Math.round(full * (1 - random / 4))
}

/** Keeps one socket to a session: connects, resumes, pings, acknowledges, and comes back after every loss. */
export function openSessionSocket(options: SessionSocketOptions): SessionSocket {
  let connection: Connection | null = null
  let attempt = 0
  let ended = false
  let retry: ReturnType<typeof setTimeout> | undefined
  const acks = openAcks((seq) => connection?.send({ type: 'ack', seq }))
  const resume = () => connection?.send({ type: 'resume', lastSeq: options.lastSeq() })

  const connect = () => {
    clearTimeout(retry)
    options.onState({ kind: 'connecting' })
    connection = openConnection(new options.WebSocket(options.url), { opened: resume, received: receive, lost: lose })
  }
  const receive = (frame: ServerFrame | null) => {
    if (frame === null) return stop('outdated')
    if (frame.type === 'init') {
      attempt = 0
      options.onState({ kind: 'open' })
    }
    options.onFrame(frame)
  }
  const lose = (code: number) => {
    connection = null
    const reason = STOPS[code]
    if (reason !== undefined) return stop(reason)
    attempt += 1
    const delayMs = backoffMs(attempt, options.random())
    retry = setTimeout(connect, delayMs)
    options.onState({ kind: 'waiting', attempt, delayMs })
  }
  const stop = (reason: StopReason) => {
    close()
    options.onState({ kind: 'stopped', reason })
  }
  const close = () => {
    ended = true
    clearTimeout(retry)
    acks.stop()
    connection?.close()
  }

  connect()
  return {
    resume,
    ack: acks.reached,
    retryNow: () => {
      if (!ended && connection === null) connect()
    },
    close,
  }
}

interface Connection {
  send: (frame: ClientFrame) => void
  close: () => void
}

interface ConnectionEvents {
  opened: () => void
  /** Null for a frame this page does not understand. */
  received: (frame: ServerFrame | null) => void
  /** With the close code; 0 when it went silent. Told once, and never after `close`. */
  lost: (code: number) => void
}

/** One connection from its opening to its loss. */
function openConnection(socket: WebSocket, on: ConnectionEvents): Connection {
  let over = false
  const end = (code: number) => {
    if (over) return
    over = true
    heartbeat.stop()
    on.lost(code)
  }
  const dead = () => {
    // A dead connection may take minutes to report its closing; it is left behind at once.
    end(0)
    socket.close()
  }
  const heartbeat = openHeartbeat({ ping: () => socket.send(PING), dead })
  socket.onopen = () => {
    if (over) return
    heartbeat.start()
    on.opened()
  }
  socket.onmessage = (message: MessageEvent<unknown>) => {
    heartbeat.heard()
    const read = readFrame(message.data)
    if (!over && read !== 'pong') on.received(read)
  }
  socket.onclose = (event) => end(event.code)
  return {
    send: (frame) => {
      if (socket.readyState === 1) socket.send(JSON.stringify(frame))
    },
    close: () => {
      over = true
      heartbeat.stop()
      socket.close(NORMAL_CLOSURE)
    },
  }
}

/** Pings on time, and reports a connection dead that has nothing to say after one. */
function openHeartbeat(on: { ping: () => void; dead: () => void }) {
  let silence: ReturnType<typeof setTimeout> | undefined
  let pings: ReturnType<typeof setInterval> | undefined
  const beat = () => {
    on.ping()
    clearTimeout(silence)
    silence = setTimeout(on.dead, SILENCE_MS)
  }
  return {
    start: () => {
      pings = setInterval(beat, PING_EVERY_MS)
    },
    heard: () => clearTimeout(silence),
    stop: () => {
      clearInterval(pings)
      clearTimeout(silence)
    },
  }
}

/**
 * Acknowledges after so many events or so long, whichever comes first. Also a sequence that was acknowledged before,
 * when frames without events came since: the session counts their bytes as unread until it hears of this client again.
 */
function openAcks(tell: (seq: number) => void) {
  let told = 0
  let latest = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    told = latest
    tell(latest)
  }
  return {
    reached: (seq: number) => {
      latest = seq
      if (seq < told || seq - told >= ACK_EVERY_EVENTS) flush()
      else timer ??= setTimeout(flush, ACK_EVERY_MS)
    },
    stop: () => clearTimeout(timer),
  }
}

function readFrame(data: unknown): ServerFrame | 'pong' | null {
  const parsed = parseJson(data)
  const frame = ServerFrame.safeParse(parsed)
  if (frame.success) return frame.data
  const isPong = typeof parsed === 'object' && parsed !== null && 'type' in parsed && parsed.type === 'pong'
  return isPong ? 'pong' : null
}

function parseJson(data: unknown): unknown {
  if (typeof data !== 'string') return null
  try {
    return JSON.parse(data)
  } catch {
    return null
  }
}
