import { mkdir, open, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'

const FOLDER = 'logs'
const MAX_KEPT = 20
const MAX_KEPT_BYTES = 1024 * 1024

/** Keeps the end of the log of a sandbox that failed: the last 20 of them, 1 MB each. */
export async function keepLog(directory: string, failed: { name: string; file: string }): Promise<void> {
  const folder = path.join(directory, FOLDER)
  await mkdir(folder, { recursive: true })
  const end = await readEnd(failed.file)
  const stamp = new Date().toISOString().replaceAll(':', '-')
  await writeFile(path.join(folder, `${stamp}-${failed.name}.log`), end)
  const kept = (await readdir(folder)).sort()
  for (const old of kept.slice(0, Math.max(0, kept.length - MAX_KEPT)))
    await rm(path.join(folder, old), { force: true })
}

async function readEnd(file: string): Promise<Buffer> {
  const handle = await open(file).catch(() => null)
  if (!handle) return Buffer.alloc(0)
  try {
    const { size } = await handle.stat()
    const length = Math.min(size, MAX_KEPT_BYTES)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
