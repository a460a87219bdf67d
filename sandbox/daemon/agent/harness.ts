import type { SandboxEvent } from '#schema/contracts/session-events'
import type { Settings } from '../environment.ts'
import type { DaemonLog } from '../log.ts'
import { cutEnd, wordsOf } from '../text.ts'
import { OpenCodeClient } from './opencode-client.ts'
import { HarnessEvents } from './opencode-events.ts'
import { modelName } from './opencode-home.ts'
import type { HarnessEvent } from './opencode-schema.ts'
import { type OpenCodeServer, startOpenCode } from './opencode-server.ts'
import { promptIds } from './prompt-ids.ts'
import { readTurn, type TurnState } from './read-turn.ts'
import type { Translator } from './translate.ts'

/** OpenCode is not running any more, or never got to. */
export class HarnessDown extends Error {}

export interface Conversation {
  promptId: string
  /** Counts from 1; another attempt is another message. */
  attempt: number
  text: string
  cancel: AbortSignal
}

interface HarnessNeeds {
  log: DaemonLog
  record: (event: SandboxEvent) => void
  translator: Translator
  /** The sandbox ends: OpenCode is not started (again). */
  ending: AbortSignal
}

interface Running {
  server: OpenCodeServer
  client: OpenCodeClient
  events: HarnessEvents
  /** How the process ended; null while it runs. */
  ended: string | null
}

/** Without any sign from OpenCode, look whether it is idle: its event may have been lost with a connection. */
const LOOK_EVERY_MS = 5_000
/** Idle, but its messages do not say so: they are read again, for so long, and then believed. */
const SETTLE_EVERY_MS = 250
const SETTLE_MS = 5_000
/** On a busy machine OpenCode is idle for a while before it takes a prompt up. */
const TAKE_UP_MS = 60_000
/** An abort that takes longer is not answered any more; the process is ended instead. */
const ABORT_DEADLINE_MS = 15_000

/**
 * The running OpenCode with the one session in it that is ours. Restarted on the same home it still knows the
 * conversation.
 */
export class Harness {
  readonly #needs: HarnessNeeds
  readonly #settings: Settings
  readonly #modelId: string
  #running: Running | undefined
  #sessionId: string | undefined
  #wake: () => void = () => undefined
  #isNudged = false
  #lastError: string | null = null

  constructor(
    needs: HarnessNeeds,
    settings: Settings,
    modelId: string,
  ) {
    this.#needs = needs
    this.#settings = settings
    this.#modelId = modelId
  }

  /** Process id of OpenCode; null when it does not run. */
  get pid(): number | null {
    return this.#running && this.#running.ended === null ? this.#running.server.pid : null
  }

