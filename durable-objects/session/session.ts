import { DurableObject } from 'cloudflare:workers'
import type { Env } from '#adapters/env'
import { openPlatform } from '#adapters/platform'
import { observeWork } from '#kernel/observe-work'
import {
  type Answer,
  SandboxSuperseded,
  type SandboxScope,
  type SandboxToolCall,
  type SessionEnd,
  type SessionLiveStatus,
  SessionNotFound,
  type SessionOpening,
  type SessionPrompt,
  type SessionRpc,
} from '#domain/sessions'
import { AppError } from '#kernel/errors'
import { CLOSE, PING, PONG } from '#schema/contracts/session-socket'
import { acceptPrompt } from './accept-prompt.ts'
import { accepted, refusalOf, refused } from './answers.ts'
import { bundleFor, resumeBoot } from './boot.ts'
import { noteCheckpoint } from './checkpoints.ts'
import { clientMessage } from './client-messages.ts'
import { closeSocket } from './clients.ts'
import { acceptUpgrade } from './connections.ts'
import { cancelPrompts } from './dispatch.ts'
import { endSession } from './end.ts'
import { eventsBefore } from './events.store.ts'
import { findLink, linkClosed, linkMessage, linkOf } from './link.ts'
import { LiveSession } from './live-session.ts'
import { closeImpersonated } from './membership.ts'
import { migrate } from './migrations.store.ts'
import { liveStatus } from './status.ts'
import { timerHandlers } from './timer-handlers.ts'
import { callTool } from './tools/call-tool.ts'

/** One live session (D4): a shell that receives calls, frames and alarms, and hands them to its neighbours. */
export class Session extends DurableObject<Env> implements SessionRpc {
  readonly #session: LiveSession

  constructor(state: DurableObjectState, env: Env) {
    super(state, env)
    migrate(state.storage)
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG))
    this.#session = new LiveSession(state, (bound) => openPlatform(env, bound))
    this.#session.link = findLink(this.#session)
    resumeBoot(this.#session)
  }

  async open(opening: SessionOpening) {
    this.#session.open(opening)
    return accepted(null)
  }

  async prompt(prompt: SessionPrompt) {
    return acceptPrompt(this.#session, prompt)
  }

  async cancel({ author }: { author: string }) {
    if (!this.#session.opening) return refused(SessionNotFound)
    return accepted({ canceled: cancelPrompts(this.#session, author) })
  }

  async status(): Promise<Answer<SessionLiveStatus>> {
    if (!this.#session.opening) return refused(SessionNotFound)
    return accepted(await liveStatus(this.#session))
  }

  async history({ before, limit }: { before: number | null; limit: number }) {
    if (!this.#session.opening) return refused(SessionNotFound)
    const items = eventsBefore(this.#session.sql, before, limit)
    const first = items[0]?.seq ?? 1
    return accepted({ items, nextBefore: first > 1 ? first : null })
  }

  async terminate(end: SessionEnd) {
    if (!this.#session.opening) return refused(SessionNotFound)
    endSession(this.#session, end)
    return accepted(null)
  }

  /** Sets the alarm only: whoever removed a member must not wait for this object's database call. */
  async recheckMembers({ stoppedAdminId }: { stoppedAdminId?: string | undefined } = {}) {
    if (stoppedAdminId !== undefined) closeImpersonated(this.#session, stoppedAdminId)
    if (this.#session.clients.count > 0) this.#session.timers.arm('membership', 0)
    return accepted(null)
  }

  async callTool(call: SandboxToolCall) {
    return callTool(this.#session, call)
  }

  async bundle({ generation }: { generation: number }) {
    if (generation !== this.#session.facts.generation) return refused(SandboxSuperseded)
    try {
      const bundle = await bundleFor(this.#session, generation)
      return bundle ? accepted(bundle) : refused(SessionNotFound)
    } catch (error) {
      if (error instanceof AppError) return refusalOf(error)
      throw error
    }
  }

  async sandboxScope({ generation }: { generation: number }): Promise<Answer<SandboxScope>> {
    const { opening, facts } = this.#session
    if (!opening || generation !== facts.generation || facts.final) return refused(SandboxSuperseded)
    const { sessionId, organizationId, configurationId } = opening
    return accepted({ sessionId, organizationId, configurationId })
  }

  async recordCheckpoint(checkpoint: { generation: number; ref: string; bytes: number }) {
    noteCheckpoint(this.#session, checkpoint)
    return accepted(null)
  }

  /** Answers when objects of this class can be reached and made, for /readyz. */
  async ping() {
    return 'pong' as const
  }

  /** The two upgrades: a client's socket, and the sandbox's. Who is at the other end was verified by the Worker. */
  override fetch(request: Request): Response {
    return acceptUpgrade(this.#session, request)
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    if (typeof message !== 'string') return closeSocket(socket, 1003, 'Text frames only')
    if (linkOf(socket)) linkMessage(this.#session, socket, message)
    else clientMessage(this.#session, socket, message)
  }

  override webSocketClose(socket: WebSocket, code: number, reason: string): void {
    closeSocket(socket, code, reason)
    this.#gone(socket, `Closed with ${code}`)
  }

  override webSocketError(socket: WebSocket): void {
    closeSocket(socket, CLOSE.restart, 'Connection error')
    this.#gone(socket, 'Connection error')
  }

  #gone(socket: WebSocket, detail: string): void {
    this.#session.clients.forget(socket)
    linkClosed(this.#session, socket, detail)
  }

  override async alarm(): Promise<void> {
    const session = this.#session
    const work = { event: 'session.alarm', kind: 'internal', traceId: session.traceId, fields: {} } as const
    await observeWork(session.platform, work, async () => {
      const timers = await session.timers.run(timerHandlers(session))
      return { fields: { timers, status: session.facts.status, epoch: session.facts.epoch } }
    })
    this.ctx.waitUntil(session.platform.telemetry.flush())
  }
}
