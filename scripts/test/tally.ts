import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { z } from 'zod'

/** The part of vitest's JSON report that is counted. */
const Report = z.object({
  success: z.boolean(),
  numPassedTests: z.number().int(),
  numFailedTests: z.number().int(),
  numPendingTests: z.number().int(),
  numTodoTests: z.number().int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().default(''),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string().default(''),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
})
type FileReport = z.infer<typeof Report>['testResults'][number]

/** A test that failed, or a file that could not be loaded; `test` is empty then. */
export interface Failure {
  file: string
  test: string
  /** The error with its stack, or as much of it as there is. */
  message: string
}

export interface Tally {
  passed: number
  failed: number
  skipped: number
  failures: Failure[]
  /** Why the run is a failure although no counted test failed, or beside those that did. */
  problems: string[]
}

/** A suite of vitest.config.ts, and how to tell its files from the others of the same run. */
export interface Suite {
  project: string
  owns: (file: string) => boolean
}

/**
 * Counts one run of vitest. A file that could not even be loaded counts as one failure; a suite in which nothing ran
 * is a problem, because a test run that tests nothing must not be green.
 *
 * @param report the parsed JSON report; undefined when vitest ended without writing one
 * @param suites the suites that were asked for
 * @param exitCode of vitest; non-zero also when an error came outside of any test
 * @param root the checkout, which the files of failures are named from
 */
export function tallyOf(report: unknown, suites: Suite[], exitCode: number, root = ''): Tally {
  const names = suites.map(({ project }) => project).join(' and ')
  const parsed = Report.safeParse(report)
  if (!parsed.success) {
    return { passed: 0, failed: 0, skipped: 0, failures: [], problems: [`${names} ended without a report`] }
  }
  const { data } = parsed
  const unloaded = data.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
  const failed = data.numFailedTests + unloaded.length
  const problems = suites
    .filter((suite) => !ranSomething(data.testResults, suite))
    .map(({ project }) => `${project} ran no test`)
  const explained = failed > 0 || problems.length > 0
  if (!explained && (exitCode !== 0 || !data.success)) problems.push(`${names} ended with an error outside of the tests`)
  const skipped = data.numPendingTests + data.numTodoTests
  return {
    ...{ passed: data.numPassedTests, failed, skipped, problems },
    failures: data.testResults.flatMap((file) => failuresOf(file, relative(root, file.name))),
  }
}

function failuresOf(report: FileReport, file: string): Failure[] {
  if (report.status === 'failed' && report.assertionResults.length === 0) {
    return [{ file, test: '', message: report.message }]
  }
  return report.assertionResults
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages }) => ({ file, test: fullName, message: failureMessages?.join('\n') ?? '' }))
}

function ranSomething(files: FileReport[], suite: Suite): boolean {
  const ran = (status: string) => status === 'passed' || status === 'failed'
  return files.some((file) => suite.owns(file.name) && file.assertionResults.some((test) => ran(test.status)))
}

/** Adds tallies up. */
export function total(tallies: Tally[]): Tally {
  const sum = (count: (tally: Tally) => number) => tallies.reduce((all, tally) => all + count(tally), 0)
  return {
    passed: sum((tally) => tally.passed),
    failed: sum((tally) => tally.failed),
    skipped: sum((tally) => tally.skipped),
    failures: tallies.flatMap((tally) => tally.failures),
    problems: tallies.flatMap((tally) => tally.problems),
  }
}

const MAX_FAILURES = 20
const MAX_MESSAGE_LINES = 12
const MAX_LINE = 300

/**
 * What failed, again and together at the end, because a build's log is often kept from its end only: each test with
 * the beginning of its error.
 */
export function describeFailures(failures: Failure[]): string[] {
  const lines = failures.slice(0, MAX_FAILURES).flatMap(({ file, test, message }) => [
    `Failed: ${file}${test === '' ? ' (could not be loaded)' : `: ${test}`}`,
    ...stripVTControlCharacters(message)
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.includes('node_modules'))
      .slice(0, MAX_MESSAGE_LINES)
      .map((line) => `    ${line.slice(0, MAX_LINE)}`),
  ])
  const more = failures.length - MAX_FAILURES
  return more > 0 ? [...lines, `… and ${more} more`] : lines
}

/**
 * The last line of `npm test`, for people and machines: "N passed, N failed", and the skipped ones if there are any.
 */
export function describeTally({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
