import { describe, expect, test } from 'vitest'
import { describeFailures, describeTally, tallyOf, total } from './tally.ts'

const unit = { project: 'unit', owns: (file: string) => !file.includes('.workers.') }
const workers = { project: 'workers', owns: (file: string) => file.includes('.workers.') }

const file = (name: string, statuses: string[]) => ({
  name,
  status: statuses.length === 0 || statuses.includes('failed') ? 'failed' : 'passed',
  message: statuses.length === 0 ? 'Cannot find module' : '',
  assertionResults: statuses.map((status) => ({ status })),
})

function reportOf(files: ReturnType<typeof file>[]) {
  const statuses = files.flatMap((one) => one.assertionResults.map(({ status }) => status))
  const count = (wanted: string) => statuses.filter((status) => status === wanted).length
  return {
    success: files.every(({ status }) => status === 'passed'),
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numPendingTests: count('pending'),
    numTodoTests: count('todo'),
    testResults: files,
  }
}

describe('the tally of a test run', () => {
  test('counts what passed, failed and was skipped', () => {
    const report = reportOf([
      file('a.test.ts', ['passed', 'failed']),
      file('b.workers.test.ts', ['passed', 'pending', 'todo']),
    ])
    const counts = { passed: 2, failed: 1, skipped: 2, problems: [] }
    expect(tallyOf(report, [unit, workers], 1)).toMatchObject(counts)
  })

  test('a file that cannot be loaded is a failure', () => {
    const report = reportOf([file('a.test.ts', ['passed']), file('b.test.ts', [])])
    expect(tallyOf(report, [unit], 1)).toEqual({
      ...{ passed: 1, failed: 1, skipped: 0, problems: [] },
      failures: [{ file: 'b.test.ts', test: '', message: 'Cannot find module' }],
    })
  })

  test('a suite without a single test that ran is a problem, also beside one that ran', () => {
    const report = reportOf([file('a.test.ts', ['passed']), file('b.workers.test.ts', ['pending'])])
    expect(tallyOf(report, [unit, workers], 0).problems).toEqual(['workers ran no test'])
  })

  test('a run that ended without a report is a problem', () => {
    expect(tallyOf(undefined, [unit, workers], 137).problems).toEqual(['unit and workers ended without a report'])
  })

  test('an error outside of the tests is a problem although every test passed', () => {
    const report = { ...reportOf([file('a.test.ts', ['passed'])]), success: false }
    expect(tallyOf(report, [unit], 1).problems).toEqual(['unit ended with an error outside of the tests'])
  })

  test('what failed is said again at the end: the test, and the beginning of its error without colors', () => {
    const message = '\u001B[31mAssertionError: no\u001B[39m\n    at /checkout/node_modules/chai/index.js:1\n    at /checkout/a.ts:3'
    expect(describeFailures([{ file: 'a.test.ts', test: 'adds up', message }])).toEqual([
      'Failed: a.test.ts: adds up',
      '    AssertionError: no',
      '        at /checkout/a.ts:3',
    ])
    expect(describeFailures([{ file: 'b.test.ts', test: '', message: '' }])).toEqual([
      'Failed: b.test.ts (could not be loaded)',
    ])
    const many = Array.from({ length: 25 }, () => ({ file: 'a.test.ts', test: 'x', message: '' }))
    expect(describeFailures(many)).toHaveLength(21)
    expect(describeFailures(many).at(-1)).toBe('… and 5 more')
  })

  test('the last line is plain, and names skipped tests only when there are some', () => {
    const one = { passed: 3, failed: 0, skipped: 0, failures: [], problems: [] }
    expect(describeTally(one)).toBe('3 passed, 0 failed')
    expect(describeTally(total([one, { ...one, passed: 1, failed: 2, skipped: 1 }]))).toBe(
      '4 passed, 2 failed, 1 skipped',
    )
  })
})
