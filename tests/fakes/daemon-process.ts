import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  findMarkedProcesses,
  killMarkedProcesses,
  SANDBOX_MARK as MARK,
} from '../../sandbox/process/marked-processes.ts'

const MAIN = path.join(import.meta.dirname, '../../sandbox/daemon/main.ts')

export interface DaemonProcess {
  child: ChildProcess
  directory: string
  workspace: string
  exited: Promise<number | string>
  /** Everything of this sandbox that still runs, the daemon included. */
  living(): Promise<number[]>
  log(): Promise<string>
  /** Ends it for sure and removes its folder. */
  dispose(): Promise<void>
}

/** Runs the real daemon as the sandbox host does, tied to this process. */
export async function startDaemon(options: {
  platformUrl: string
  token: string
  sessionId: string
  environment?: Record<string, string>
}): Promise<DaemonProcess> {
  const directory = await mkdtemp(path.join(tmpdir(), 'daemon-test-'))
  const id = path.basename(directory)
  const child = spawn(process.execPath, [MAIN], {
    cwd: directory,
    env: {
      PATH: process.env['PATH'],
      PLATFORM_URL: options.platformUrl,
      SANDBOX_TOKEN: options.token,
      SESSION_ID: options.sessionId,
      SANDBOX_DIRECTORY: directory,
      SANDBOX_TIED: '1',
      [MARK]: id,
      ...options.environment,
    },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const logFile = path.join(directory, 'daemon.log')
  const log = createWriteStream(logFile)
  child.stdout?.pipe(log)
  child.stderr?.pipe(log)
  const exited = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string)
  return {
    child,
    directory,
    workspace: path.join(directory, 'workspace'),
    exited,
    living: () => findMarkedProcesses(MARK, id),
    log: () => readFile(logFile, 'utf8').catch(() => ''),
    async dispose() {
      child.kill('SIGKILL')
      await exited
      await killMarkedProcesses(MARK, id)
      await rm(directory, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}
