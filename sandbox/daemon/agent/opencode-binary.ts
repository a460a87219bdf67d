import { existsSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const require = createRequire(import.meta.url)
/** The npm package has a small script in place of the program until its install script ran; the program has 177 MB. */
const SMALLEST_PROGRAM_BYTES = 1024 * 1024

/**
 * The OpenCode program of the npm package: the one its install script put in place, or, where install scripts are not
 * run, the one of the package for this machine. Throws when there is none.
 */
export function findOpenCode(configured: string | undefined): string {
  if (configured !== undefined) return configured
  const found = candidates().find((file) => existsSync(file) && statSync(file).size > SMALLEST_PROGRAM_BYTES)
  if (!found) throw new Error('OpenCode is not installed: run `npm ci`, or set OPENCODE_BINARY')
  return found
}

function candidates(): string[] {
  const machine = `opencode-${process.platform}-${process.arch}`
  const inPackage = (name: string, file: string) => {
    try {
      return [path.join(path.dirname(require.resolve(`${name}/package.json`)), file)]
    } catch {
      return []
    }
  }
  return [
    ...inPackage('opencode-ai', 'bin/opencode.exe'),
    ...[machine, `${machine}-baseline`, `${machine}-musl`].flatMap((name) => inPackage(name, 'bin/opencode')),
  ]
}
