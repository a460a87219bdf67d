import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import pg from 'pg'
import { WebSocketServer } from 'ws'
import { answerSql, rawText } from './neon-sql.ts'
import type { Pools } from './neon-sql.ts'
import { WarmBackends } from './warm-backends.ts'
import { WireSession } from './wire-session.ts'

/** Neon's own limit for a request or response over HTTP. */
const MAX_BODY_BYTES = 64 * 1024 * 1024
const CONNECTIONS_PER_DATABASE = 16
const CONNECT_WITHIN_MS = 5_000
/** Short: a test run has a database per file, and all of them share the server's connections. */
const IDLE_MS = 10_000
/** Longer than any client keeps an idle connection: a request never meets a connection we are just closing. */
const KEEP_ALIVE_MS = 120_000

export type NeonEndpointOptions = {
  /** The PostgreSQL server. The database in it is only a default; every client names its own. */
  postgresUrl: string
  /** Default: a free port. */
  port?: number
  /** Default 127.0.0.1. The endpoint checks no password: do not let it be reached from outside. */
  host?: string
}

export type NeonEndpoint = {
  /** `127.0.0.1:PORT`: for the driver, `http://<host>/sql` and the WebSocket proxy `<host>/v2`. */
  host: string
  stop(): Promise<void>
}

/**
 * Speaks the protocol of Neon's edge in front of any PostgreSQL, so that the same driver,
 * `@neondatabase/serverless`, runs everywhere: POST /sql, WebSocket /v2, and GET /health (which asks nothing of
 * the database).
 * PostgreSQL may go away and come back: requests in between are answered 503, later ones work again.
 */
export async function startNeonEndpoint(options: NeonEndpointOptions): Promise<NeonEndpoint> {
  const { postgresUrl, port = 0, host = '127.0.0.1' } = options
  const pools = new DatabasePools(postgresUrl)
  const backends = new WarmBackends((database) => withDatabase(postgresUrl, database))
  const server = createServer((request, response) => void handle(pools, request, response))
  server.keepAliveTimeout = KEEP_ALIVE_MS
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_BODY_BYTES })

  server.on('upgrade', (request, socket: Socket, head) => {
    // Browsers send an Origin, the driver does not: a web page must not reach the developer's database.
    if (request.headers.origin !== undefined) return socket.destroy()
    socket.setNoDelay(true)
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.binaryType = 'nodebuffer'
      return new WireSession(client, backends)
    })
  })

  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  return {
    host: `${host}:${address.port}`,
    async stop() {
      for (const client of sockets.clients) client.terminate()
      backends.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await pools.stop()
    },
  }
}

/** One small pool per database name, so that every test file can own a database. */
class DatabasePools implements Pools {
  #pools = new Map<string, pg.Pool>()
  #postgresUrl: string

  constructor(postgresUrl: string) {
    this.#postgresUrl = postgresUrl
  }

  of(database: string): pg.Pool {
    const known = this.#pools.get(database)
    if (known) return known
    const pool = new pg.Pool({
      connectionString: withDatabase(this.#postgresUrl, database),
      max: CONNECTIONS_PER_DATABASE,
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      idleTimeoutMillis: IDLE_MS,
      types: rawText,
    })
    // A connection PostgreSQL closes is dropped by the pool; whoever was using it gets the error as its answer.
    pool.on('error', () => undefined)
    pool.on('connect', (client) => client.on('error', () => undefined))
    this.#pools.set(database, pool)
    return pool
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.end()))
  }
}

/** The same server and user, another database; an empty name leaves the URL as it is. */
function withDatabase(postgresUrl: string, database: string): string {
  const url = new URL(postgresUrl)
  if (database) url.pathname = `/${encodeURIComponent(database)}`
  return url.href
}

async function handle(pools: Pools, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const route = `${request.method} ${request.url?.split('?')[0]}`
  if (route === 'GET /health') return reply(response, 200, { status: 'ok' })
  if (route !== 'POST /sql') return reply(response, 404, { message: `No route ${route}` })
  try {
    const body = await readBody(request)
    if (body === null) {
      response.setHeader('connection', 'close')
      return reply(response, 413, { message: `The body exceeds ${MAX_BODY_BYTES} bytes` })
    }
    // The header with the connection string is required: a web page cannot send it without our consent (CORS).
    const answer = await answerSql(pools, { headers: request.headers, body })
    reply(response, answer.status, answer.body)
  } catch {
    response.destroy() // the client went away while it was sending
  }
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  // The request must outlive the loop when it is cut short: the refusal goes out on the same connection.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
