import { spawn } from 'node:child_process'
import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { once } from 'node:events'

/**
 * Keeps one command alive for exactly as long as its standard input (fd 3) stays open. The other end is held by
 * our Node process, and the kernel closes it however that process dies (kill -9 included), so nothing is left
 * behind. The signal is repeated because a program may not have installed its handler yet, and background jobs of
 * a shell start with SIGINT ignored.
 */
const GUARD = `
exec 3<&0 </dev/null
"$@" 3<&- &
child=$!
(
  read -r line <&3
  while kill -s "$TIED_STOP_SIGNAL" "$child" 2>/dev/null; do sleep 1; done
) &
watcher=$!
wait "$child"
status=$?
kill "$watcher" 2>/dev/null
exit "$status"
`

export type TiedProcess = {
  child: ChildProcess
  /** The exit code, or 128 + signal number in the shell's way, once the command is gone. */
  exited: Promise<number>
  /**
   * Asks the command to end by its stop signal; after `deadlineMs` kills its whole process group. Safe to call
   * twice.
   */
  stop(deadlineMs?: number): Promise<void>
}

export type TieOptions = Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'> & {
  /** Without "SIG", as `kill -s` wants it. Default TERM. */
  stopSignal?: 'TERM' | 'INT' | 'QUIT'
  /** Where standard output and standard error go: an open file, or nowhere. */
  output: number | 'ignore'
}

/**
 * Starts a command in its own process group (a Ctrl-C in the terminal does not reach it, we decide the order) that
 * ends when this Node process ends.
 */
export function spawnTied(command: string, args: string[], options: TieOptions): TiedProcess {
  const { stopSignal = 'TERM', output, env = process.env, ...rest } = options
  const child = spawn('/bin/sh', ['-c', GUARD, 'tied-process', command, ...args], {
    ...rest,
    env: { ...env, TIED_STOP_SIGNAL: stopSignal },
    stdio: ['pipe', output, output],
    detached: true,
  })
  child.stdin?.on('error', () => undefined) // the guard may end before we close the pipe
  const exited = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : 1))
  // Whoever awaits `exited` or `stop()` gets the failure; nobody awaiting must not crash the process.
  exited.catch(() => undefined)
  return {
    child,
    exited,
    async stop(deadlineMs = 10_000) {
      child.stdin?.end()
      if (await endsWithin(exited, deadlineMs)) return
      killGroup(child.pid, 'SIGKILL')
      await exited
    },
  }
}

/** Signals every process of a group; one that is already gone is fine. */
export function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function endsWithin(exited: Promise<unknown>, deadlineMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), deadlineMs)
  })
  try {
    return await Promise.race([exited.then(() => true), deadline])
  } finally {
    clearTimeout(timer)
  }
}
