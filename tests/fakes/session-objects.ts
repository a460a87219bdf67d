import {
  SessionEnded,
  type SessionEnd,
  type SessionLiveStatus,
  type SessionObject,
  type SessionObjects,
  type SessionOpening,
  type SessionPrompt,
  SessionUnreachable,
} from '#domain/sessions'
import type { PromptReceipt } from '#schema/contracts/sessions'

/** What one session's object would hold. */
export interface MemorySession {
  opening: SessionOpening | null
  prompts: (SessionPrompt & PromptReceipt)[]
  ends: SessionEnd[]
  live: SessionLiveStatus
  /** Makes every call fail, as an object that cannot be reached does. */
  unreachable: boolean
  /** Calls so far, by name. */
  calls: string[]
}

export type MemorySessionObjects = ReturnType<typeof memorySessionObjects>

/**
 * The objects of sessions in memory: they keep what they are told and run no agent; a test sets what they know of
 * themselves.
 */
export function memorySessionObjects() {
  const sessions = new Map<string, MemorySession>()
  const of = (sessionId: string): MemorySession => {
    const known = sessions.get(sessionId)
    if (known) return known
    const fresh: MemorySession = {
      opening: null,
      prompts: [],
      ends: [],
      live: { status: 'pending', statusReason: null, sandboxAlive: null, lastActivityAt: null },
      unreachable: false,
      calls: [],
    }
    sessions.set(sessionId, fresh)
    return fresh
  }
  const objects: SessionObjects = { get: (sessionId) => objectOf(of(sessionId)) }
  return { ...objects, sessions, of }
}

function objectOf(session: MemorySession): SessionObject {
  const called = (name: string) => {
    session.calls.push(name)
    if (session.unreachable) throw SessionUnreachable()
  }
  return {
    async open(opening) {
      called('open')
      session.opening ??= opening
    },
    async prompt(input) {
      called('prompt')
      return storePrompt(session, input)
    },
    async cancel() {
      called('cancel')
      return { canceled: session.prompts.length > 0 }
    },
    async status() {
      called('status')
      return session.live
    },
    async history() {
      called('history')
      return { items: [], nextBefore: null }
    },
    async recheckMembers() {
      called('recheckMembers')
    },
    async terminate(end) {
      called('terminate')
      session.ends.push(end)
      session.live = { ...session.live, status: end.status, statusReason: end.reason, sandboxAlive: null }
    },
  }
}

function storePrompt(session: MemorySession, input: SessionPrompt): PromptReceipt {
  const known = session.prompts.find((prompt) => prompt.idempotencyKey === input.idempotencyKey)
  if (known) return { promptId: known.promptId, state: known.state, duplicate: true }
  if (session.ends.length > 0) throw SessionEnded()
  const count = String(session.prompts.length + 1).padStart(12, '0')
  const receipt: PromptReceipt = { promptId: `01900000-0000-7000-8000-${count}`, state: 'queued', duplicate: false }
  session.prompts.push({ ...input, ...receipt })
  session.live = { ...session.live, status: 'starting' }
  return receipt
}
