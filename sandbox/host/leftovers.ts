import { readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { killMarkedProcesses, SANDBOX_MARK } from '../process/marked-processes.ts'
import { keepLog } from './kept-logs.ts'
import { STATE_FILE } from './sandbox.ts'

const Record = z.object({ id: z.string().min(1), name: z.string().regex(/^[\w-]+$/) })

/**
 * Ends what an earlier host of this folder left behind when it was killed: every process marked with the id of one of
 * its sandboxes, and the folders. Returns the names of the sandboxes found. Must not run while another host uses the
 * folder.
 */
export async function removeLeftovers(directory: string): Promise<string[]> {
  const names: string[] = []
  for (const entry of await readdir(directory).catch(() => [])) {
    const folder = path.join(directory, entry)
    const text = await readFile(path.join(folder, STATE_FILE), 'utf8').catch(() => null)
    if (text === null) continue
    const record = Record.safeParse(parseJson(text))
    // The folder has the id as its name, so that also a half-written file leads to the processes.
    const { id, name } = record.success ? record.data : { id: entry, name: entry }
    await killMarkedProcesses(SANDBOX_MARK, id)
    await keepLog(directory, { name, file: path.join(folder, 'daemon.log') })
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    names.push(name)
  }
  return names
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
