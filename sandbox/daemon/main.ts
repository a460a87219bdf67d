import { killMarkedProcesses, SANDBOX_MARK } from '../process/marked-processes.ts'
import { Daemon } from './daemon.ts'
import { readSettings, type Settings } from './environment.ts'
import { daemonLog } from './log.ts'
import { fetchBundle, SandboxNotWanted } from './platform.ts'
import { wordsOf } from './text.ts'

/** Whatever is still running when the sandbox ends must not keep it from ending. */
const STOP_DEADLINE_MS = 5_000

const settings = readSettings(process.env)
const log = daemonLog
const ending = new AbortController()
let daemon: Daemon | undefined
let isEnding = false

async function end(reason: string, code: number): Promise<void> {
  if (isEnding) return
  isEnding = true
  log.info('daemon.ends', { reason, code })
  const late = new Promise((resolve) => setTimeout(resolve, STOP_DEADLINE_MS))
  const stopped = daemon?.stop().catch((error: unknown) => log.warn('daemon.stop_failed', { message: wordsOf(error) }))
  await Promise.race([stopped, late])
  // A clone or a setup command may be under way, and with the host gone nobody else would end it. The boot must not
  // answer that with a next one while what there is gets killed.
  ending.abort()
  const sandboxId = process.env[SANDBOX_MARK]
  if (sandboxId !== undefined) await killMarkedProcesses(SANDBOX_MARK, sandboxId, [process.pid])
  process.exit(code)
}

/** The host holds the other end of standard input; the kernel closes it however the host dies. */
function endWithHost({ tied }: Settings): void {
  if (!tied) return
  process.stdin.resume()
  process.stdin.once('end', () => void end('the sandbox host is gone', 0))
  process.stdin.once('error', () => void end('the sandbox host is gone', 0))
}

for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => void end(name, 0))
process.on('uncaughtException', (error) => {
  log.warn('daemon.failed', { message: wordsOf(error), stack: error.stack })
  void end('an unexpected error', 1)
})
endWithHost(settings)

try {
  log.info('daemon.starts', { sessionId: settings.sessionId, node: process.version })
  daemon = new Daemon({ log, ending: ending.signal }, settings, await fetchBundle({ log }, settings))
  void daemon.ended.then((reason) => end(reason, 0))
  await daemon.start()
} catch (error) {
  await end(wordsOf(error), error instanceof SandboxNotWanted ? 0 : 1)
}
