import { execFile } from 'node:child_process'
import { readFile, readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A process may fork while it is being looked for; after this many rounds something else is wrong. */
const MAX_ROUNDS = 20
const ROUND_PAUSE_MS = 25

/**
 * The living processes that have `NAME=value` in the environment they were started with. A process group is not
 * enough to find what an agent started: its shell commands make sessions of their own and outlive it.
 */
export async function findMarkedProcesses(name: string, value: string): Promise<number[]> {
  const mark = `${name}=${value}`
  return process.platform === 'linux' ? findInProc(mark) : findWithPs(mark)
}

/** The mark by which the sandbox host, and a daemon that ends, find everything a sandbox started. */
export const SANDBOX_MARK = 'PROLIFERATE_SANDBOX_ID'

/**
 * Kills them all, with what they start in the meantime; `spare` is left alone. Resolves when none is left, which takes
 * two looks in a row: a process that is just replacing its program has no environment for a moment.
 */
export async function killMarkedProcesses(name: string, value: string, spare: number[] = []): Promise<void> {
  let emptyRounds = 0
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const found = (await findMarkedProcesses(name, value)).filter((pid) => !spare.includes(pid))
    emptyRounds = found.length === 0 ? emptyRounds + 1 : 0
    if (emptyRounds === 2) return
    for (const pid of found) signal(pid, 'SIGKILL')
    await sleep(ROUND_PAUSE_MS)
  }
}

/** Signals a process or, when negative, a group; one that is gone already is fine. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

async function findInProc(mark: string): Promise<number[]> {
  const found: number[] = []
  for (const entry of await readdir('/proc')) {
    if (/^\d+$/.test(entry) && (await isMarked(entry, mark))) found.push(Number(entry))
  }
  return found
}

async function isMarked(pid: string, mark: string): Promise<boolean> {
  try {
    // The environment of a zombie reads as empty, so it counts as gone.
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1')
    return environment.split('\0').includes(mark)
  } catch {
    return false // ended in the meantime, or somebody else's
  }
}

async function findWithPs(mark: string): Promise<number[]> {
  const { stdout } = await run('ps', ['-axEww', '-o', 'pid=,command='], {
    timeout: 10_000,
    maxBuffer: 64 * 1024 * 1024,
  })
  return stdout
    .split('\n')
    .filter((line) => line.split(' ').includes(mark))
    .map((line) => Number.parseInt(line, 10))
}
