import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { OpenCodeServer } from './opencode-server.ts'
import { Message, Status } from './opencode-schema.ts'

/** A local process that does not answer in so long is hung. */
const DEADLINE_MS = 30_000
const ATTEMPTS = 3

/** OpenCode's HTTP API, as far as it is used. Every call is one that may be repeated; each is tried three times. */
export class OpenCodeClient {
  readonly #server: OpenCodeServer
  readonly #directory: string

  constructor(server: OpenCodeServer, directory: string) {
    this.#server = server
    this.#directory = directory
  }

  /** Makes a session. With a title of ours OpenCode does not ask the model for one. */
  async createSession(title: string): Promise<string> {
    return z.object({ id: z.string() }).parse(await this.#call('POST', '/session', { title })).id
  }

  /** The names of the tools the agent is offered. */
  async toolIds(): Promise<string[]> {
    return z.array(z.string()).parse(await this.#call('GET', '/experimental/tool/ids'))
  }

  /** Hands a prompt over and returns at once. The same ids again change nothing. */
  async prompt(sessionId: string, body: Record<string, unknown>): Promise<void> {
    await this.#call('POST', `/session/${sessionId}/prompt_async`, body)
  }

  async abort(sessionId: string): Promise<void> {
    await this.#call('POST', `/session/${sessionId}/abort`)
  }

  async messages(sessionId: string): Promise<Message[]> {
    return z.array(Message).parse(await this.#call('GET', `/session/${sessionId}/message`))
  }

  /** A session that is absent from the answer is idle. */
  async isIdle(sessionId: string): Promise<boolean> {
    const all = z.record(z.string(), Status).parse(await this.#call('GET', '/session/status'))
    return (all[sessionId]?.type ?? 'idle') === 'idle'
  }

  /** The stream of everything that happens, as server-sent events. */
  async events(abort: AbortSignal): Promise<Response> {
    const response = await fetch(this.#url('/event'), { headers: this.#headers(), signal: abort })
    if (!response.ok) throw new Error(`OpenCode answered ${response.status} to GET /event`)
    return response
  }

  async #call(method: string, path: string, body?: Record<string, unknown>): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await fetch(this.#url(path), {
          method,
          headers: { ...this.#headers(), 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(DEADLINE_MS),
        })
        const text = await response.text()
        if (response.ok) return text === '' ? null : JSON.parse(text)
        throw new Error(`OpenCode answered ${response.status} to ${method} ${path}: ${text.slice(0, 500)}`)
      } catch (error) {
        if (attempt >= ATTEMPTS) throw error
        await sleep(200 * attempt)
      }
    }
  }

  #headers(): Record<string, string> {
    return { authorization: this.#server.authorization }
  }

  #url(path: string): string {
    return `${this.#server.url}${path}?directory=${encodeURIComponent(this.#directory)}`
  }
}
