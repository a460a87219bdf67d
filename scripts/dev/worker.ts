import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { waitForHttp } from '../process/wait-for-http.ts'

const READY_DEADLINE_MS = 60_000
const STOP_DEADLINE_MS = 10_000

export interface WorkerSettings {
  bundle: string
  stateDirectory: string
  port: number
  variables: Record<string, string>
  cron: boolean
  verbose: boolean
  logFile: string
}

export interface RunningWorker {
  url: string
  /** Settles when the process has ended, asked to or not. */
  ended: Promise<void>
  /** Fires a cron expression and waits until the handler is done. */
  cron(expression: string): Promise<void>
  /** Takes the bundle anew from disk, keeping all state. */
  reload(): Promise<void>
  /** The runtime's own process ids; for tests that kill it. */
  runtimePids(): Promise<number[]>
  kill(): Promise<void>
  stop(): Promise<void>
}

/** Starts the bundled Worker in a process of its own; resolves when it answers. */
export async function startWorker(settings: WorkerSettings): Promise<RunningWorker> {
  await mkdir(path.dirname(settings.logFile), { recursive: true })
  const log = createWriteStream(settings.logFile, { flags: 'a' })
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'worker-process.ts')], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, WORKER_SETTINGS: JSON.stringify(settings) },
  })
  const ended = once(child, 'exit').then(() => undefined)
  child.stdin.on('error', () => undefined)
  child.stderr.pipe(log, { end: false })
  const waiting: { resolve: () => void; reject: (error: Error) => void }[] = []
  const ready = Promise.withResolvers<void>()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = readMessage(line)
    if (message === null) log.write(`${line}\n`)
    else if (message.type === 'ready') ready.resolve()
    else if (message.type === 'done') waiting.shift()?.resolve()
    else waiting.shift()?.reject(new Error(message.message ?? 'the Worker process failed'))
  })
  void ended.then(() => {
    const error = new Error(`The Worker process ended; its log is ${settings.logFile}`)
    ready.reject(error)
    for (const { reject } of waiting.splice(0)) reject(error)
  })
  const send = (message: object) =>
    new Promise<void>((resolve, reject) => {
      waiting.push({ resolve, reject })
      child.stdin.write(`${JSON.stringify(message)}\n`)
    })

  const timer = setTimeout(() => ready.reject(new Error('The Worker did not start in time')), READY_DEADLINE_MS)
  await ready.promise.finally(() => clearTimeout(timer))
  const url = `http://127.0.0.1:${settings.port}`
  await waitForHttp(`${url}/healthz`, READY_DEADLINE_MS)
  const kill = async () => {
    for (const pid of await childrenOf(child.pid ?? 0)) killQuietly(pid)
    killQuietly(child.pid ?? 0)
    await ended
  }
  return {
    url,
    ended,
    cron: (expression) => send({ type: 'cron', cron: expression }),
    reload: () => send({ type: 'reload' }),
    runtimePids: () => childrenOf(child.pid ?? 0),
    kill,
    async stop() {
      child.stdin.end()
      const timeout = setTimeout(() => void kill(), STOP_DEADLINE_MS)
      await ended
      clearTimeout(timeout)
      log.end()
    },
  }
}

interface WorkerMessage {
  type: 'ready' | 'done' | 'failed'
  message?: string
}

function readMessage(line: string): WorkerMessage | null {
  if (!line.startsWith('{"type":"')) return null
  const message = JSON.parse(line) as WorkerMessage
  return ['ready', 'done', 'failed'].includes(message.type) ? message : null
}

/** Direct children of a process, by /proc. */
async function childrenOf(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => [])
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')),
  )
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number))
}

function killQuietly(pid: number) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
