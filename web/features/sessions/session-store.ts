import { openSessionSocket } from './session-socket.ts'
import type { SessionSocket, SocketState } from './session-socket.ts'
import { EMPTY_STREAM, reduceStream } from './session-stream.ts'
import type { SessionStream, StreamInput } from './session-stream.ts'

export interface SessionSnapshot {
  stream: SessionStream
  connection: SocketState
  /** Whether a picture was shown before: then a loss is an interruption, not a slow start. */
  wasOpen: boolean
}

export interface SessionStore {
  subscribe: (listener: () => void) => () => void
  getSnapshot: () => SessionSnapshot
  /** Puts a page of older events before what is held. */
  take: (input: StreamInput) => void
  /** Opens the socket; the returned function closes it. What was read stays. */
  connect: () => () => void
}

/** What the page of a session reads: the stream, fed by the socket. */
export function createSessionStore(url: string): SessionStore {
  let snapshot: SessionSnapshot = { stream: EMPTY_STREAM, connection: { kind: 'connecting' }, wasOpen: false }
  let socket: SessionSocket | null = null
  const listeners = new Set<() => void>()

  const change = (next: Partial<SessionSnapshot>) => {
    snapshot = { ...snapshot, ...next }
    for (const tell of listeners) tell()
  }

  const take = (input: StreamInput) => {
    const wanted = snapshot.stream.wantsResume
    const stream = reduceStream(snapshot.stream, input)
    if (stream === snapshot.stream) return
    change({ stream })
    if (stream.wantsResume && !wanted) socket?.resume()
    socket?.ack(stream.lastSeq)
  }

  const connect = () => {
    const mine = openSessionSocket({
      url,
      lastSeq: () => snapshot.stream.lastSeq,
      onFrame: take,
      onState: (connection) => change({ connection, wasOpen: snapshot.wasOpen || connection.kind === 'open' }),
      random: Math.random,
      WebSocket,
    })
    socket = mine
    const back = () => {
      if (document.visibilityState === 'visible') mine.retryNow()
    }
    addEventListener('online', back)
    document.addEventListener('visibilitychange', back)
    return () => {
      removeEventListener('online', back)
      document.removeEventListener('visibilitychange', back)
      mine.close()
    }
  }

  return {
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    getSnapshot: () => snapshot,
    take,
    connect,
  }
}
