import { expect, test } from 'vitest'
import { runChecks } from './run-checks.ts'

const good = { name: 'good', run: async () => ({ ok: true, output: 'nothing to see' }) }
const bad = { name: 'bad', run: async () => ({ ok: false, output: 'a.ts: wrong' }) }

test('all checks run after a failure, and the failed ones say what they found', async () => {
  const lines: string[] = []
  const verdict = await runChecks([bad, good], (line) => lines.push(line))
  expect(verdict).toEqual({ ok: false, failed: ['bad'] })
  expect(lines.map((line) => line.replace(/[\d.]+ s$/, 'N s'))).toEqual([
    'FAILED bad          N s',
    'a.ts: wrong',
    'ok     good         N s',
  ])
})

test('a check that breaks down is a failure, not a crash', async () => {
  const broken = { name: 'broken', run: () => Promise.reject(new Error('no such tool')) }
  expect(await runChecks([broken, good], () => undefined)).toEqual({ ok: false, failed: ['broken'] })
})

test('when all is well the verdict is good', async () => {
  expect(await runChecks([good], () => undefined)).toEqual({ ok: true, failed: [] })
})
