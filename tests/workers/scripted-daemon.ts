import { LinkDownFrame, LinkUpFrame, type SandboxCommand } from '#schema/contracts/sandbox-link'
import type { SandboxEvent } from '#schema/contracts/session-events'
import { TestSocket } from './test-socket.ts'

type CommandFrame = Extract<LinkDownFrame, { type: 'command' }>
export type Reply = { ok: boolean; result?: unknown; error?: string | null }

/**
 * A sandbox daemon that does what a test says: numbers its events, keeps them until they are acknowledged, sends them
 * again on a new connection, and answers each command once by the `answers` of the test.
 */
export class ScriptedDaemon {
  readonly connect: () => Promise<TestSocket>
  readonly generation: number
  socket: TestSocket | null = null
  readonly kept: { sandboxSeq: number; at: string; event: SandboxEvent }[] = []
  readonly commands: CommandFrame[] = []
  readonly replies = new Map<number, Reply>()
  acked = 0
  epoch = 0
  last = 0
  welcomes = 0
  /** How commands are answered, by kind; `null` leaves one unanswered. */
  answers: Partial<Record<SandboxCommand['kind'], (command: SandboxCommand) => Reply | null>> = {}

  constructor(generation: number, connect: () => Promise<TestSocket>) {
    this.generation = generation
    this.connect = connect
  }

  /** Opens a connection, says hello, and waits until it is welcomed, or refused. */
  async link(): Promise<this> {
    const socket = await this.connect()
    this.socket = socket
    socket.onFrame = (frame) => this.#take(LinkDownFrame.parse(frame))
    const before = this.welcomes
    this.#send({ type: 'hello', generation: this.generation, sandboxSeq: this.last, epoch: this.epoch })
    await socket.until(() => this.welcomes > before || socket.closed !== null)
    return this
  }

  /** Breaks the connection off, as a network does. */
  drop(): void {
    this.socket?.socket.close(1001, 'gone')
    this.socket = null
  }

  /** Reports events; they reach the session now or after the next `link`. */
  report(...events: SandboxEvent[]): void {
    const fresh = events.map((event) => ({ sandboxSeq: ++this.last, at: new Date().toISOString(), event }))
    this.kept.push(...fresh)
    if (this.socket) this.#send({ type: 'events', events: fresh })
  }

  /** Walks through the stages of a boot. */
  boot(): void {
    const stages = ['clone', 'setup', 'agent', 'ready'] as const
    this.report(
      ...stages.flatMap((stage) =>
        (['started', 'finished'] as const).map((state) => ({
          type: 'boot.stage' as const,
          generation: this.generation,
          stage,
          state,
          detail: null,
          durationMs: state === 'finished' ? 5 : null,
        })),
      ),
    )
  }

  delta(partId: string, offset: number, text: string): void {
    this.#send({ type: 'delta', messageId: 'm1', partId, kind: 'text', offset, text })
  }

  raw(frame: unknown): void {
    this.socket?.socket.send(JSON.stringify(frame))
  }

  async until(condition: () => boolean): Promise<void> {
    if (!this.socket) throw new Error('The daemon has no connection')
    await this.socket.until(condition)
  }

  /** Waits until everything reported is stored. */
  settled(): Promise<void> {
    return this.until(() => this.acked === this.last)
  }

  commandsOf<Kind extends SandboxCommand['kind']>(kind: Kind) {
    return this.commands
      .map(({ command }) => command)
      .filter((command): command is Extract<SandboxCommand, { kind: Kind }> => command.kind === kind)
  }

  reply(number: number, reply: Reply): void {
    this.replies.set(number, reply)
    this.#send({ type: 'reply', number, ok: reply.ok, result: reply.result ?? null, error: reply.error ?? null })
  }

  #take(frame: LinkDownFrame): void {
    switch (frame.type) {
      case 'welcome': {
        this.welcomes += 1
        this.epoch = Math.max(this.epoch, frame.epoch)
        this.acked = frame.ackedSeq
        const owed = this.kept.filter(({ sandboxSeq }) => sandboxSeq > frame.ackedSeq)
        if (owed.length > 0) this.#send({ type: 'events', events: owed })
        return
      }
      case 'ack':
        this.acked = Math.max(this.acked, frame.sandboxSeq)
        return
      case 'command':
        return this.#obey(frame)
    }
  }

  #obey(frame: CommandFrame): void {
    if (frame.epoch < this.epoch) return
    const known = this.replies.get(frame.number)
    if (known) return this.reply(frame.number, known)
    if (this.commands.some(({ number }) => number === frame.number)) return
    this.commands.push(frame)
    const answer = this.answers[frame.command.kind]
    const reply = answer ? answer(frame.command) : { ok: true }
    if (reply) this.reply(frame.number, reply)
  }

  #send(frame: LinkUpFrame): void {
    this.socket?.socket.send(JSON.stringify(LinkUpFrame.parse(frame)))
  }
}
