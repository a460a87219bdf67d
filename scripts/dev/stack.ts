import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { migrateDatabase } from '../database/migrate.ts'
import { openDatabase, type OpenDatabase } from '../database/open-database.ts'
import { startGitServer } from '../git-server/git-server.ts'
import { spawnTied, type TiedProcess } from '../process/tied-process.ts'
import { waitForHttp } from '../process/wait-for-http.ts'
import { startScriptedModel } from '../scripted-model/server.ts'
import { buildWorker } from './build-worker.ts'
import type { Ports } from './ports.ts'
import { PROJECT } from './project.ts'
import { type RunningWorker, startWorker } from './worker.ts'

export interface StackOptions {
  /** Where everything is kept: database, objects, sandboxes, git repositories, logs. */
  directory: string
  ports: Ports
  /** Variables of the Worker; addresses of the parts started here replace what they say. */
  variables: Record<string, string>
  /** Set to work on that Postgres instead of the embedded one. */
  databaseUrl: string | undefined
  /** False: nothing needs to survive a power cut (tests). */
  persistent: boolean
  web: boolean
  /** A sandbox host of somebody else; none is started then. */
  sandboxHostUrl?: string
  /** Whether the minute cron fires by itself. */
  cron: boolean
  /** Folder of scripts for the scripted model, instead of the usual ones. */
  modelScripts?: string
  /** Told what is being started, a line each. */
  progress: (line: string) => void
}

/** A restartable part of the stack, so that tests can take it away and bring it back. */
export interface StackPart<Running> {
  current: Running
  start(): Promise<void>
}

export interface Stack {
  urls: { web: string; worker: string; model: string; git: string; sandboxHost: string }
  variables: Record<string, string>
  git: { root: string; token: string }
  database: StackPart<OpenDatabase>
  worker: StackPart<RunningWorker>
  sandboxHost: { start(): Promise<void>; stop(): Promise<void> }
  /** Bundles the Worker anew and swaps it in. */
  rebuild(): Promise<void>
  stop(): Promise<void>
}

const STOP_DEADLINE_MS = 10_000
const READY_DEADLINE_MS = 30_000

