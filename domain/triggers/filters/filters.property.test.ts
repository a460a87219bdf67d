import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Filter, FilterClause } from '#schema/contracts/filters'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import { configureFilter } from './configure-filter.ts'

const RUNS = { numRuns: 2_000 }
/** Filters are asked about events, but must bear any JSON. */
const asEvent = (value: unknown) => value as NormalizedEvent

const NAMES = ['a', 'b', 'toString', '__proto__', 'x y']
const PATTERNS = ['a', '^b', 'x$', 'a.c', '(ab)+', '[0-9]{2}']
const INSTANTS = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z', '2026-01-01T01:00:00+02:00']

const scalar = fc.oneof(
  fc.constantFrom<string | number | boolean | null>('a', 'b', 'ab', 'abx', '10', '', ...INSTANTS, null, true, false),
  fc.integer({ min: -2, max: 2 }),
)
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    // Parsed, so that __proto__ is a name like any other, as it is in a payload.
    fc.array(fc.tuple(fc.constantFrom(...NAMES), tie('value')), { maxLength: 3 }).map((entries) => {
      const fields = entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
      return JSON.parse(`{${fields.join(',')}}`) as unknown
    }),
  ),
})).value

const step = fc.constantFrom('.a', '.b', '.toString', '.__proto__', '["x y"]', "['x y']", '[0]', '[1]', '[*]', '.length')
const path = fc
  .tuple(fc.constantFrom('a', 'b', '$.a', '$["b"]', '$'), fc.array(step, { maxLength: 3 }))
  .map(([first, steps]) => first + steps.join(''))

const clause: fc.Arbitrary<FilterClause> = fc.oneof(
  fc.record({ op: fc.constantFrom('eq' as const, 'ne' as const), path, value: scalar }),
  fc.record({ op: fc.constant('in' as const), path, values: fc.array(scalar, { minLength: 1, maxLength: 3 }) }),
  fc.record({ op: fc.constant('contains' as const), path, value: scalar }),
  fc.record({ op: fc.constant('matches' as const), path, pattern: fc.constantFrom(...PATTERNS) }),
  fc.record({
    op: fc.constantFrom('gt' as const, 'gte' as const, 'lt' as const, 'lte' as const),
    path,
    value: scalar.filter((value): value is string | number => ['string', 'number'].includes(typeof value)),
  }),
  fc.record({ op: fc.constant('exists' as const), path }),
)
const filter = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4 },
    clause,
    fc.record({
      op: fc.constantFrom('and' as const, 'or' as const),
      filters: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ op: fc.constant('not' as const), filter: tie('filter') }),
  ),
})).filter

/** The same rules once more, in the plainest words: by recursion over the text of the path, and by RegExp. */
function naive(wanted: Filter, event: unknown): boolean {
  if ('filter' in wanted) return !naive(wanted.filter, event)
  if ('filters' in wanted) {
    const held = wanted.filters.filter((one) => naive(one, event)).length
    return wanted.op === 'and' ? held === wanted.filters.length : held > 0
  }
  const values = look(event, wanted.path.startsWith('$') ? wanted.path.slice(1) : `.${wanted.path}`)
  if (wanted.op === 'ne') return values.filter((value) => value === wanted.value).length === 0
  return values.filter((value) => naiveClause(wanted, value)).length > 0
}

