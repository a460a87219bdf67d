import type { Finding } from './run-tool.ts'

export interface Check {
  name: string
  run: () => Promise<Finding>
}

/**
 * Runs every check even after a failure, so that one visit shows all there is to mend. Prints one line per check and,
 * below a failed one, what it found.
 *
 * @returns whether all passed, and the names of those that did not
 */
export async function runChecks(checks: Check[], print: (line: string) => void) {
  const failed: string[] = []
  for (const check of checks) {
    const started = performance.now()
    const result = await check.run().catch((error: unknown): Finding => ({ ok: false, output: String(error) }))
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    print(`${result.ok ? 'ok    ' : 'FAILED'} ${check.name.padEnd(12)} ${seconds} s`)
    if (!result.ok) failed.push(check.name)
    if (!result.ok) print(result.output.trim())
  }
  return { ok: failed.length === 0, failed }
}
