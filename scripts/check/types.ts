import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sourceFiles } from './folders.ts'
import type { Finding } from './run-tool.ts'
import { runTool } from './run-tool.ts'

/** TypeScript 7; the package named `typescript` is the older one, kept for tools that need its JavaScript interface. */
const COMPILER = 'node_modules/@typescript/native/bin/tsc'

/** One program per set of globals: what a floor may name is decided by its `lib` and `types`. */
const PROGRAMS = [
  'tsconfig.json',
  'domain/tsconfig.json',
  'web/tsconfig.json',
  'web/functions/tsconfig.json',
  'sandbox/tsconfig.json',
  'cli/tsconfig.json',
  'scripts/tsconfig.json',
  'tests/tsconfig.json',
  'tests/browser/tsconfig.json',
]

/**
 * Type-checks every program of the house, one after the other: each already uses all cores. A file that belongs to no
 * program is a failure too, because nobody would ever check it.
 */
export async function checkTypes(root: string): Promise<Finding> {
  const seen = new Set<string>()
  const failures: string[] = []
  for (const program of PROGRAMS.filter((file) => existsSync(join(root, file)))) {
    const result = await runTool(COMPILER, ['--pretty', 'false', '--listFiles', '-p', program], root)
    const lines = result.output.trim().split('\n')
    const said = lines.filter((line) => !seeFile(line, root, seen))
    if (!result.ok) failures.push(`${program}\n${said.join('\n')}`)
  }
  const unseen = (await sourceFiles(root)).filter((path) => !seen.has(path))
  if (unseen.length > 0) failures.push(`in no program (tsconfig):\n${unseen.join('\n')}`)
  return { ok: failures.length === 0, output: failures.join('\n') }
}

/** Whether a line of the compiler is the name of a file it read; one of ours is noted, relative to the root. */
function seeFile(line: string, root: string, seen: Set<string>): boolean {
  if (!/^\/.*\.[cm]?[jt]sx?$/.test(line)) return false
  if (line.startsWith(`${root}/`)) seen.add(line.slice(root.length + 1))
  return true
}
