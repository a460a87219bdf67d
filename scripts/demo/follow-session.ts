import WebSocket from 'ws'
import { MAX_RESUME_EVENTS, PING, ServerFrame } from '#schema/contracts/session-socket'
import type { SessionEvent } from '#schema/contracts/session-events'
import type { DemoApi } from './api.ts'

const PING_EVERY_MS = 30_000
const RECONNECT_MS = 500

/**
 * Follows a session live over its socket, from the first event on; connects again when the socket drops. `onEvent` gets each
 * event once, in order; resolves when it answers true. Rejects when `deadlineMs` is over.
 */
export async function followSession(
  api: DemoApi,
  sessionId: string,
  options: { deadlineMs: number; onEvent: (event: SessionEvent) => boolean; onText: (text: string) => void },
): Promise<void> {
  const url = `${api.workerUrl.replace(/^http/, 'ws')}/ws/sessions/${sessionId}`
  const giveUpAt = performance.now() + options.deadlineMs
  let lastSeq = 0
  let done = false
  const take = (events: SessionEvent[]) => {
    for (const event of events) {
      if (event.seq <= lastSeq || done) continue
      lastSeq = event.seq
      done = options.onEvent(event)
    }
  }
  while (!done) {
    const left = giveUpAt - performance.now()
    if (left <= 0) throw new Error(`the session was not done within ${options.deadlineMs / 1000} s`)
    await readSocket({ url, headers: api.headers, lastSeq, deadlineMs: left }, (frame) => {
      if (frame.type === 'init' || frame.type === 'events') take(frame.events)
      if (frame.type === 'delta' && frame.kind === 'text') options.onText(frame.text)
      if (frame.type === 'error') throw new Error(`${frame.code}: ${frame.message}`)
      return done
    })
    if (!done) await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS))
  }
}

/** One connection: resolves when it ends or `onFrame` answers true. */
function readSocket(
  input: { url: string; headers: Record<string, string>; lastSeq: number; deadlineMs: number },
  onFrame: (frame: ServerFrame) => boolean,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(input.url, { headers: input.headers })
    const ping = setInterval(() => socket.readyState === WebSocket.OPEN && socket.send(PING), PING_EVERY_MS)
    const deadline = setTimeout(() => socket.close(), input.deadlineMs)
    const finish = (settle: () => void) => {
      clearInterval(ping)
      clearTimeout(deadline)
      socket.removeAllListeners()
      socket.on('error', () => undefined)
      socket.close()
      settle()
    }
    let unacknowledged = 0
    socket.on('open', () => socket.send(JSON.stringify({ type: 'resume', lastSeq: input.lastSeq })))
    socket.on('message', (data) => {
      try {
        const parsed = ServerFrame.safeParse(JSON.parse(String(data)))
        if (!parsed.success) return
        if (onFrame(parsed.data)) return finish(resolve)
        const last = parsed.data.type === 'events' || parsed.data.type === 'init' ? parsed.data.events.at(-1) : undefined
        unacknowledged += last ? 1 : 0
        if (last && unacknowledged % (MAX_RESUME_EVENTS / 100) === 0) {
          socket.send(JSON.stringify({ type: 'ack', seq: last.seq }))
        }
      } catch (error) {
        finish(() => reject(error instanceof Error ? error : new Error(String(error))))
      }
    })
    socket.on('close', () => finish(resolve))
    socket.on('unexpected-response', (_request, response) =>
      finish(() => reject(new Error(`the live socket answered ${response.statusCode ?? 'nothing'}`))),
    )
    socket.on('error', () => finish(resolve))
  })
}
