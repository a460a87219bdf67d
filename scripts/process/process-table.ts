import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * A live process. `startedAt` is opaque: together with `pid` it tells a process from a later one that got the same
 * pid.
 */
export type LiveProcess = { pid: number; command: string; startedAt: string }

/** The process with this pid, or null when there is none (a zombie counts as none). */
export async function findProcess(pid: number): Promise<LiveProcess | null> {
  if (!Number.isInteger(pid) || pid <= 0) return null
  return process.platform === 'linux' ? findInProc(pid) : findWithPs(pid)
}

async function findInProc(pid: number): Promise<LiveProcess | null> {
  try {
    const [stat, commandLine] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ])
    // proc(5): the name in parentheses may hold anything, so fields are counted from the last parenthesis.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, startTicks] = [fields[0], fields[19]]
    if (state === 'Z' || state === 'X' || startTicks === undefined) return null
    return { pid, command: commandLine.replaceAll('\0', ' ').trim(), startedAt: startTicks }
  } catch {
    return null
  }
}

async function findWithPs(pid: number): Promise<LiveProcess | null> {
  try {
    const { stdout } = await run('ps', ['-ww', '-o', 'lstart=,command=', '-p', String(pid)], { timeout: 5_000 })
    // `lstart` is always five words: "Sat Nov 21 06:14:43 2026".
    const words = stdout.trim().split(/\s+/)
    if (words.length < 6) return null
    return { pid, command: words.slice(5).join(' '), startedAt: words.slice(0, 5).join(' ') }
  } catch {
    return null
  }
}
