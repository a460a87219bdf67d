import { databaseUrl, ensureDatabase } from './migrate.ts'
import { startNeonEndpoint } from './neon-endpoint.ts'
import { startPostgres } from './postgres.ts'

/** The product's database in the embedded server. */
const DATABASE = 'proliferate'

export type OpenDatabaseOptions = {
  /** DATABASE_URL; empty or undefined means the embedded server. */
  databaseUrl: string | undefined
  /** The embedded server's folder, port, and the variable that chooses the port. */
  dataDirectory: string
  port?: number
  portVariable?: string
  persistent: boolean
  /** Port of the Neon endpoint. Default: a free one. */
  endpointPort?: number
}

export type OpenDatabase = {
  kind: 'embedded' | 'external' | 'neon'
  /** Connection string of the product's database, for tools and for the Worker's driver. */
  url: string
  /** Connection string for creating and dropping databases. */
  adminUrl: string
  /** `host:port` the driver must be pointed at; null when it talks to Neon itself. */
  neonEndpoint: string | null
  /** Resolves when an embedded server ended, asked to or not; never for a server that is not ours. */
  ended: Promise<void>
  /** Stops what was started here; a server that is not ours is left alone. */
  stop(): Promise<void>
}

/**
 * The database to work with: Neon itself when the URL says so, any other PostgreSQL behind our Neon endpoint, and
 * without a URL the embedded PostgreSQL behind the same endpoint. Migrating is the caller's business.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<OpenDatabase> {
  const never = new Promise<void>(() => undefined)
  if (options.databaseUrl && isNeon(options.databaseUrl)) {
    const url = options.databaseUrl
    return { kind: 'neon', url, adminUrl: url, neonEndpoint: null, ended: never, stop: async () => undefined }
  }
  if (options.databaseUrl) {
    const url = options.databaseUrl
    const endpoint = await startNeonEndpoint({ postgresUrl: url, ...portOf(options) })
    return { kind: 'external', url, adminUrl: url, neonEndpoint: endpoint.host, ended: never, stop: endpoint.stop }
  }
  const postgres = await startPostgres(options)
  try {
    await ensureDatabase(postgres.url, DATABASE)
    const endpoint = await startNeonEndpoint({ postgresUrl: postgres.url, ...portOf(options) })
    return {
      kind: 'embedded',
      url: databaseUrl(postgres.url, DATABASE),
      adminUrl: postgres.url,
      neonEndpoint: endpoint.host,
      ended: postgres.ended,
      async stop() {
        await endpoint.stop()
        await postgres.stop()
      },
    }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}

function portOf({ endpointPort }: OpenDatabaseOptions) {
  return endpointPort === undefined ? {} : { port: endpointPort }
}

function isNeon(url: string): boolean {
  return /\.neon\.(tech|build)$/.test(new URL(url).hostname)
}
