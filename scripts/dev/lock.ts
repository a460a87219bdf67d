import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { findProcess } from '../process/process-table.ts'

const Running = z.object({
  pid: z.number(),
  startedAt: z.string(),
  urls: z.object({ web: z.string(), worker: z.string(), git: z.string() }),
})
export type RunningStack = z.infer<typeof Running>

const fileOf = (directory: string) => path.join(directory, 'running.json')

/** The stack that runs on this folder, or null. A file that a killed stack left behind counts as none. */
export async function findRunningStack(directory: string): Promise<RunningStack | null> {
  const text = await readFile(fileOf(directory), 'utf8').catch(() => null)
  if (text === null) return null
  const parsed = Running.safeParse(JSON.parse(text))
  if (!parsed.success) return null
  const live = await findProcess(parsed.data.pid)
  return live?.startedAt === parsed.data.startedAt ? parsed.data : null
}

/** Writes down that this process runs a stack on the folder; gives the way to take that back. */
export async function announceStack(directory: string, urls: RunningStack['urls']): Promise<() => Promise<void>> {
  const self = await findProcess(process.pid)
  await mkdir(directory, { recursive: true })
  const running: RunningStack = { pid: process.pid, startedAt: self?.startedAt ?? '', urls }
  await writeFile(fileOf(directory), JSON.stringify(running, null, 2))
  return () => rm(fileOf(directory), { force: true })
}
