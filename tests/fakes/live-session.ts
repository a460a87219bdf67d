import type { WebSocket } from 'ws'
import type { OpenPart, SessionEventBody } from '#schema/contracts/session-events'
import { SessionEvent } from '#schema/contracts/session-events'
import { ClientFrame, MAX_RESUME_EVENTS, PING, PONG, ServerFrame } from '#schema/contracts/session-socket'
import type { SessionStatus } from '#schema/contracts/sessions'

/** The live side of one session, as its contract tells it: a log, open parts, and the sockets that follow. */
export class LiveSession {
  readonly id: string
  readonly events: SessionEvent[] = []
  /** Frames clients sent, apart from pings. */
  readonly heard: ClientFrame[] = []
  status: SessionStatus
  statusReason: string | null = null
  /** How far behind a client may be before it gets the last events only. */
  resumeWindow = MAX_RESUME_EVENTS
  private open: OpenPart[] = []
  private readonly sockets = new Set<WebSocket>()

  constructor(id: string, status: SessionStatus) {
    this.id = id
    this.status = status
  }

  /** Puts events into the log, `secondsAgo` for the look of it, and tells everybody who follows. */
  append(bodies: SessionEventBody | SessionEventBody[], secondsAgo = 0): void {
    const added = [bodies].flat().map((event) => this.record(event, secondsAgo))
    this.tell({ type: 'events', events: added })
  }

  private record(event: SessionEventBody, secondsAgo: number): SessionEvent {
    const at = new Date(Date.now() - secondsAgo * 1_000).toISOString()
    const stored = SessionEvent.parse({ seq: this.events.length + 1, at, event })
    this.events.push(stored)
    if (event.type === 'session.status') Object.assign(this, { status: event.status, statusReason: event.reason })
    if (event.type === 'text.completed' || event.type === 'reasoning.completed') {
      this.open = this.open.filter((part) => part.partId !== event.partId)
    }
    return stored
  }

  /** Goes on writing a part. */
  write(partId: string, text: string, kind: OpenPart['kind'] = 'text'): void {
    const held = this.open.find((part) => part.partId === partId)
    const offset = held?.text.length ?? 0
    if (held === undefined) this.open.push({ messageId: 'message', partId, kind, text })
    else held.text += text
    this.tell({ type: 'delta', messageId: 'message', partId, kind, offset, text })
  }

  /** Cuts every connection, as a deployment or a network does. */
  drop(): void {
    for (const socket of this.sockets) socket.terminate()
  }

  /** Closes every connection with a code of the contract. */
  close(code: number): void {
    for (const socket of this.sockets) socket.close(code)
  }

  get followers(): number {
    return this.sockets.size
  }

  follow(socket: WebSocket): void {
    this.sockets.add(socket)
    socket.on('close', () => this.sockets.delete(socket))
    socket.on('message', (data) => {
      const text = String(data)
      if (text === PING) return socket.send(PONG)
      const frame = ClientFrame.parse(JSON.parse(text))
      this.heard.push(frame)
      if (frame.type === 'resume') socket.send(JSON.stringify(this.picture(frame.lastSeq)))
    })
  }

  private picture(lastSeq: number): ServerFrame {
    const reset = this.events.length - lastSeq > this.resumeWindow
    return ServerFrame.parse({
      type: 'init',
      sessionId: this.id,
      status: this.status,
      statusReason: this.statusReason,
      lastSeq: this.events.length,
      reset,
      events: reset ? this.events.slice(-this.resumeWindow) : this.events.slice(lastSeq),
      openParts: this.open,
    } satisfies ServerFrame)
  }

  private tell(frame: ServerFrame): void {
    const text = JSON.stringify(ServerFrame.parse(frame))
    for (const socket of this.sockets) socket.send(text)
  }
}
