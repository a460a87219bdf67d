import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readTraceparent, spanIdOf, traceIdOf, traceparentOf } from './trace.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

test('a trace that is handed on is read as it was written', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (a, b) => {
      const context = { traceId: traceIdOf(a), spanId: spanIdOf(b) }
      expect(readTraceparent(traceparentOf(context))).toEqual(context)
    }),
  )
})

test('a later version may say more', () => {
  expect(readTraceparent(`01-${TRACE}-${SPAN}-00-what-comes`)).toEqual({ traceId: TRACE, spanId: SPAN })
})

test.each([
  null, '', 'garbage', `ff-${TRACE}-${SPAN}-01`, `00-${'0'.repeat(32)}-${SPAN}-01`, `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`, `00-${TRACE}-${SPAN}`, `00-${TRACE.slice(1)}-${SPAN}-01`,
])('a header that names no trace begins a new one: %s', (header) => {
  expect(readTraceparent(header)).toBeNull()
})
