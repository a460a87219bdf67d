import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CLOSE, PING, PONG } from '#schema/contracts/session-socket'
import type { ServerFrame } from '#schema/contracts/session-socket'
import { backoffMs, openSessionSocket } from './session-socket.ts'
import type { SessionSocket, SocketState } from './session-socket.ts'

const INIT: ServerFrame = {
  type: 'init',
  sessionId: '01990000-0000-7000-8000-000000000001',
  status: 'running',
  statusReason: null,
  lastSeq: 0,
  reset: false,
  events: [],
  openParts: [],
}

/** The browser's end of a connection, driven by the test. */
class FakeWebSocket {
  static all: FakeWebSocket[] = []
  readyState = 0
  sent: string[] = []
  closedWith: number | undefined | null = null
  onopen: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null
  url: string

  constructor(url: string) {
    this.url = url
    FakeWebSocket.all.push(this)
  }
  send(text: string) {
    this.sent.push(text)
  }
  close(code?: number) {
    this.readyState = 3
    this.closedWith = code
  }
  opens() {
    this.readyState = 1
    this.onopen?.()
  }
  says(frame: unknown) {
    this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) })
  }
  closes(code: number) {
    this.readyState = 3
    this.onclose?.({ code })
  }
  get frames(): { type: string; [key: string]: unknown }[] {
    return this.sent.map((text) => JSON.parse(text))
  }
}

let socket: SessionSocket
let states: SocketState[]
let frames: ServerFrame[]
let lastSeq = 0

function open() {
  socket = openSessionSocket({
    url: 'ws://test/ws/sessions/1',
    lastSeq: () => lastSeq,
    onFrame: (frame) => frames.push(frame),
    onState: (state) => states.push(state),
    random: () => 0,
    WebSocket: FakeWebSocket as unknown as new (url: string) => WebSocket,
  })
}
const current = () => FakeWebSocket.all.at(-1)!
const connect = () => {
  current().opens()
  current().says(INIT)
}

beforeEach(() => {
  vi.useFakeTimers()
  FakeWebSocket.all = []
  states = []
  frames = []
  lastSeq = 0
  open()
})
afterEach(() => {
  socket.close()
  vi.useRealTimers()
})

describe('connecting', () => {
  it('says where to resume first, and counts as open with the first picture', () => {
    lastSeq = 7
    current().opens()
    expect(current().frames).toEqual([{ type: 'resume', lastSeq: 7 }])
    expect(states.at(-1)).toEqual({ kind: 'connecting' })
    current().says(INIT)
    expect(states.at(-1)).toEqual({ kind: 'open' })
    expect(frames).toEqual([INIT])
  })

  it('resumes again on demand', () => {
    connect()
    lastSeq = 12
    socket.resume()
    expect(current().frames.at(-1)).toEqual({ type: 'resume', lastSeq: 12 })
  })
})

describe('losing the connection', () => {
  it('comes back after 1 s, 2 s, 4 s … and at most 30 s, from where it was', () => {
    const delays: number[] = []
    for (let loss = 0; loss < 7; loss += 1) {
      current().closes(1006)
      const state = states.at(-1)
      if (state?.kind === 'waiting') delays.push(state.delayMs)
      vi.advanceTimersByTime(30_000)
    }
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
    lastSeq = 3
    current().opens()
    expect(current().frames).toEqual([{ type: 'resume', lastSeq: 3 }])
  })

  it('counts from the beginning after a connection that worked', () => {
    current().closes(1006)
    vi.advanceTimersByTime(1_000)
    connect()
    current().closes(CLOSE.restart)
    expect(states.at(-1)).toEqual({ kind: 'waiting', attempt: 1, delayMs: 1_000 })
  })

  it('keeps counting while connections open but never get a picture', () => {
    current().opens()
    current().closes(1011)
    vi.advanceTimersByTime(1_000)
    current().opens()
    current().closes(1011)
    expect(states.at(-1)).toMatchObject({ attempt: 2 })
  })

  it('spreads the tries by chance, never beyond the full delay', () => {
    expect([backoffMs(1, 0), backoffMs(1, 0.999), backoffMs(20, 0)]).toEqual([1_000, 750, 30_000])
  })

  it('tries at once when told that the network is back', () => {
    current().closes(1006)
    socket.retryNow()
    expect(FakeWebSocket.all).toHaveLength(2)
    socket.retryNow()
    vi.advanceTimersByTime(60_000)
    expect(FakeWebSocket.all).toHaveLength(2)
  })

  it.each([
    [CLOSE.unauthorized, 'unauthorized'],
    [CLOSE.forbidden, 'forbidden'],
    [CLOSE.notFound, 'not_found'],
    [CLOSE.deleted, 'deleted'],
  ])('stops for good on %i', (code, reason) => {
    connect()
    current().closes(code)
    vi.advanceTimersByTime(120_000)
    expect(states.at(-1)).toEqual({ kind: 'stopped', reason })
    expect(FakeWebSocket.all).toHaveLength(1)
  })

  it('comes back after being cut off as a slow reader', () => {
    connect()
    current().closes(CLOSE.slowConsumer)
    expect(states.at(-1)).toMatchObject({ kind: 'waiting' })
  })

  it('stops when the session speaks a language this page does not know', () => {
    connect()
    current().says({ type: 'hologram' })
    expect(states.at(-1)).toEqual({ kind: 'stopped', reason: 'outdated' })
  })
})

describe('keeping the connection', () => {
  it('pings every 30 s in exactly the form the runtime answers', () => {
    connect()
    vi.advanceTimersByTime(30_000)
    current().says(PONG)
    vi.advanceTimersByTime(30_000)
    expect(current().sent.filter((text) => text === PING)).toHaveLength(2)
    expect(frames).toEqual([INIT])
  })

  it('leaves a connection that answers no ping', () => {
    connect()
    vi.advanceTimersByTime(45_000)
    expect(states.at(-1)).toMatchObject({ kind: 'waiting', attempt: 1 })
    expect(current().closedWith).toBeUndefined()
  })

  it('acknowledges after 32 events', () => {
    connect()
    for (let seq = 1; seq <= 40; seq += 1) socket.ack(seq)
    expect(current().frames.filter(({ type }) => type === 'ack')).toEqual([{ type: 'ack', seq: 32 }])
  })

  it('acknowledges fewer after one second', () => {
    connect()
    socket.ack(3)
    socket.ack(4)
    vi.advanceTimersByTime(5_000)
    expect(current().frames.filter(({ type }) => type === 'ack')).toEqual([{ type: 'ack', seq: 4 }])
  })

  it('acknowledges the same number again when text came since, once a second', () => {
    connect()
    socket.ack(4)
    vi.advanceTimersByTime(1_000)
    for (let delta = 0; delta < 20; delta += 1) socket.ack(4)
    vi.advanceTimersByTime(1_000)
    vi.advanceTimersByTime(5_000)
    expect(current().frames.filter(({ type }) => type === 'ack').map(({ seq }) => seq)).toEqual([4, 4])
  })

  it('says nothing more once closed', () => {
    connect()
    socket.ack(3)
    socket.close()
    vi.advanceTimersByTime(120_000)
    expect(current().frames.map(({ type }) => type)).toEqual(['resume'])
    expect(FakeWebSocket.all).toHaveLength(1)
  })
})
