import { join } from 'node:path'
import { findChromium } from './find-chromium.ts'
import { runVitest } from './run-vitest.ts'
import type { Tally } from './tally.ts'
import { describeFailures, describeTally, total } from './tally.ts'

const root = join(import.meta.dirname, '../..')
const isWorkers = (file: string) => file.endsWith('.workers.test.ts')
const everyFile = () => true

const chromium = findChromium()
/**
 * Each line is one vitest; the stories come one after the other because each starts a whole stack on the same two
 * cores.
 */
const runs = [
  [
    { project: 'unit', owns: (file: string) => !isWorkers(file) },
    { project: 'workers', owns: isWorkers },
  ],
  [{ project: 'journeys', owns: everyFile }],
  ...(chromium ? [[{ project: 'browser', owns: everyFile }]] : []),
]

const tallies: Tally[] = []
for (const suites of runs) tallies.push(await runVitest(root, suites))

const all = total(tallies)
if (!chromium) console.log('The browser suite was left out: no Chromium found. Install one, or set CHROME_PATH.')
for (const line of describeFailures(all.failures)) console.log(line)
for (const problem of all.problems) console.log(`Problem: ${problem}.`)
console.log(describeTally(all))
process.exitCode = all.failed > 0 || all.problems.length > 0 ? 1 : 0
