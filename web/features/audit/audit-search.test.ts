import { describe, expect, it } from 'vitest'
import { AuditFilter } from '#schema/contracts/audit'
import { AuditSearch, filterOf, isFiltered } from './audit-search.ts'

describe('the filter in the address', () => {
  it('ignores what is none', () => {
    const search = AuditSearch.parse({ actor: 7, verb: 'NOT A VERB', from: 'yesterday', page: 2 })
    expect(isFiltered(search)).toBe(false)
    expect(filterOf(search)).toEqual({})
  })

  it('covers both of its days whole', () => {
    const filter = filterOf(AuditSearch.parse({ from: '2026-03-28', to: '2026-03-29' }))
    expect(new Date(filter.from ?? '').toString()).toContain('Mar 28 2026 00:00:00')
    expect(new Date(filter.to ?? '').toString()).toContain('Mar 30 2026 00:00:00')
  })

  it('is one that the API takes', () => {
    const search = AuditSearch.parse({ actor: 'user-1', verb: 'update', subject: 'api_key', from: '2026-01-01' })
    expect(AuditFilter.safeParse(filterOf(search)).success).toBe(true)
    expect(isFiltered(search)).toBe(true)
  })
})
