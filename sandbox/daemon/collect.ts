import { readdir, realpath, stat } from 'node:fs/promises'
import path from 'node:path'
import type { z } from 'zod'
import type { CollectResult } from '#schema/contracts/sandbox-link'
import { insideOf } from './inside-of.ts'
import type { DaemonLog } from './log.ts'
import { storeBlob } from './platform.ts'

type Collected = z.infer<typeof CollectResult>

/** Limits of `verify` (a6 §6.4). */
const MAX_FILES = 50
const MAX_FILE_BYTES = 25 * 1024 * 1024
const MAX_TOTAL_BYTES = 100 * 1024 * 1024

const CONTENT_TYPES: Record<string, string> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
  '.webm': 'video/webm',
  '.mp4': 'video/mp4',
  '.pdf': 'application/pdf',
  '.json': 'application/json',
  '.html': 'text/html',
  '.xml': 'application/xml',
  '.txt': 'text/plain',
  '.log': 'text/plain',
  '.md': 'text/markdown',
  '.csv': 'text/csv',
}

/**
 * Uploads every file below a folder of the workspace, one at a time, under `prefix`. Throws, before anything is
 * stored, when the folder is missing, empty, leads out of the workspace or passes a limit.
 */
export async function collectFiles(
  needs: { log: DaemonLog; address: { platformUrl: string; token: string }; workspace: string },
  wanted: { folder: string; prefix: string },
): Promise<Collected> {
  const root = await realpath(needs.workspace)
  const folder = insideOf(root, wanted.folder)
  const found = await listFiles(root, folder)
  if (found.length === 0) throw new Error(`There are no files in ${wanted.folder}`)
  const prefix = wanted.prefix.replace(/\/+$/, '')
  const files: Collected['files'] = []
  for (const file of found) {
    const key = uniqueKey(`${prefix}/${path.relative(folder, file).split(path.sep).map(plainName).join('/')}`, files)
    const contentType = CONTENT_TYPES[path.extname(file).toLowerCase()] ?? 'application/octet-stream'
    const size = await storeBlob(needs, { key, file, contentType })
    files.push({ key, contentType, size })
  }
  return { files }
}

/** The platform stores names of plain characters only. */
function plainName(name: string): string {
  const plain = name.replace(/[^\w.@=+-]/g, '_')
  return /^\.+$/.test(plain) ? '_' : plain
}

function uniqueKey(key: string, taken: { key: string }[]): string {
  let unique = key
  for (let count = 2; taken.some((file) => file.key === unique); count += 1) unique = `${key}.${count}`
  return unique
}

/** Plain files only: a link could lead to what is not the workspace's. */
async function listFiles(root: string, folder: string): Promise<string[]> {
  const real = await realpath(folder).catch(() => null)
  if (real === null || (real !== root && !real.startsWith(root + path.sep))) return []
  const entries = await readdir(real, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(folder, path.relative(real, path.join(entry.parentPath, entry.name))))
    .sort()
  if (files.length > MAX_FILES) throw new Error(`${files.length} files are too many: at most ${MAX_FILES}`)
  let total = 0
  for (const file of files) {
    const { size } = await stat(file)
    if (size > MAX_FILE_BYTES) throw new Error(`${path.basename(file)} is larger than ${MAX_FILE_BYTES} bytes`)
    total += size
  }
  if (total > MAX_TOTAL_BYTES) throw new Error(`The files have ${total} bytes together: at most ${MAX_TOTAL_BYTES}`)
  return files
}
