import { expect, test } from 'vitest'
import { boundedFields, boundedJson } from './bounded-json.ts'

const nested = (levels: number): unknown => (levels === 0 ? 1 : { in: nested(levels - 1) })

test('what is small stays as it is', () => {
  const given = { text: 'x', list: [1, null, true, { deep: 'y' }], none: {} }
  expect(boundedJson(given)).toEqual({ value: given, cut: false })
  expect(boundedJson(nested(8))).toEqual({ value: nested(8), cut: false })
})

test('what lies deeper than eight levels is left out', () => {
  const { value, cut } = boundedJson(nested(9))
  expect(cut).toBe(true)
  expect(JSON.stringify(value)).toBe(`${'{"in":'.repeat(7)}{}${'}'.repeat(7)}`)
})

test('at most 2,000 values are kept, in lists and in objects', () => {
  const list = boundedJson(Array(3_000).fill(0))
  expect(list.cut).toBe(true)
  expect(list.value).toHaveLength(1_999)
  const fields = boundedFields(Object.fromEntries(Array.from({ length: 3_000 }, (_, index) => [`k${index}`, 0])))
  expect(fields.cut).toBe(true)
  expect(Object.keys(fields.value)).toHaveLength(2_000)
})

test('a long text ends in an ellipsis, and a long name takes its field along', () => {
  const { value, cut } = boundedFields({ text: 'x'.repeat(5_000), ['n'.repeat(201)]: 1 })
  expect(cut).toBe(true)
  expect(value).toEqual({ text: `${'x'.repeat(3_999)}…` })
})
