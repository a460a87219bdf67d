import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import path from 'node:path'

const ROOT = path.join(import.meta.dirname, '../..')
export const HOST_TOKEN = 'token-of-the-sandbox-host'
const START_MS = 45_000

/** The fields of any answer; each has its own of them. */
export interface HostReply {
  id: string
  name: string
  alive: boolean
  exit: string | null
  code: string
  sandboxes: unknown[]
}

export interface HostProcess {
  url: string
  child: ChildProcess
  exited: Promise<unknown>
  /** Every line it said so far. */
  lines: string[]
  call(method: string, path: string, body?: unknown, token?: string): Promise<{ status: number; body: HostReply }>
}

/** Runs the real sandbox host as a process, with the idle daemon unless another one is named. */
export async function startHostProcess(options: {
  directory: string
  limit?: number
  port?: number
  daemon?: string
  environment?: Record<string, string>
}): Promise<HostProcess> {
  const child = spawn(process.execPath, [path.join(ROOT, 'sandbox/host/main.ts')], {
    env: {
      PATH: process.env['PATH'],
      SECRET_OF_THE_MACHINE: 'must not reach a sandbox',
      SANDBOX_HOST_PORT: String(options.port ?? 0),
      SANDBOX_HOST_TOKEN: HOST_TOKEN,
      SANDBOX_HOST_DIRECTORY: options.directory,
      SANDBOX_HOST_LIMIT: String(options.limit ?? 4),
      SANDBOX_DAEMON: options.daemon ?? path.join(ROOT, 'tests/fakes/idle-daemon.ts'),
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const lines: string[] = []
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The sandbox host did not start')), START_MS)
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line)
      const found = /listening on (\S+)/.exec(line)?.[1]
      if (!found) return
      clearTimeout(timer)
      resolve(found)
    })
    void exited.then(() => reject(new Error(`The sandbox host ended: ${lines.join('\n')}`)))
  })
  return {
    url,
    child,
    exited,
    lines,
    async call(method, route, body, token = HOST_TOKEN) {
      const response = await fetch(url + route, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      return { status: response.status, body: (await response.json()) as HostReply }
    },
  }
}
