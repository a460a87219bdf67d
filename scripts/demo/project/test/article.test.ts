import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeArticle } from '../src/article.ts'
import { readingMinutes } from '../src/reading-time.ts'
import { summarize } from '../src/summarize.ts'

test('an article is described by its address, reading time and summary', () => {
  assert.deepEqual(describeArticle({ title: 'First steps', body: 'We begin.' }), {
    title: 'First steps',
    address: '/articles/first-steps',
    minutes: 1,
    summary: 'We begin.',
  })
})

test('reading time is rounded up to whole minutes', () => {
  assert.equal(readingMinutes('word '.repeat(220)), 1)
  assert.equal(readingMinutes('word '.repeat(221)), 2)
})

test('a summary ends after a whole word', () => {
  assert.equal(summarize('The quick brown fox jumps', 16), 'The quick brown…')
  assert.equal(summarize('Short enough', 16), 'Short enough')
})
