import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { killMarkedProcesses, signal } from '../../process/marked-processes.ts'
import { type Settings, shellEnvironment } from '../environment.ts'
import type { DaemonLog } from '../log.ts'
import { cutEnd } from '../text.ts'
import { findOpenCode } from './opencode-binary.ts'

export interface OpenCodeServer {
  url: string
  /** Value of the Authorization header. */
  authorization: string
  pid: number
  /** Resolves when the process is gone, with how it ended. */
  exited: Promise<string>
  /** Ends it and everything the agent started with it. Safe to call twice. */
  stop(): Promise<void>
}

/** Seen: 1.1 to 4 s on two busy cores. */
const START_DEADLINE_MS = 60_000
const STOP_GRACE_MS = 2_000
/** Names one start of the agent, so that what a crashed one left running can be found. */
const AGENT_MARK = 'PROLIFERATE_AGENT_RUN'

const OFF = [
  'MODELS_FETCH',
  'AUTOUPDATE',
  'LSP_DOWNLOAD',
  'DEFAULT_PLUGINS',
  'SHARE',
  'CLAUDE_CODE',
  'EXTERNAL_SKILLS',
  'PROJECT_CONFIG',
  'EMBEDDED_WEB_UI',
]

/**
 * Starts `opencode serve` on 127.0.0.1 in a process group of its own and waits for the line that says it listens: a
 * request that comes before that line is accepted and never answered. Throws when it does not get that far, and when
 * the sandbox is ending.
 */
export async function startOpenCode(
  needs: { log: DaemonLog; ending: AbortSignal },
  settings: Settings,
): Promise<OpenCodeServer> {
  const port = await freePort()
  if (needs.ending.aborted) throw new Error('The sandbox is ending')
  const password = randomBytes(24).toString('hex')
  const run = randomUUID()
  const child = spawn(
    findOpenCode(settings.opencodeBinary),
    ['serve', '--hostname', '127.0.0.1', '--port', String(port)],
    {
      cwd: settings.places.workspace,
      env: openCodeEnvironment(settings, { password, run }),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  await once(child, 'spawn')
  const exited = once(child, 'exit').then(([code, name]) => (name ? `signal ${name}` : `exit code ${code}`))
  const server: OpenCodeServer = {
    url: `http://127.0.0.1:${port}`,
    authorization: `Basic ${Buffer.from(`opencode:${password}`).toString('base64')}`,
    pid: child.pid ?? 0,
    exited,
    stop: () => stopGroup(child, run, exited),
  }
  // What a dead agent's shell still does would fight with whoever comes next.
  void exited.then(() => killMarkedProcesses(AGENT_MARK, run))
  try {
    await listening(needs, child, exited)
    return server
  } catch (error) {
    await server.stop()
    throw error
  }
}

function openCodeEnvironment(settings: Settings, { password, run }: { password: string; run: string }) {
  return {
    ...shellEnvironment(settings),
    OPENCODE_CONFIG_DIR: settings.places.agent,
    OPENCODE_SERVER_PASSWORD: password,
    [AGENT_MARK]: run,
    ...Object.fromEntries(OFF.map((feature) => [`OPENCODE_DISABLE_${feature}`, '1'])),
  }
}

async function listening(needs: { log: DaemonLog }, child: ChildProcess, exited: Promise<string>): Promise<void> {
  const line = new Promise<void>((resolve) => {
    if (!child.stdout) return
    createInterface(child.stdout).on('line', (text) => {
      if (text.includes('listening on http')) resolve()
    })
  })
  if (child.stderr) {
    createInterface(child.stderr).on('line', (text) => needs.log.info('opencode.says', { line: cutEnd(text, 500) }))
  }
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_resolve, reject) => {
    const late = new Error(`OpenCode did not start within ${START_DEADLINE_MS / 1_000} s`)
    timer = setTimeout(() => reject(late), START_DEADLINE_MS)
  })
  const early = exited.then((how) => {
    throw new Error(`OpenCode ended before it listened: ${how}`)
  })
  try {
    await Promise.race([line, deadline, early])
  } finally {
    clearTimeout(timer)
    early.catch(() => undefined)
  }
}

async function stopGroup(child: ChildProcess, run: string, exited: Promise<string>): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    signal(-child.pid, 'SIGTERM')
    const timer = setTimeout(() => child.pid !== undefined && signal(-child.pid, 'SIGKILL'), STOP_GRACE_MS)
    await exited
    clearTimeout(timer)
  }
  await killMarkedProcesses(AGENT_MARK, run)
}

/** OpenCode takes port 0 for its default port, so one is chosen here. */
async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No free port')
  return address.port
}
