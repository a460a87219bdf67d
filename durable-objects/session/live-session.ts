import type { Platform } from '#adapters/platform'
import { type SessionChange, sessionLifecycle, type SessionOpening } from '#domain/sessions'
import { describeError } from '#kernel/errors'
import { traceIdOf } from '#kernel/trace'
import type { SandboxEvent, SessionEventBody } from '#schema/contracts/session-events'
import { Clients, eventsText } from './clients.ts'
import type { CommandReply } from './commands.store.ts'
import { headSeq, insertEvents } from './events.store.ts'
import { type Facts, readFacts, readOpening, writeFacts, writeOpening } from './facts.store.ts'
import { OpenParts } from './open-parts.ts'
import { Timers } from './timers.ts'

/** Facts that stand in the index; a change of any of them is projected. The last activity rides along. */
const PROJECTED = [
  'status',
  'statusReason',
  'pauseReason',
  'outcome',
  'summary',
  'generation',
  'sandboxId',
  'sandboxExpiresAt',
  'checkpointRef',
  'startedAt',
  'lastSeenAliveAt',
  'pausedAt',
  'endedAt',
] as const satisfies (keyof Facts)[]

/** What of a change of status may be set beside it. */
type StatusChange = Partial<
  Pick<Facts, 'pauseReason' | 'outcome' | 'summary' | 'startedAt' | 'pausedAt' | 'endedAt' | 'final'>
>

/**
 * One session as its object holds it: facts, log, sockets, timers. The truth is in SQLite; what is in memory is a copy,
 * or can be lost. The neighbours in this folder are functions of it.
 */
export class LiveSession {
  readonly state: DurableObjectState
  readonly sql: SqlStorage
  readonly clients: Clients
  readonly openParts: OpenParts
  readonly timers: Timers
  /** The greeted socket of the current sandbox's daemon. */
  link: WebSocket | null = null
  /** Who waits for the daemon's answer to a command, by number. */
  readonly awaitedReplies = new Map<number, (reply: CommandReply) => void>()
  /** Tool calls that this instance is executing (a6 §6.5). */
  readonly toolsInFlight = new Map<string, Promise<void>>()
  /** Work of this instance that must not be started twice. */
  readonly singleFlight = new Map<string, Promise<void>>()
  #platform: Platform | null = null
  readonly #openPlatform: (bound: Record<string, unknown>) => Platform
  #facts: Facts
  #opening: SessionOpening | null
  #head: number

  constructor(state: DurableObjectState, openPlatform: (bound: Record<string, unknown>) => Platform) {
    this.state = state
    this.sql = state.storage.sql
    this.#openPlatform = openPlatform
    const facts = readFacts(this.sql)
    this.#facts = { ...facts, epoch: facts.epoch + 1 }
    writeFacts(this.sql, this.#facts)
    this.#opening = readOpening(this.sql)
    this.#head = headSeq(this.sql)
    this.clients = new Clients(state)
    this.openParts = new OpenParts(this.sql)
    this.timers = new Timers(state.storage, () => this.platform)
  }

  /** Opened late: a configuration that is not valid must fail calls, not the construction of the object. */
  get platform(): Platform {
    this.#platform ??= this.#openPlatform({
      sessionId: this.#opening?.sessionId,
      organizationId: this.#opening?.organizationId,
      traceId: this.traceId,
    })
    return this.#platform
  }

  get facts(): Readonly<Facts> {
    return this.#facts
  }

  /** Null until the session is opened. */
  get opening(): SessionOpening | null {
    return this.#opening
  }

  /** What this session does belongs to the trace of whatever made it. */
  get traceId(): string {
    return this.#opening?.traceId ?? traceIdOf('')
  }

  get head(): number {
    return this.#head
  }

  now(): number {
    return this.platform.clock.now().getTime()
  }

  /** Keeps the first opening. */
  open(opening: SessionOpening): void {
    if (this.#opening) return
    writeOpening(this.sql, opening)
    this.#opening = readOpening(this.sql)
    this.#platform = null
  }

  /** Changes facts, and sees to it that the index learns of what stands there. */
  update(change: Partial<Omit<Facts, 'status' | 'epoch' | 'revision'>>): void {
    this.#write({ ...this.#facts, ...change })
  }

  /**
   * Moves the session by its lifecycle, with the reason for people. False when the present status does not allow it:
   * somebody was faster.
   */
  move(change: SessionChange, reason: string | null, beside: StatusChange = {}): boolean {
    const status = sessionLifecycle.next(this.#facts.status, change)
    if (!status) return false
    const isNews = status !== this.#facts.status || reason !== this.#facts.statusReason
    this.#write({ ...this.#facts, ...beside, status, statusReason: reason })
    if (isNews) this.emit([{ type: 'session.status', status, reason }])
    return true
  }

  #write(facts: Facts): void {
    const isNews = PROJECTED.some((key) => facts[key] !== this.#facts[key])
    this.#facts = isNews ? { ...facts, revision: facts.revision + 1 } : facts
    writeFacts(this.sql, this.#facts)
    if (isNews) this.timers.arm('projection', 0)
  }

  /** Appends what the platform itself has to say, and tells everybody. */
  emit(events: SessionEventBody[]): void {
    const at = new Date(this.now()).toISOString()
    this.publish(this.store(events.map((event) => ({ at, event }))))
  }

  /** Appends to the log without telling anybody yet; for use inside a transaction. */
  store(events: { at: string; event: SessionEventBody }[]) {
    return insertEvents(this.sql, this.#head, events)
  }

  publish(stored: ReturnType<LiveSession['store']>): void {
    const last = stored.at(-1)
    if (!last) return
    this.#head = last.seq
    this.clients.broadcast(eventsText(stored), last.seq, this.now())
  }

  /** Activity of the agent or a person: kept lazily, and written with whatever is written next. */
  touch(): void {
    this.#facts = { ...this.#facts, lastActivityAt: this.now() }
  }

  /**
   * Work that nobody waits for; its failure is logged. An object stays while it has work to do, so there is nothing to
   * tell the runtime; whatever must happen even if the object dies has a timer behind it as well.
   */
  background(name: string, work: Promise<void>): void {
    this.state.waitUntil(
      work
        .catch((error: unknown) =>
          this.platform.log.error('session.background_failed', { name, error: describeError(error) }),
        )
        .then(() => this.platform.telemetry.flush()),
    )
  }

  /** A younger instance has taken over: sockets drop, work in flight dies, nothing more is written (D15). */
  abort(reason: string): never {
    this.platform.log.error('session.fenced', { epoch: this.#facts.epoch, reason })
    this.state.abort(reason)
    throw new TypeError(reason)
  }
}

/** A boot stage as the platform reports it; the daemon reports those after `provider`. */
export function bootStage(
  session: LiveSession,
  stage: Extract<SandboxEvent, { type: 'boot.stage' }>['stage'],
  progress: { state: 'started' | 'progress' | 'finished' | 'failed'; detail?: string; durationMs?: number },
): SessionEventBody {
  const { generation } = session.facts
  const { state, detail = null, durationMs = null } = progress
  return { type: 'boot.stage', generation, stage, state, detail: detail?.slice(0, 2_000) ?? null, durationMs }
}
