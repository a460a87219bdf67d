import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, open, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { killMarkedProcesses, SANDBOX_MARK, signal } from '../process/marked-processes.ts'
import { keepLog } from './kept-logs.ts'

/** Where a sandbox says what it is, for the next host to find. */
export const STATE_FILE = 'sandbox.json'

/** The daemon ends its agent in this time; what is left then is killed. */
const STOP_GRACE_MS = 6_000

export interface SandboxRecord {
  id: string
  name: string
  createdAt: string
  expiresAt: string
}

export interface SandboxProcess {
  readonly record: SandboxRecord
  /** How it ended; null while it lives. */
  exit: string | null
  /** Resolves when nothing of it runs any more and its folder is gone. */
  gone: Promise<void>
  /** Ends it and resolves when it is gone. Safe to call twice. */
  stop(reason: string): Promise<void>
}

/**
 * Starts one sandbox: the daemon in a folder and process group of its own, its output in `daemon.log` there. `env` is
 * what the platform gives it; of the host's own environment it gets PATH and nothing else. Throws when it cannot be
 * started.
 */
export async function startSandbox(
  places: { directory: string; daemon: string },
  record: SandboxRecord,
  env: Record<string, string>,
): Promise<SandboxProcess> {
  const folder = path.join(places.directory, record.id)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // Before the process: a host that is killed in between must leave a trace of what it was about to start.
  await writeFile(path.join(folder, STATE_FILE), JSON.stringify(record))
  const log = await open(path.join(folder, 'daemon.log'), 'a')
  try {
    const child = spawn(process.execPath, [places.daemon], {
      cwd: folder,
      env: {
        ...env,
        PATH: process.env['PATH'],
        LANG: 'C.UTF-8',
        SANDBOX_DIRECTORY: folder,
        SANDBOX_TIED: '1',
        [SANDBOX_MARK]: record.id,
      },
      detached: true,
      // The daemon ends when its standard input does: the kernel closes it however this host dies.
      stdio: ['pipe', log.fd, log.fd],
    })
    await once(child, 'spawn')
    return watch({ ...places, folder }, record, child)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  } finally {
    await log.close()
  }
}

function watch(
  places: { directory: string; folder: string },
  record: SandboxRecord,
  child: ChildProcess,
): SandboxProcess {
  child.stdin?.on('error', () => undefined)
  let stopReason: string | null = null
  const exited = once(child, 'exit').then(([code, name]) => {
    const how = name ? `signal ${name}` : `exit code ${code}`
    sandbox.exit = stopReason === null ? how : `${stopReason} (${how})`
    return code === 0 || stopReason !== null
  })
  const sandbox: SandboxProcess = {
    record,
    exit: null,
    gone: exited.then((isClean) => clean(places, record, isClean)),
    async stop(reason) {
      if (sandbox.exit === null) {
        stopReason ??= reason
        signal(-(child.pid ?? 0), 'SIGTERM')
        const timer = setTimeout(() => signal(-(child.pid ?? 0), 'SIGKILL'), STOP_GRACE_MS)
        await exited
        clearTimeout(timer)
      }
      await sandbox.gone
    },
  }
  return sandbox
}

async function clean(
  places: { directory: string; folder: string },
  record: SandboxRecord,
  isClean: boolean,
): Promise<void> {
  await killMarkedProcesses(SANDBOX_MARK, record.id)
  if (!isClean) await keepLog(places.directory, { name: record.name, file: path.join(places.folder, 'daemon.log') })
  await rm(places.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}
