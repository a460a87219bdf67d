import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Journal } from './journal.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'journal-test-'))
  file = path.join(folder, 'state/journal.ndjson')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const note = (journal: Journal, message: string) => journal.record({ type: 'agent.error', message })
const numbers = (journal: Journal, after = 0) => journal.after(after).map(({ sandboxSeq }) => sandboxSeq)

test('numbers count from 1 without gaps, and go on after a restart', () => {
  const journal = new Journal(file)
  for (const message of ['a', 'b', 'c']) note(journal, message)
  expect(numbers(journal)).toEqual([1, 2, 3])
  const next = new Journal(file)
  note(next, 'd')
  expect(numbers(next, 2)).toEqual([3, 4])
})

test('what was acknowledged is forgotten, but its numbers are not used again', () => {
  const journal = new Journal(file)
  for (const message of ['a', 'b']) note(journal, message)
  journal.acknowledge(2)
  journal.acknowledge(1)
  // Opening writes the file anew, without them.
  new Journal(file)
  const next = new Journal(file)
  expect([next.ackedSeq, next.lastSeq, numbers(next)]).toEqual([2, 2, []])
  note(next, 'c')
  expect(numbers(next)).toEqual([3])
})

test('a last line cut by a kill costs only that event', () => {
  note(new Journal(file), 'a')
  appendFileSync(file, '{"event":{"sandboxSeq":2,"at":"2026')
  const journal = new Journal(file)
  note(journal, 'b')
  expect(numbers(new Journal(file))).toEqual([1, 2])
})

test('the file does not grow without end, and is readable for its owner alone', () => {
  const journal = new Journal(file, { compactAtBytes: 10_000 })
  for (let index = 1; index <= 500; index += 1) {
    note(journal, 'x'.repeat(200))
    journal.acknowledge(index - 1)
  }
  expect(statSync(file).size).toBeLessThan(11_000)
  expect(statSync(file).mode & 0o077).toBe(0)
  expect(numbers(new Journal(file))).toEqual([500])
})

test('replies and the epoch survive; an older epoch is not obeyed', () => {
  const journal = new Journal(file)
  expect(journal.obey(3)).toBe(true)
  expect(journal.obey(2)).toBe(false)
  journal.keepReply({ number: 7, ok: true, result: { x: 1 }, error: null })
  const next = new Journal(file)
  expect(next.obey(2)).toBe(false)
  expect(next.obey(3)).toBe(true)
  expect(next.replyTo(7)).toEqual({ number: 7, ok: true, result: { x: 1 }, error: null })
})

test('an event that the Session would refuse is refused here, and leaves no trace', () => {
  const journal = new Journal(file)
  expect(() => note(journal, 'x'.repeat(5_000))).toThrow()
  expect(journal.lastSeq).toBe(0)
  expect(readFileSync(file, 'utf8')).not.toContain('xxxx')
})
