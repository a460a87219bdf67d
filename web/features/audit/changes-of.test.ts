import { describe, expect, it } from 'vitest'
import { changesOf } from './changes-of.ts'

describe('what an entry of the audit log changed', () => {
  it('is what differs, and nothing else', () => {
    const before = { name: 'Acme', slug: 'acme', domains: ['a.test'] }
    const after = { name: 'Acme Inc', slug: 'acme', domains: ['a.test'] }
    expect(changesOf(before, after)).toEqual([{ name: 'name', before: 'Acme', after: 'Acme Inc' }])
  })

  it('tells what came and what went', () => {
    expect(changesOf(null, { role: 'admin' })).toEqual([{ name: 'role', before: null, after: 'admin' }])
    expect(changesOf({ role: 'admin' }, null)).toEqual([{ name: 'role', before: 'admin', after: null }])
  })

  it('tells a missing value from null, and a text from a number', () => {
    expect(changesOf({ logo: null }, {})).toEqual([{ name: 'logo', before: 'null', after: null }])
    expect(changesOf({ n: 1 }, { n: 2 })).toEqual([{ name: 'n', before: '1', after: '2' }])
  })

  it('looks into nested values', () => {
    expect(changesOf({ a: { b: 1 } }, { a: { b: 2 } })).toHaveLength(1)
    expect(changesOf({ a: { b: 1 } }, { a: { b: 1 } })).toEqual([])
  })
})
