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
  let socket: WebSocket | null = null
  let attempt = 0
  let ended = false
  let retry: ReturnType<typeof setTimeout> | undefined
  let heartbeat: ReturnType<typeof openHeartbeat> | null = null
  const acks = openAcks((seq) => send({ type: 'ack', seq }))

  function send(frame: ClientFrame) {
    if (socket?.readyState === 1) socket.send(JSON.stringify(frame))
  }

  function connect() {
    options.onState({ kind: 'connecting' })
    const mine = new options.WebSocket(options.url)
    socket = mine
    const isMine = () => socket === mine && !ended
    mine.onopen = () => {
      if (!isMine()) return
      heartbeat = openHeartbeat({ ping: () => mine.send(PING), dead: () => drop(mine) })
      send({ type: 'resume', lastSeq: options.lastSeq() })
    }
    mine.onmessage = (message: MessageEvent<unknown>) => {
      if (isMine()) receive(message.data)
    }
    mine.onclose = (event) => {
      if (isMine()) lose(event.code)
    }
  }

  function receive(data: unknown) {
    heartbeat?.heard()
    const read = readFrame(data)
    if (read.kind === 'pong') return
    if (read.kind === 'unknown') return stop('outdated')
    if (read.frame.type === 'init') {
      attempt = 0
      options.onState({ kind: 'open' })
    }
    options.onFrame(read.frame)
  }

  /** A dead connection may take minutes to report its closing; it is left behind at once. */
  function drop(dead: WebSocket) {
    if (socket !== dead || ended) return
    lose(0)
    dead.close()
  }

  function lose(code: number) {
    heartbeat?.stop()
    socket = null
    const reason = STOPS[code]
    if (reason !== undefined) return stop(reason)
    attempt += 1
    const delayMs = backoffMs(attempt, options.random())
    retry = setTimeout(connect, delayMs)
    options.onState({ kind: 'waiting', attempt, delayMs })
  }

  function stop(reason: StopReason) {
    close()
    options.onState({ kind: 'stopped', reason })
  }

  function close() {
    ended = true
    clearTimeout(retry)
    heartbeat?.stop()
    acks.stop()
    socket?.close(NORMAL_CLOSURE)
  }

  connect()
  return {
    resume: () => send({ type: 'resume', lastSeq: options.lastSeq() }),
    ack: acks.reached,
    retryNow: () => {
      if (ended || socket !== null) return
      clearTimeout(retry)
      connect()
    },
    close,
  }
}

/** Pings on time, and reports a connection dead that has nothing to say after one. */
function openHeartbeat(on: { ping: () => void; dead: () => void }) {
  let silence: ReturnType<typeof setTimeout> | undefined
  const pings = setInterval(() => {
    on.ping()
    clearTimeout(silence)
    silence = setTimeout(on.dead, SILENCE_MS)
  }, PING_EVERY_MS)
  return {
    heard: () => clearTimeout(silence),
    stop: () => {
      clearInterval(pings)
      clearTimeout(silence)
    },
  }
}

/** Acknowledges after so many events or so long, whichever comes first, and never the same twice. */
function openAcks(tell: (seq: number) => void) {
  let told = 0
  let latest = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (latest === told) return
    told = latest
    tell(latest)
  }
  return {
    reached: (seq: number) => {
      latest = seq
      if (seq === told) return
      if (seq < told || seq - told >= ACK_EVERY_EVENTS) flush()
      else timer ??= setTimeout(flush, ACK_EVERY_MS)
    },
    stop: () => clearTimeout(timer),
  }
}

type Reading = { kind: 'frame'; frame: ServerFrame } | { kind: 'pong' } | { kind: 'unknown' }

function readFrame(data: unknown): Reading {
  const parsed = parseJson(data)
  const frame = ServerFrame.safeParse(parsed)
  if (frame.success) return { kind: 'frame', frame: frame.data }
  const isPong = typeof parsed === 'object' && parsed !== null && 'type' in parsed && parsed.type === 'pong'
  return { kind: isPong ? 'pong' : 'unknown' }
}

function parseJson(data: unknown): unknown {
  if (typeof data !== 'string') return null
  try {
    return JSON.parse(data)
  } catch {
    return null
  }
}