  /** Starts OpenCode, opens our session in it and follows its events. Throws `HarnessDown`. */
  async start(): Promise<OpenCodeClient> {
    try {
      const server = await startOpenCode(this.#needs, this.#settings)
      const client = new OpenCodeClient(server, this.#settings.places.workspace)
      const running: Running = { server, client, events: this.#follow(client), ended: null }
      this.#running = running
      void server.exited.then((how) => {
        running.ended = how
        running.events.stop()
        this.#nudge()
      })
      this.#sessionId ??= await client.createSession(`Session ${this.#settings.sessionId}`)
      this.#needs.translator.follow(this.#sessionId)
      void running.events.follow()
      await running.events.connected
      return client
    } catch (error) {
      await this.#running?.server.stop()
      throw new HarnessDown(`OpenCode did not start: ${wordsOf(error)}`, { cause: error })
    }
  }

  /**
   * Gives OpenCode a prompt and waits until it is really done with it. Throws `HarnessDown` when the process ends
   * first.
   */
  async converse(conversation: Conversation): Promise<TurnState> {
    if (this.pid === null) await this.start()
    const running = this.#running
    const sessionId = this.#sessionId
    if (!running || sessionId === undefined) throw new HarnessDown('OpenCode is not running')
    if (conversation.cancel.aborted) return { state: 'aborted' }
    this.#lastError = null
    const { messageID, partID } = promptIds(conversation.promptId, conversation.attempt, Date.now())
    try {
      await running.client.prompt(sessionId, {
        messageID,
        model: modelName(this.#modelId),
        parts: [{ id: partID, type: 'text', text: conversation.text }],
      })
    } catch (error) {
      if (running.ended !== null) throw new HarnessDown(`OpenCode ended: ${running.ended}`, { cause: error })
      throw error
    }
    const stopCancel = this.#abortOn(conversation.cancel, running, sessionId)
    try {
      return await this.#settle(running, sessionId, messageID)
    } finally {
      stopCancel()
    }
  }

  /** Ends what the harness left open: tools without an end, text without its last piece. */
  closeOpen(reason = 'The agent ended before this did.'): void {
    this.#needs.translator.closeOpen(reason)
  }

  /** The machine was frozen: connections may be dead without having noticed. */
  reconnect(): void {
    this.#running?.events.reconnect()
  }

  async stop(): Promise<void> {
    this.#running?.events.stop()
    await this.#running?.server.stop()
  }

  #follow(client: OpenCodeClient): HarnessEvents {
    return new HarnessEvents(
      { log: this.#needs.log, open: (abort) => client.events(abort) },
      {
        onConnected: async () => {
          if (this.#sessionId === undefined) return
          this.#needs.translator.markGap()
          this.#needs.translator.takeMessages(await client.messages(this.#sessionId))
          this.#nudge()
        },
        onEvent: (event) => this.#take(event),
      },
    )
  }

  #take(event: HarnessEvent): void {
    this.#needs.translator.take(event)
    if (event.properties.sessionID !== this.#sessionId) return
    if (event.type === 'session.error') this.#takeError(event.properties.error)
    if (event.type === 'session.idle' || event.type === 'session.error') this.#nudge()
  }

  #takeError(error: { name: string; data?: { message?: string | undefined } | undefined } | undefined): void {
    if (!error || error.name === 'MessageAbortedError') return
    const message = error.data?.message ?? error.name
    if (message === this.#lastError) return
    this.#lastError = message
    this.#needs.record({ type: 'agent.error', message: cutEnd(message, 4_000) })
  }

  async #settle(running: Running, sessionId: string, messageId: string): Promise<TurnState> {
    let unclearSince: number | null = null
    for (;;) {
      await this.#pause(unclearSince === null ? LOOK_EVERY_MS : SETTLE_EVERY_MS)
      if (running.ended !== null) throw new HarnessDown(`OpenCode ended: ${running.ended}`)
      const turn = await this.#look(running, sessionId, messageId)
      if (turn === null) unclearSince = null
      else if (turn.state !== 'unclear') return turn
      else {
        unclearSince ??= performance.now()
        const waitedMs = performance.now() - unclearSince
        if (turn.answered && waitedMs > SETTLE_MS) return { state: 'finished' }
        if (waitedMs > TAKE_UP_MS) return { state: 'failed', error: 'The agent did not answer' }
      }
    }
  }

  /** Null while OpenCode works. */
  async #look(running: Running, sessionId: string, messageId: string): Promise<TurnState | null> {
    try {
      if (!(await running.client.isIdle(sessionId))) return null
      const messages = await running.client.messages(sessionId)
      this.#needs.translator.takeMessages(messages)
      const turn = readTurn(messages, messageId)
      return turn.state === 'unclear' && this.#lastError !== null ? { state: 'failed', error: this.#lastError } : turn
    } catch (error) {
      this.#needs.log.warn('opencode.no_answer', { message: wordsOf(error) })
      return null
    }
  }

  #abortOn(cancel: AbortSignal, running: Running, sessionId: string): () => void {
    let timer: NodeJS.Timeout | undefined
    const abort = () => {
      timer = setTimeout(() => void running.server.stop(), ABORT_DEADLINE_MS)
      running.client.abort(sessionId).catch((error: unknown) => {
        this.#needs.log.warn('opencode.abort_failed', { message: wordsOf(error) })
      })
    }
    cancel.addEventListener('abort', abort)
    if (cancel.aborted) abort()
    return () => {
      clearTimeout(timer)
      cancel.removeEventListener('abort', abort)
    }
  }

  #nudge(): void {
    this.#isNudged = true
    this.#wake()
  }

  /** Waits for a sign from OpenCode, but no longer than this. */
  async #pause(ms: number): Promise<void> {
    if (!this.#isNudged) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    this.#wake = () => undefined
    this.#isNudged = false
  }
}
