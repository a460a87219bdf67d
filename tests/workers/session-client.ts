import type { SessionEvent } from '#schema/contracts/session-events'
import { type ClientFrame, PONG, ServerFrame } from '#schema/contracts/session-socket'
import { TestSocket } from './test-socket.ts'

/**
 * A person's browser at the socket of a session: holds the log as a dashboard does, and checks every frame against the
 * contract.
 */
export class SessionClient extends TestSocket {
  readonly said: ServerFrame[] = []
  events: SessionEvent[] = []
  /** Live text by part. */
  readonly text = new Map<string, string>()

  constructor(socket: WebSocket) {
    super(socket)
    this.onFrame = (frame) => {
      if (JSON.stringify(frame) !== PONG) this.#take(ServerFrame.parse(frame))
    }
  }

  get lastSeq(): number {
    return this.events.at(-1)?.seq ?? 0
  }

  say(frame: ClientFrame): void {
    this.socket.send(JSON.stringify(frame))
  }

  /** Asks for what follows `lastSeq`, and waits for the picture. */
  async resume(lastSeq = this.lastSeq): Promise<Extract<ServerFrame, { type: 'init' }>> {
    const before = this.of('init').length
    this.say({ type: 'resume', lastSeq })
    await this.until(() => this.of('init').length > before)
    return this.of('init').at(-1) as Extract<ServerFrame, { type: 'init' }>
  }

  of<Type extends ServerFrame['type']>(type: Type): Extract<ServerFrame, { type: Type }>[] {
    return this.said.filter((frame): frame is Extract<ServerFrame, { type: Type }> => frame.type === type)
  }

  /** Bodies of the events of one type. */
  eventsOf<Type extends SessionEvent['event']['type']>(type: Type) {
    return this.events
      .map(({ event }) => event)
      .filter((event): event is Extract<SessionEvent['event'], { type: Type }> => event.type === type)
  }

  untilEvent(type: SessionEvent['event']['type'], matches: (event: never) => boolean = () => true): Promise<void> {
    return this.until(() => this.events.some(({ event }) => event.type === type && matches(event as never)))
  }

  #take(frame: ServerFrame): void {
    this.said.push(frame)
    if (frame.type === 'init') {
      if (frame.reset) this.events = []
      this.events.push(...frame.events)
      this.text.clear()
      for (const part of frame.openParts) this.text.set(part.partId, part.text)
    }
    if (frame.type === 'events') this.events.push(...frame.events)
    if (frame.type === 'delta') {
      const held = this.text.get(frame.partId) ?? ''
      if (frame.offset > held.length) throw new Error(`Live text is missing before ${frame.offset} of ${frame.partId}`)
      this.text.set(frame.partId, held.slice(0, frame.offset) + frame.text)
    }
  }
}
