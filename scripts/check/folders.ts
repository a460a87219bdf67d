import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'

/** Everything that ships, then everything that builds, proves and measures it. */
const FOLDERS = [
  'workers',
  'durable-objects',
  'domain',
  'adapters',
  'schema',
  'web',
  'sandbox',
  'cli',
  'scripts',
  'tests',
  'bench',
]

const SOURCE = /\.tsx?$/
/** Installed, built, or the small project the demo's agent repairs. */
const NOT_OURS = /(^|\/)(node_modules|dist|scripts\/demo\/project)(\/|$)/

/** The folders of the house that stand under `root` today. */
export function foldersOf(root: string): string[] {
  return FOLDERS.filter((folder) => existsSync(join(root, folder)))
}

/** Paths, relative to `root`, of every TypeScript file of the house. */
export async function sourceFiles(root: string): Promise<string[]> {
  const files: string[] = []
  for (const folder of foldersOf(root)) {
    for (const entry of await readdir(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = relative(root, join(entry.parentPath, entry.name))
      if (entry.isFile() && SOURCE.test(path) && !NOT_OURS.test(path)) files.push(path)
    }
  }
  return files.sort()
}
