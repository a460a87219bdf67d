import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { findProcess } from '../process/process-table.ts'

const ownerFile = z.object({ pid: z.number().int(), startedAt: z.string() })

const ORPHAN_STOPS_WITHIN_MS = 10_000
const LOOK_AGAIN_MS = 50

/** Somebody else, alive, runs the database of this folder. */
export class DatabaseInUseError extends Error {
  override name = 'DatabaseInUseError'
}

/**
 * Makes this Node process the owner of a data directory, so that two starts never share one.
 * An owner that is gone (crash, kill -9) is replaced. Returns the release.
 */
export async function claimDataDirectory(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true })
  const file = path.join(directory, 'owner.json')
  const self = await findProcess(process.pid)
  const mine = JSON.stringify({ pid: process.pid, startedAt: self?.startedAt ?? '' })
  // Two rounds: the second is after a dead owner's file was removed. Losing both means somebody else is starting
  // right now.
  for (let round = 0; round < 2; round += 1) {
    try {
      await writeFile(file, mine, { flag: 'wx' })
      return () => rm(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const owner = await liveOwner(file)
    if (owner) {
      throw new DatabaseInUseError(
        `The database in ${directory} is already running; it was started by ${owner.command} (pid ${owner.pid}).`,
      )
    }
    await rm(file, { force: true })
  }
  throw new DatabaseInUseError(`The database in ${directory} is being started by another process.`)
}

async function liveOwner(file: string) {
  const text = await readFile(file, 'utf8').catch(() => '')
  const parsed = ownerFile.safeParse(parseJson(text))
  if (!parsed.success) return null
  const owner = await findProcess(parsed.data.pid)
  return owner?.startedAt === parsed.data.startedAt ? owner : null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/**
 * Clears what a crash left in the cluster folder: stops a server that still runs on it and removes a stale
 * postmaster.pid. Call only while holding the claim. (PostgreSQL's own check refuses to start when the recorded
 * pid is alive, even where the pid now belongs to an unrelated program.)
 */
export async function clearLeftovers(cluster: string): Promise<void> {
  const pidFile = path.join(cluster, 'postmaster.pid')
  const text = await readFile(pidFile, 'utf8').catch(() => null)
  if (text === null) return
  const pid = Number.parseInt(text, 10)
  if (await isServerOf(pid, cluster)) await stopOrphan(pid, cluster)
  await rm(pidFile, { force: true })
}

async function isServerOf(pid: number, cluster: string): Promise<boolean> {
  const found = await findProcess(pid)
  return found !== null && found.command.includes('postgres') && found.command.includes(cluster)
}

async function stopOrphan(pid: number, cluster: string): Promise<void> {
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    signalIfAlive(pid, signal)
    const giveUpAt = performance.now() + ORPHAN_STOPS_WITHIN_MS
    while (performance.now() < giveUpAt) {
      if (!(await isServerOf(pid, cluster))) return
      await sleep(LOOK_AGAIN_MS)
    }
  }
  throw new Error(`A PostgreSQL server left from an earlier start (pid ${pid}) cannot be stopped.`)
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
