import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import pg from 'pg'
import { cString, int32, message, MessageReader } from './postgres-wire.ts'

const CONNECT_WITHIN_MS = 5_000
const RESET_WITHIN_MS = 3_000
/** How many idle backends are kept per database, and for how long. */
const KEEP = 8
const KEEP_IDLE_MS = 10_000

/** An authenticated connection to PostgreSQL that speaks raw protocol. */
export type Backend = {
  database: string
  socket: Socket
  /** What PostgreSQL told at start-up: a client that takes the backend over must be told it again. */
  parameters: Map<string, string>
  /** Process id and secret key, as the BackendKeyData message carries them. */
  key: Buffer
}

/**
 * The parts of pg's client that its types do not tell. It does the start-up (passwords, SCRAM, TLS), then we take
 * its socket.
 */
type ClientInside = {
  connection: {
    stream: Socket
    on(event: 'parameterStatus', listener: (status: { parameterName: string; parameterValue: string }) => void): void
  }
  processID: number
  secretKey: number
}

/** Keeps connections to PostgreSQL open between sessions: connecting costs more than most transactions. */
export class WarmBackends {
  #idle = new Map<string, Backend[]>()
  #open = new Set<Socket>()
  #connectionString: (database: string) => string

  constructor(connectionString: (database: string) => string) {
    this.#connectionString = connectionString
  }

  /** A backend in its initial state. Throws when PostgreSQL cannot be reached or refuses. */
  async take(database: string): Promise<Backend> {
    const warm = this.#idle.get(database)?.pop()
    if (warm) {
      warm.socket.setTimeout(0)
      warm.socket.removeAllListeners('data')
      return warm
    }
    return this.#connect(database)
  }

  /**
   * Ends a session: rolls back, forgets all session state, and keeps the backend for the next one. The earlier
   * session may have left answers under way, so the reset ends with a unique word: only what comes after it is
   * clean.
   */
  giveBack(backend: Backend): void {
    const { socket } = backend
    const word = randomUUID()
    const reader = new MessageReader()
    let wordSeen = false
    socket.removeAllListeners('data')
    socket.setTimeout(RESET_WITHIN_MS)
    socket.on('data', (chunk: Buffer) => {
      reader.push(chunk)
      for (let next = reader.next(); next; next = reader.next()) {
        if (next.type === 'D' && next.bytes.includes(word)) wordSeen = true
        if (next.type === 'Z' && wordSeen) return this.#keep(backend)
      }
    })
    socket.resume()
    const statements = ['ROLLBACK', 'DISCARD ALL', `SELECT '${word}'`]
    socket.write(Buffer.concat([message('S'), ...statements.map((sql) => message('Q', cString(sql)))]))
  }

  stop(): void {
    for (const socket of this.#open) socket.destroy()
    this.#idle.clear()
  }

  #keep(backend: Backend): void {
    const { socket, database } = backend
    const idle = this.#idle.get(database) ?? []
    this.#idle.set(database, idle)
    if (socket.destroyed || idle.length >= KEEP) {
      socket.destroy()
      return
    }
    socket.removeAllListeners('data')
    // Nothing is expected now but the notice that PostgreSQL goes down; such a backend is not given out again.
    socket.once('data', () => socket.destroy())
    socket.setTimeout(KEEP_IDLE_MS)
    idle.push(backend)
  }

  async #connect(database: string): Promise<Backend> {
    const connectionString = this.#connectionString(database)
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_WITHIN_MS })
    client.on('error', () => undefined) // after start-up the socket's own events tell
    const inside = client as unknown as ClientInside
    const parameters = new Map<string, string>()
    inside.connection.on('parameterStatus', (status) => parameters.set(status.parameterName, status.parameterValue))
    await client.connect()

    const socket = inside.connection.stream
    for (const event of ['data', 'end', 'close', 'error', 'timeout']) socket.removeAllListeners(event)
    const backend = {
      database,
      socket,
      parameters,
      key: Buffer.concat([int32(inside.processID), int32(inside.secretKey)]),
    }
    this.#open.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('end', () => socket.destroy())
    socket.on('timeout', () => socket.destroy())
    socket.on('close', () => this.#forget(backend))
    return backend
  }

  #forget(backend: Backend): void {
    this.#open.delete(backend.socket)
    const idle = this.#idle.get(backend.database)
    const index = idle?.indexOf(backend) ?? -1
    if (index >= 0) idle?.splice(index, 1)
  }
}
