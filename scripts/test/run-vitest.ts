import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Suite, Tally } from './tally.ts'
import { tallyOf } from './tally.ts'

const VITEST = 'node_modules/vitest/vitest.mjs'

/** A run that hangs ends as a failure that says so, instead of holding a build for hours. */
const RUN_DEADLINE_MS = 20 * 60_000

/**
 * Runs suites of vitest.config.ts together in one vitest, which shows its progress on our output, and counts what
 * happened.
 *
 * @param root the checkout
 * @param output where vitest's own words go
 */
export async function runVitest(
  root: string,
  suites: Suite[],
  output: 'inherit' | 'ignore' = 'inherit',
): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'test-report-'))
  const reportPath = join(folder, 'report.json')
  try {
    const projects = suites.flatMap(({ project }) => ['--project', project])
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`]
    const child = spawn(process.execPath, [VITEST, 'run', ...projects, ...reporters], {
      cwd: root,
      stdio: ['ignore', output, output],
      timeout: RUN_DEADLINE_MS,
    })
    const [code] = (await once(child, 'exit')) as [number | null]
    return tallyOf(await readReport(reportPath), suites, code ?? 1, root)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Undefined when vitest died before it wrote a whole report. */
async function readReport(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch {
    return undefined
  }
}