function look(value: unknown, rest: string): unknown[] {
  if (rest === '') return [value]
  const [head = '', name] = /^(?:\.(\w+)|\[[^\]]*\])/.exec(rest) ?? []
  const tail = rest.slice(head.length)
  if (Array.isArray(value)) {
    if (head === '[*]') return value.map((item) => look(item, tail)).flat(1)
    const index = /^\[\d+\]$/.test(head) ? Number(head.slice(1, -1)) : -1
    return index in value ? look(value[index], tail) : []
  }
  if (typeof value !== 'object' || value === null || /^\[[^"']/.test(head)) return []
  const found = Object.entries(value).find(([key]) => key === (name ?? head.slice(2, -2)))
  return found ? look(found[1], tail) : []
}

function naiveClause(wanted: FilterClause, value: unknown): boolean {
  if (wanted.op === 'exists') return true
  if (wanted.op === 'in') return wanted.values.includes(value as string)
  if (wanted.op === 'eq' || wanted.op === 'ne') return value === wanted.value
  if (wanted.op === 'matches') return typeof value === 'string' && new RegExp(wanted.pattern, 'u').test(value)
  if (wanted.op === 'contains') {
    if (Array.isArray(value)) return value.includes(wanted.value)
    return typeof value === 'string' && typeof wanted.value === 'string' && value.includes(wanted.value)
  }
  return typeof value === typeof wanted.value && naiveOrder(wanted.op, value as string, wanted.value as string)
}

function naiveOrder(op: 'gt' | 'gte' | 'lt' | 'lte', left: string, right: string): boolean {
  const instants = INSTANTS.includes(left) && INSTANTS.includes(right)
  const [x, y] = instants ? [new Date(left).getTime(), new Date(right).getTime()] : [left, right]
  return { gt: x > y, gte: x >= y, lt: x < y, lte: x <= y }[op]
}

const explain = (wanted: Filter, event: unknown) => {
  const configured = configureFilter(wanted)
  if (!configured.ok) throw new TypeError(JSON.stringify(configured.issues))
  return configured.matches(asEvent(event))
}
const wants = (wanted: Filter, event: unknown): boolean => explain(wanted, event).matched
const not = (one: Filter): Filter => ({ op: 'not', filter: one })

test('a filter decides as its plainest reading does', () => {
  const decided = { true: 0, false: 0 }
  fc.assert(
    fc.property(filter, json, (wanted, value) => {
      const expected = naive(wanted, value)
      decided[`${expected}`] += 1
      expect(wants(wanted, value)).toBe(expected)
    }),
    { numRuns: 5_000 },
  )
  expect(Math.min(decided.true, decided.false)).toBeGreaterThan(500)
})

test('every refusal has words and a part of the filter', () => {
  fc.assert(
    fc.property(filter, json, (wanted, value) => {
      const explained = explain(wanted, value)
      if (explained.matched) return
      expect(explained.reason.length).toBeGreaterThan(5)
      expect(JSON.stringify(wanted)).toContain(JSON.stringify(explained.clause))
      expect(wants(explained.clause, value)).toBe(false)
    }),
    RUNS,
  )
})

test('not all is some not, and none is all not', () => {
  fc.assert(
    fc.property(fc.array(filter, { minLength: 1, maxLength: 3 }), json, (filters, value) => {
      const negated = filters.map(not)
      // Two levels are added to the at most five of each part: eight are allowed.
      expect(wants(not({ op: 'and', filters }), value)).toBe(wants({ op: 'or', filters: negated }, value))
      expect(wants(not({ op: 'or', filters }), value)).toBe(wants({ op: 'and', filters: negated }, value))
    }),
    RUNS,
  )
})

test('any JSON may be asked about any filter, and any JSON may be given as a filter', () => {
  fc.assert(
    fc.property(fc.oneof(filter, fc.jsonValue({ maxDepth: 12 }), json), fc.jsonValue(), (raw, value) => {
      const configured = configureFilter(raw)
      if (configured.ok) expect(typeof configured.matches(asEvent(value)).matched).toBe('boolean')
      else expect(configured.issues).not.toEqual([])
    }),
    RUNS,
  )
})

test('any text may be a pattern, and be searched', () => {
  const symbols = fc.stringMatching(/^[()[\]{}*+?|\\^$.a-c0-9:=!<>-]{1,30}$/)
  const source = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), symbols)
  fc.assert(
    fc.property(source, fc.string({ unit: 'binary' }), (pattern, text) => {
      const configured = configureFilter({ op: 'matches', path: 'a', pattern })
      if (configured.ok) expect(typeof configured.matches(asEvent({ a: text })).matched).toBe('boolean')
    }),
    RUNS,
  )
})
