import { expect, it } from 'vitest'
import { expiryOf } from './expiry.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')

it.each([
  [null, 'Never', 'plain'],
  ['2026-11-21T11:59:59Z', 'Expired', 'over'],
  ['2026-11-21T12:00:00Z', 'Expired', 'over'],
  ['2026-11-22T11:00:00Z', 'Within a day', 'soon'],
  ['2026-11-22T12:00:00Z', 'In 1 day', 'soon'],
  ['2026-12-21T11:59:00Z', 'In 30 days', 'plain'],
  ['2027-11-22T12:00:00Z', 'In 1 year', 'plain'],
])('a key until %s expires: %s', (at, words, tone) => {
  expect(expiryOf(at, NOW)).toEqual({ words, tone })
})
