import type { DaemonLog } from '../log.ts'
import { wordsOf } from '../text.ts'
import { HarnessEvent } from './opencode-schema.ts'

/** OpenCode sends a heartbeat every 10 s; without one for so long the stream is dead. */
const SILENCE_MS = 25_000
const RECONNECT_MS = 250

export interface EventHandlers {
  /** After each connection, before its first event: OpenCode replays nothing, so what was missed must be read. */
  onConnected: () => Promise<void>
  onEvent: (event: HarnessEvent) => void
}

/** Follows OpenCode's event stream, over as many connections as it takes, until `stop`. */
export class HarnessEvents {
  readonly #open: (abort: AbortSignal) => Promise<Response>
  readonly #log: DaemonLog
  readonly #handlers: EventHandlers
  #connection = new AbortController()
  #stopped = false
  readonly #first = Promise.withResolvers<void>()

  constructor(needs: { open: (abort: AbortSignal) => Promise<Response>; log: DaemonLog }, handlers: EventHandlers) {
    this.#open = needs.open
    this.#log = needs.log
    this.#handlers = handlers
  }

  /** Resolves with the first connection, or with `stop`. */
  get connected(): Promise<void> {
    return this.#first.promise
  }

  /** Resolves when `stop` was called and the last handler has returned. */
  async follow(): Promise<void> {
    while (!this.#stopped) {
      this.#connection = new AbortController()
      try {
        await this.#readConnection(this.#connection)
      } catch (error) {
        if (!this.#stopped) this.#log.info('opencode.events_lost', { message: wordsOf(error) })
      }
      if (!this.#stopped) await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS))
    }
  }

  /** Drops the present connection; the next one reads what was missed. */
  reconnect(): void {
    this.#connection.abort()
  }

  stop(): void {
    this.#stopped = true
    this.#first.resolve()
    this.#connection.abort()
  }

  async #readConnection(connection: AbortController): Promise<void> {
    const silence = setTimeout(() => connection.abort(new Error('no heartbeat')), SILENCE_MS)
    try {
      const { body } = await this.#open(connection.signal)
      if (!body) return
      let rest = ''
      let isReady = false
      for await (const text of body.pipeThrough(new TextDecoderStream())) {
        silence.refresh()
        if (!isReady) {
          isReady = true
          await this.#handlers.onConnected()
          this.#first.resolve()
        }
        const blocks = (rest + text).split('\n\n')
        rest = blocks.pop() ?? ''
        for (const block of blocks) this.#take(block)
      }
    } finally {
      clearTimeout(silence)
    }
  }

  #take(block: string): void {
    const data = block
      .split('\n')
      .filter((line) => line.startsWith('data:'))
      .map((line) => line.slice('data:'.length).trim())
      .join('\n')
    const event = HarnessEvent.safeParse(parseJson(data))
    if (event.success) this.#handlers.onEvent(event.data)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
