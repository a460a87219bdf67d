import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Filter } from '#schema/contracts/filters'
import { emptyClause, emptyGroup, openFilter, readFilter, turnedOver } from './filter-draft.ts'
import { filterInWords } from './filter-words.ts'

const clause = (path: string, value: string | number): Filter => ({ op: 'eq', path, value })
const anyOf: Filter = { op: 'or', filters: [clause('b', 2), clause('c', 3)] }
const opened = (filter: Filter) => readFilter(openFilter(filter))

describe('a filter in the builder', () => {
  it.each<[string, Filter]>([
    ['a clause', clause('a.b', 'x')],
    ['all of', { op: 'and', filters: [clause('a', 1), clause('b', 2)] }],
    ['any of, in all of', { op: 'and', filters: [clause('a', 1), anyOf] }],
    ['none of', { op: 'not', filter: { op: 'or', filters: [clause('a', 1), clause('b', 2)] } }],
    ['not all of', { op: 'not', filter: { op: 'and', filters: [clause('a', 1), clause('b', 2)] } }],
    ['not a clause', { op: 'not', filter: { op: 'exists', path: 'a' } }],
    ['a pattern', { op: 'matches', path: 'a', pattern: ' ^"x, y"$ ' }],
    ['some values', { op: 'in', path: 'a', values: ['x', 'a, b', 3, true, null, '3', ''] }],
    ['a quote within', { op: 'in', path: 'a', values: ['#"#', '', false] }],
    ['an order', { op: 'gte', path: 'a', value: '2026-01-01' }],
    ['a number as text', { op: 'gt', path: 'a', value: '5' }],
  ])('comes out as it went in: %s', (_, filter) => {
    expect(opened(filter)).toEqual({ ok: true, filter })
  })

  it('keeps every value that can be compared with', () => {
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
    fc.assert(
      fc.property(fc.array(scalar, { minLength: 1, maxLength: 5 }), (values) => {
        const [value = null] = values
        for (const filter of [{ op: 'eq', path: 'a', value } as const, { op: 'in', path: 'a', values } as const]) {
          expect(opened(filter)).toEqual({ ok: true, filter })
        }
      }),
    )
  })

  it('drops one not before another, and a group of one part', () => {
    const inner = clause('a', 1)
    expect(opened({ op: 'not', filter: { op: 'not', filter: inner } })).toEqual({ ok: true, filter: inner })
    expect(opened({ op: 'or', filters: [inner] })).toEqual({ ok: true, filter: inner })
  })

  it('is no filter while it has no part, also in its groups', () => {
    expect(readFilter(openFilter(null))).toEqual({ ok: true, filter: null })
    const nested = { by: 'builder', root: emptyGroup([emptyGroup()]) } as const
    expect(readFilter(nested)).toEqual({ ok: true, filter: null })
  })

  it('says what cannot be read', () => {
    const unwritten = { by: 'builder', root: emptyGroup([emptyClause()]) } as const
    expect(readFilter(unwritten)).toMatchObject({ ok: false })
    expect(turnedOver(unwritten)).toBeNull()
  })
})

describe('a filter as JSON', () => {
  it('is the same filter', () => {
    const filter: Filter = { op: 'and', filters: [clause('a', 1), { op: 'exists', path: 'b' }] }
    const json = turnedOver(openFilter(filter))
    expect(json).toMatchObject({ by: 'json' })
    expect(json && readFilter(json)).toEqual({ ok: true, filter })
    expect(json && turnedOver(json)).toMatchObject({ by: 'builder', root: { mode: 'and' } })
  })

  it.each([
    ['{ "op": ', 'This is not valid JSON'],
    ['{ "op": "eq", "path": "a b", "value": 1 }', 'path'],
    ['{ "op": "and", "filters": [] }', 'filters'],
    ['3', 'The filter'],
  ])('says what is wrong with %s', (text, told) => {
    const read = readFilter({ by: 'json', text })
    expect(read.ok ? '' : read.message).toContain(told)
  })

  it('is none when nothing is written', () => {
    expect(readFilter({ by: 'json', text: ' \n' })).toEqual({ ok: true, filter: null })
  })
})

it('is said in one line', () => {
  const words = filterInWords({
    op: 'and',
    filters: [
      { op: 'in', path: 'a', values: ['x', 3] },
      { op: 'or', filters: [clause('b', 'y'), { op: 'not', filter: { op: 'exists', path: 'c' } }] },
      { op: 'not', filter: { op: 'and', filters: [clause('d', 1), { op: 'matches', path: 'e', pattern: '^z' }] } },
    ],
  })
  expect(words).toBe('a is one of x, 3 and (b is y or c is not there) and not (d is 1 and e matches /^z/)')
})