/** Starts every part in the order in which they need each other; when one fails, stops what was started, and throws. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const stops: (() => Promise<unknown>)[] = []
  const stop = async () => {
    for (const stopPart of stops.splice(0).reverse()) await stopPart().catch(() => undefined)
  }
  try {
    return await startParts(options, stops, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function startParts(options: StackOptions, stops: (() => Promise<unknown>)[], stop: () => Promise<void>) {
  const { directory, ports, progress } = options
  await mkdir(path.join(directory, 'logs'), { recursive: true })
  const building = buildWorker(path.join(directory, 'worker'))
  building.catch(() => undefined) // reported where it is awaited; another part may fail first

  progress('database')
  const database = await databasePart(options)
  stops.push(() => database.current.stop())
  progress('scripted model and git server')
  const model = await startScriptedModel({
    port: ports.model,
    ...(options.modelScripts === undefined ? {} : { scripts: options.modelScripts }),
  })
  stops.push(() => model.stop())
  const git = { root: path.join(directory, 'git'), token: await gitToken(directory) }
  await mkdir(git.root, { recursive: true })
  const gitServer = await startGitServer({ root: git.root, port: ports.git, token: git.token })
  stops.push(() => gitServer.stop())

  const urls = {
    web: `http://127.0.0.1:${ports.web}`,
    worker: `http://127.0.0.1:${ports.worker}`,
    model: `http://127.0.0.1:${ports.model}`,
    git: `http://127.0.0.1:${ports.git}`,
    sandboxHost: options.sandboxHostUrl ?? `http://127.0.0.1:${ports.sandboxHost}`,
  }
  const variables = variablesOf(options, urls, database.current)
  const sandboxHost = sandboxHostPart(options, urls.sandboxHost)
  if (options.sandboxHostUrl === undefined) {
    progress('sandbox host')
    await sandboxHost.start()
    stops.push(() => sandboxHost.stop())
  }
  progress('Worker')
  const bundle = await building
  const worker = await workerPart(options, variables, bundle)
  stops.push(() => worker.current.stop())
  if (options.web) {
    progress('dashboard')
    const web = await startDashboard(options, urls)
    stops.push(() => web.stop(STOP_DEADLINE_MS))
  }
  const rebuild = async () => {
    await buildWorker(path.join(directory, 'worker'))
    await worker.current.reload()
  }
  return { urls, variables, git, database, worker, sandboxHost, rebuild, stop }
}

function variablesOf(options: StackOptions, urls: Stack['urls'], database: OpenDatabase): Record<string, string> {
  return {
    ...options.variables,
    APP_URL: urls.web,
    PLATFORM_URL: urls.worker,
    DATABASE_URL: database.url,
    ...(database.neonEndpoint === null ? {} : { NEON_LOCAL: database.neonEndpoint }),
    SANDBOX_HOST_URL: urls.sandboxHost,
    SCRIPTED_MODEL_URL: urls.model,
  }
}

async function databasePart(options: StackOptions): Promise<StackPart<OpenDatabase>> {
  const open = async () => {
    const database = await openDatabase({
      databaseUrl: options.databaseUrl,
      dataDirectory: path.join(options.directory, 'postgres'),
      port: options.ports.postgres,
      portVariable: 'POSTGRES_PORT',
      persistent: options.persistent,
      endpointPort: options.ports.neon,
    })
    await migrateDatabase(database.url)
    return database
  }
  const part = { current: await open(), start: async () => void (part.current = await open()) }
  return part
}

async function workerPart(options: StackOptions, variables: Record<string, string>, bundle: string) {
  const start = () =>
    startWorker({
      bundle,
      stateDirectory: path.join(options.directory, 'worker-state'),
      port: options.ports.worker,
      variables,
      cron: options.cron,
      verbose: false,
      logFile: path.join(options.directory, 'logs/worker.log'),
    })
  const part: StackPart<RunningWorker> = { current: await start(), start: async () => void (part.current = await start()) }
  return part
}

function sandboxHostPart(options: StackOptions, url: string) {
  let current: TiedProcess | undefined
  return {
    async start() {
      current = await startNode(options, 'sandbox-host', ['sandbox/host/main.ts'], {
        SANDBOX_HOST_PORT: String(options.ports.sandboxHost),
        SANDBOX_HOST_TOKEN: options.variables['SANDBOX_HOST_TOKEN'] ?? '',
        SANDBOX_HOST_DIRECTORY: path.join(options.directory, 'sandboxes'),
      })
      await answers(current, `${url}/health`, 'the sandbox host', options)
    },
    async stop() {
      await current?.stop(STOP_DEADLINE_MS)
    },
  }
}

async function startDashboard(options: StackOptions, urls: Stack['urls']): Promise<TiedProcess> {
  const vite = path.join(PROJECT, 'node_modules/vite/bin/vite.js')
  const web = await startNode(options, 'web', [vite, '--config', 'web/vite.config.ts'], {
    WEB_PORT: String(options.ports.web),
    WORKER_URL: urls.worker,
  })
  await answers(web, urls.web, 'the dashboard', options)
  return web
}

async function startNode(options: StackOptions, name: string, script: string[], variables: Record<string, string>) {
  const log = await open(path.join(options.directory, 'logs', `${name}.log`), 'a')
  const started = spawnTied(process.execPath, script, {
    cwd: PROJECT,
    env: { ...process.env, ...variables },
    output: log.fd,
  })
  await log.close()
  return started
}

/** Waits until a started process answers; says where its log is when it ends instead. */
async function answers(started: TiedProcess, url: string, what: string, options: StackOptions) {
  const died = started.exited.then((code) => {
    throw new Error(`${what} ended with code ${code}; see ${path.join(options.directory, 'logs')}`)
  })
  await Promise.race([waitForHttp(url, READY_DEADLINE_MS), died])
}

/** The git server's token, kept with its repositories. */
async function gitToken(directory: string): Promise<string> {
  const file = path.join(directory, 'git-token')
  const known = await readFile(file, 'utf8').catch(() => '')
  if (known !== '') return known
  const token = randomBytes(24).toString('hex')
  await writeFile(file, token, { mode: 0o600 })
  return token
}
