import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson, storableJson } from './json.ts'

test('what Postgres refuses inside jsonb is taken out, at any depth and in keys too', () => {
  const given = { 'a\u0000': ['\uD800x', { deep: 'b\u0000\uDC00' }], fine: '😀', number: 1, nothing: null }
  expect(storableJson(given)).toEqual({ a: ['\uFFFDx', { deep: 'b\uFFFD' }], fine: '😀', number: 1, nothing: null })
})

test('what has nothing of that stays as it is, also where it speaks of it', () => {
  const given = { text: String.raw`the escape \u0000 is refused`, pair: '\uD83D\uDE00' }
  expect(storableJson(given)).toEqual(given)
  expect(storableJson(undefined)).toBeUndefined()
})

test('whatever it is given, nothing is left that Postgres refuses, and nothing else is lost', () => {
  const text = fc.string({ unit: 'binary' }).map((some) => some + (some.length % 2 === 0 ? '\u0000' : '\uD800'))
  const value = fc.oneof(fc.jsonValue(), fc.dictionary(text, fc.array(text)), text)
  fc.assert(
    fc.property(value, (given) => {
      const stored = JSON.stringify(storableJson(given))
      expect(stored).not.toMatch(/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/)
      const plain = JSON.stringify(given)
      if (!plain.includes('\\u')) expect(stored).toBe(plain)
    }),
  )
})

test('equal values have equal texts whatever the order of their keys', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}')
})
