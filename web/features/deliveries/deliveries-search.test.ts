import { describe, expect, it } from 'vitest'
import { DeliveryFilter, ReplayDeliveries } from '#schema/contracts/deliveries'
import { countFilters, DeliveriesSearch, filterOf, localMinuteOf, stretchOf } from './deliveries-search.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const read = (search: object) => DeliveriesSearch.parse(search)

describe('the filter in the address', () => {
  it('ignores what is none', () => {
    const search = read({ status: 'odd', result: 1, provider: 'nobody', last: '30d', from: 'then', to: '2026-99-99T00:00', page: 2 })
    expect(countFilters(search)).toBe(0)
    expect(filterOf(search, NOW)).toEqual({})
  })

  it('is one that the API takes', () => {
    const search = read({ status: 'failed', result: 'failed', provider: 'github', event: 'push', last: '24h', q: 'main' })
    const filter = filterOf(search, NOW)
    expect(DeliveryFilter.parse(filter)).toEqual(filter)
    expect(filter).toMatchObject({ eventType: 'push', from: '2026-11-20T12:00:00.000Z' })
    expect(countFilters(search)).toBe(6)
  })

  it('keeps a number that is looked for', () => {
    expect(filterOf(read({ q: 42 }), NOW)).toEqual({ q: '42' })
  })

  it('counts a stretch of time once', () => {
    expect(countFilters(read({ from: '2026-11-20T10:00', to: '2026-11-20T11:00' }))).toBe(1)
  })

  it('reads minutes where the reader is', () => {
    const { from } = filterOf(read({ from: '2026-11-20T10:00' }), NOW)
    expect(new Date(from ?? '').toString()).toContain('Nov 20 2026 10:00:00')
    expect(localMinuteOf(Date.parse(from ?? ''))).toBe('2026-11-20T10:00')
  })
})

describe('the stretch of a replay', () => {
  it('ends now when the filter has no end', () => {
    const filter = filterOf(read({ last: '1h', status: 'failed' }), NOW)
    const stretch = stretchOf(filter, NOW)
    expect(stretch).toEqual({ from: '2026-11-21T11:00:00.000Z', to: '2026-11-21T12:00:00.000Z' })
    expect(ReplayDeliveries.safeParse({ ...filter, ...stretch }).success).toBe(true)
  })

  it('is none without a beginning', () => {
    expect(stretchOf({ status: 'failed' }, NOW)).toBeNull()
    expect(stretchOf({ to: '2026-11-21T12:00:00.000Z' }, NOW)).toBeNull()
  })
})
