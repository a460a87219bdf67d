import { execFile } from 'node:child_process'
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { assertPortFree, findFreePort } from '../process/port.ts'
import { spawnTied } from '../process/tied-process.ts'
import type { TiedProcess } from '../process/tied-process.ts'
import { asAccount, choosePostgresAccount, giveFolderTo, spawnIdentity } from './postgres-account.ts'
import type { PostgresAccount } from './postgres-account.ts'
import { locatePostgres } from './postgres-binaries.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import { claimDataDirectory, clearLeftovers } from './postgres-lock.ts'

const run = promisify(execFile)

const INITDB_DEADLINE_MS = 60_000
const READY_DEADLINE_MS = 30_000
const STOP_DEADLINE_MS = 10_000
const POLL_EVERY_MS = 25
/** Every test file has a database, and each database its own small pools in the Neon endpoint. */
const MAX_CONNECTIONS = 200

export type PostgresOptions = {
  /** Our folder; holds `cluster/` (PostgreSQL's own), `postgres.log` and `owner.json`. Made on first use. */
  dataDirectory: string
  /** Default: a free port. */
  port?: number
  /** The environment variable that chooses the port; named in the message when the port is busy. */
  portVariable?: string
  /** True: committed data survives a power cut but for the last moments. False: nothing is ever flushed (tests). */
  persistent: boolean
  /** Default: chosen by what this machine allows. */
  account?: PostgresAccount
}

export type RunningPostgres = {
  /**
   * Connection string of the superuser to the database `postgres`. No password is checked: it listens on loopback
   * only.
   */
  url: string
  port: number
  /** Resolves when the server has ended, asked to or not. */
  ended: Promise<void>
  /** Disconnects everybody and stops the server, by force after 10 s. Safe to call twice. */
  stop(): Promise<void>
}

/**
 * Starts a real PostgreSQL from npm on 127.0.0.1.
 * It ends with this Node process, however that dies (see tied-process.ts). Should a server survive all the same,
 * the next start on the folder stops it first. A second start on a folder in use throws DatabaseInUseError; a busy
 * port throws PortBusyError.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const dataDirectory = path.resolve(options.dataDirectory)
  const release = await claimDataDirectory(dataDirectory)
  try {
    const server = await startClaimed({ ...options, dataDirectory })
    let stopping: Promise<void> | undefined
    return {
      url: server.url,
      port: server.port,
      ended: server.tied.exited.then(() => undefined),
      stop: () => (stopping ??= server.tied.stop(STOP_DEADLINE_MS).then(release)),
    }
  } catch (error) {
    await release()
    throw error
  }
}

async function startClaimed(options: PostgresOptions) {
  const { dataDirectory, persistent } = options
  const [binaries, account] = await Promise.all([locatePostgres(), options.account ?? choosePostgresAccount()])
  const cluster = path.join(dataDirectory, 'cluster')
  await clearLeftovers(cluster)
  await ensureCluster({ binaries, account, cluster })

  if (options.port !== undefined) {
    await assertPortFree(options.port, { purpose: 'the database', variable: options.portVariable })
  }
  const port = options.port ?? (await findFreePort())
  const logFile = path.join(dataDirectory, 'postgres.log')
  const tied = await spawnServer({ binaries, account, logFile, args: serverArguments(cluster, port, persistent) })
  const url = `postgres://postgres:postgres@127.0.0.1:${port}/postgres`
  try {
    await waitUntilReady({ tied, url, logFile })
  } catch (error) {
    await tied.stop(STOP_DEADLINE_MS)
    throw error
  }
  return { url, port, tied }
}

type Cluster = { binaries: PostgresBinaries; account: PostgresAccount; cluster: string }

/**
 * Makes the cluster beside its final place and renames it, so that an interrupted first start leaves nothing half
 * made.
 */
async function ensureCluster({ binaries, account, cluster }: Cluster): Promise<void> {
  if (await exists(path.join(cluster, 'PG_VERSION'))) return giveFolderTo(account, cluster)
  const fresh = `${cluster}.new`
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { mode: 0o700 })
  await giveFolderTo(account, fresh)
  const [command, ...args] = asAccount(account, binaries.initdb, [
    ...['-D', fresh, '-U', 'postgres', '-A', 'trust', '--no-sync', '--locale=C', '-E', 'UTF8'],
  ])
  try {
    await run(command, args, { ...spawnIdentity(account), cwd: '/', timeout: INITDB_DEADLINE_MS })
  } catch (error) {
    const output = (error as { stderr?: string }).stderr?.trim() || (error as Error).message
    const hint =
      account === 'nobody'
        ? ' (Root without user namespaces: PostgreSQL runs as "nobody", who must be able to reach that folder and' +
          ' node_modules. Start as a normal user, or set DATABASE_URL to a PostgreSQL server of your own.)'
        : ''
    throw new Error(`PostgreSQL could not create its data folder ${cluster}: ${output}${hint}`, { cause: error })
  }
  await rename(fresh, cluster)
}

function serverArguments(cluster: string, port: number, persistent: boolean): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: String(MAX_CONNECTIONS),
    timezone: 'UTC',
    synchronous_commit: 'off',
    // A client that died while its statement waits for a lock gives the lock queue free within this time.
    client_connection_check_interval: '2s',
    ...(persistent ? {} : { fsync: 'off', full_page_writes: 'off' }),
  }
  return ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

type Spawn = { binaries: PostgresBinaries; account: PostgresAccount; logFile: string; args: string[] }

async function spawnServer({ binaries, account, logFile, args }: Spawn): Promise<TiedProcess> {
  const log = await open(logFile, 'w')
  try {
    const [command, ...rest] = asAccount(account, binaries.postgres, args)
    // SIGINT is PostgreSQL's "fast shutdown": roll back what runs, disconnect everybody, checkpoint, end.
    return spawnTied(command, rest, { ...spawnIdentity(account), cwd: '/', stopSignal: 'INT', output: log.fd })
  } finally {
    await log.close()
  }
}

async function waitUntilReady({ tied, url, logFile }: { tied: TiedProcess; url: string; logFile: string }) {
  let ended = false
  const markEnded = () => {
    ended = true
  }
  tied.exited.then(markEnded, markEnded)
  const giveUpAt = performance.now() + READY_DEADLINE_MS
  while (performance.now() < giveUpAt && !ended) {
    if (await answers(url)) return
    await sleep(POLL_EVERY_MS)
  }
  const lines = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n').slice(-8).join('\n')
  const what = ended ? 'ended while starting' : `was not ready within ${READY_DEADLINE_MS} ms`
  throw new Error(`PostgreSQL ${what}. The end of ${logFile}:\n${lines}`)
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000, query_timeout: 2_000 })
  client.on('error', () => undefined) // the server may still be on its way up; the next try tells
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
