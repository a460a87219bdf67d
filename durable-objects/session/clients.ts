import { z } from 'zod'
import { type ConsumerPace, isTooSlow, slowSince } from '#domain/sessions'
import { Role } from '#schema/contracts/common'
import { ApiKeyScope } from '#schema/contracts/scopes'
import { CLOSE, type ServerFrame } from '#schema/contracts/session-socket'
import type { StoredEvent } from './events.store.ts'

/** Tag of client sockets, by which the runtime gives them back after hibernation. */
const TAG = 'client'
/** Open connections of one session; more are a fault of somebody's. */
const MAX_CLIENTS = 500

/** What must be known of a connection after the object's memory is gone. */
const Attachment = z.object({
  kind: z.literal('client'),
  connId: z.string(),
  userId: z.string(),
  userName: z.string(),
  role: Role,
  /** Whether it is the person's own session. */
  isMaker: z.boolean().default(false),
  /** The address the socket was opened from. */
  ip: z.string().nullable().default(null),
  /** Id of the super admin who watches as this person. */
  impersonatedBy: z.string().nullable().default(null),
  /** Until when, in milliseconds since 1970. */
  impersonationEndsAt: z.number().nullable().default(null),
  /** The key of a program that acts for the person. */
  apiKey: z.object({ id: z.string(), scopes: z.array(ApiKeyScope) }).nullable().default(null),
  /** Up to where it has read. */
  ackSeq: z.number().int(),
  /** Whether it was given the picture, and so gets what follows. */
  joined: z.boolean(),
})
export type Client = z.infer<typeof Attachment>
/** Who is at the other end, as the Worker has verified it. */
export type Watcher = Omit<Client, 'kind' | 'ackSeq' | 'joined'>

interface Pace extends ConsumerPace {
  /** Frames on their way: the sequence up to which each leads, and its length. */
  unread: { seq: number; bytes: number }[]
}

/**
 * The people who watch. Their sockets hibernate: who they are stands in attachments, and only how fast they read is
 * kept in memory, since nobody falls behind while nothing is sent.
 */
export class Clients {
  readonly #state: DurableObjectState
  readonly #joined = new Map<WebSocket, Pace>()

  constructor(state: DurableObjectState) {
    this.#state = state
    for (const socket of state.getWebSockets(TAG)) {
      if (this.find(socket)?.joined) this.#joined.set(socket, newPace())
    }
  }

  /** Takes a connection; false when there are too many. */
  accept(socket: WebSocket, who: Watcher): boolean {
    if (this.#state.getWebSockets(TAG).length >= MAX_CLIENTS) return false
    this.#state.acceptWebSocket(socket, [TAG])
    socket.serializeAttachment({ kind: 'client', ...who, ackSeq: 0, joined: false } satisfies Client)
    return true
  }

  /** How many connections there are. */
  get count(): number {
    return this.#state.getWebSockets(TAG).length
  }

  /** The people at the other ends, each once. */
  userIds(): string[] {
    return [...new Set(this.#all().map(({ client }) => client.userId))]
  }

  /** The API keys that programs came with, each once. */
  keyIds(): string[] {
    return [...new Set(this.#all().flatMap(({ client }) => client.apiKey?.id ?? []))]
  }

  /** The super admins who watch as somebody else, each once. */
  adminIds(): string[] {
    return [...new Set(this.#all().flatMap(({ client }) => client.impersonatedBy ?? []))]
  }

  /** Closes the sockets of whoever `refusal` gives a reason for. */
  closeWhere(refusal: (client: Client) => string | null): void {
    for (const { socket, client } of this.#all()) {
      const reason = refusal(client)
      if (reason === null) continue
      this.#joined.delete(socket)
      closeSocket(socket, CLOSE.forbidden, reason)
    }
  }

  #all(): { socket: WebSocket; client: Client }[] {
    return this.#state.getWebSockets(TAG).flatMap((socket) => {
      const client = this.find(socket)
      return client ? [{ socket, client }] : []
    })
  }

  /** Who is at the other end; null when it is not a client's socket. */
  find(socket: WebSocket): Client | null {
    const parsed = Attachment.safeParse(socket.deserializeAttachment())
    return parsed.success ? parsed.data : null
  }

  /** From now on the socket gets everything; called in the same breath in which it was sent the picture. */
  join(socket: WebSocket, client: Client, lastSeq: number): void {
    socket.serializeAttachment({ ...client, joined: true, ackSeq: lastSeq } satisfies Client)
    if (!this.#joined.has(socket)) this.#joined.set(socket, newPace())
  }

  forget(socket: WebSocket): void {
    this.#joined.delete(socket)
  }

  acknowledge(socket: WebSocket, client: Client, seq: number): void {
    socket.serializeAttachment({ ...client, ackSeq: Math.max(client.ackSeq, seq) } satisfies Client)
    const pace = this.#joined.get(socket)
    if (!pace) return
    pace.unread = pace.unread.filter((frame) => frame.seq > seq)
    pace.unreadBytes = pace.unread.reduce((sum, frame) => sum + frame.bytes, 0)
  }

  /** Sends one frame to one socket; `seq` is up to where the log is known to it then. */
  send(socket: WebSocket, frame: string, seq: number, nowMs: number): void {
    const pace = this.#joined.get(socket)
    if (pace) {
      pace.unread.push({ seq, bytes: frame.length })
      pace.unreadBytes += frame.length
      pace.slowSince = slowSince(pace, nowMs)
      if (isTooSlow(pace, nowMs)) return this.#drop(socket)
    }
    trySend(socket, frame)
  }

  broadcast(frame: string, seq: number, nowMs: number): void {
    for (const socket of [...this.#joined.keys()]) this.send(socket, frame, seq, nowMs)
  }

  #drop(socket: WebSocket): void {
    this.#joined.delete(socket)
    closeSocket(socket, CLOSE.slowConsumer, 'Reads too slowly; connect again and resume')
  }
}

const newPace = (): Pace => ({ unread: [], unreadBytes: 0, slowSince: null })

export const frameText = (frame: ServerFrame): string => JSON.stringify(frame)

/** A frame of stored events; their bodies are JSON already. */
export function eventsText(events: StoredEvent[]): string {
  return `{"type":"events","events":[${events.map(eventText).join(',')}]}`
}

export const eventText = ({ seq, at, body }: StoredEvent): string => `{"seq":${seq},"at":"${at}","event":${body}}`

/** A socket whose other end has gone takes no more; its close event comes by itself. */
export function trySend(socket: WebSocket, text: string): boolean {
  try {
    socket.send(text)
    return true
  } catch {
    return false
  }
}

/** Codes that a peer may report but nobody may send (RFC 6455 §7.4.1). */
const UNSENDABLE = [1005, 1006, 1015]

/** Closes a socket, or answers its close frame, which spares the peer a 1006. A closed one stays closed. */
export function closeSocket(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(UNSENDABLE.includes(code) ? 1000 : code, reason.slice(0, 100))
  } catch {
    // It was closed already.
  }
}
