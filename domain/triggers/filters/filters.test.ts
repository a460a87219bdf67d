import { describe, expect, test } from 'vitest'
import type { Filter } from '#schema/contracts/filters'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import { configureFilter } from './configure-filter.ts'
import { inquire, MAX_WORK, truthOf } from './evaluate-filter.ts'
import { treeOf } from './filter-tree.ts'

const event: NormalizedEvent = {
  provider: 'linear',
  eventType: 'issue_created',
  providerEventType: 'Issue',
  occurredAt: '2026-11-21T10:00:00.000Z',
  dedupKey: 'linear:1:create',
  title: 'Crash on start',
  url: null,
  context: {
    linear: {
      priority: 3,
      labels: ['bug', 'ui'],
      assignee: null,
      team: { key: 'ENG' },
      comments: [{ by: 'ada', size: 10 }, { by: 'bob', size: 20 }],
      dueAt: '2026-11-22T01:00:00+02:00',
      'odd name': true,
    },
  },
}

function explain(filter: unknown, about: NormalizedEvent) {
  const configured = configureFilter(filter)
  if (!configured.ok) throw new TypeError(JSON.stringify(configured.issues))
  return configured.matches(about)
}

const clause = (op: string, path: string, rest: object = {}) => ({ op, path: `context.linear.${path}`, ...rest })
const not = (filter: unknown) => ({ op: 'not', filter })
const matched = { matched: true }

describe('a filter is true of an event when', () => {
  test.each([
    ['a value is the given one', clause('eq', 'priority', { value: 3 })],
    ['null is there and asked for', clause('eq', 'assignee', { value: null })],
    ['a value is one of several', clause('in', 'team.key', { values: ['OPS', 'ENG'] })],
    ['a text contains another', { op: 'contains', path: 'title', value: 'rash' }],
    ['a list contains a value', clause('contains', 'labels', { value: 'ui' })],
    ['any item of a list is the given one', clause('eq', 'labels[*]', { value: 'ui' })],
    ['any item of a list has it inside', clause('gt', 'comments[*].size', { value: 19 })],
    ['one item by its place is the given one', clause('eq', 'comments[1].by', { value: 'bob' })],
    ['a name with other characters is quoted', { op: 'eq', path: 'context.linear["odd name"]', value: true }],
    ['a pattern is found anywhere in a text', { op: 'matches', path: 'title', pattern: '(?i)crash\\b' }],
    ['an instant is later, whatever its zone', clause('lt', 'dueAt', { value: '2026-11-21T23:30:00Z' })],
    ['instants are the same in another precision', { op: 'lte', path: 'occurredAt', value: '2026-11-21T10:00:00Z' }],
    ['a text stands behind another', { op: 'gte', path: 'title', value: 'Crash' }],
    ['null is there', clause('exists', 'assignee')],
    ['no value is the excluded one', clause('ne', 'labels[*]', { value: 'agent' })],
    ['what is excluded is not there at all', clause('ne', 'nothing', { value: 1 })],
    ['the negated is false', not(clause('exists', 'nothing'))],
  ])('%s', (_, filter) => {
    expect(explain(filter, event)).toEqual(matched)
  })
})

describe('a refusal names the clause that decided, in words', () => {
  test.each([
    [clause('in', 'priority', { values: [1, 2] }), 'context.linear.priority is 3, not 1 or 2'],
    [clause('eq', 'priority', { value: '3' }), 'context.linear.priority is 3, not "3"'],
    [clause('eq', 'state', { value: 'Todo' }), 'context.linear.state is missing, not "Todo"'],
    [clause('eq', 'team', { value: 'ENG' }), 'context.linear.team is an object, not "ENG"'],
    [clause('eq', 'labels[*]', { value: 'x' }), 'none of context.linear.labels[*] ("bug", "ui") is "x"'],
    [
      clause('contains', 'labels', { value: 'x' }),
      'context.linear.labels is ["bug", "ui"], which does not contain "x"',
    ],
    [clause('contains', 'priority', { value: 3 }), 'context.linear.priority is 3, which does not contain 3'],
    [clause('contains', 'text', { value: 'x' }), 'context.linear.text is missing, so it does not contain "x"'],
    [clause('ne', 'labels[*]', { value: 'ui' }), 'context.linear.labels[*] is "ui", which the filter excludes'],
    [clause('gt', 'priority', { value: 3 }), 'context.linear.priority is 3, not more than 3'],
    [clause('lte', 'team.key', { value: 3 }), 'context.linear.team.key is "ENG", which has no order with 3'],
    [clause('exists', 'state'), 'context.linear.state is missing'],
    [clause('exists', 'teams[*].key'), 'there is no context.linear.teams[*].key'],
    [{ op: 'matches', path: 'title', pattern: '^fix' }, 'title is "Crash on start", which does not match /^fix/'],
    [{ op: 'eq', path: 'length', value: 1 }, 'length is missing, not 1'],
    [clause('eq', 'labels.length', { value: 2 }), 'context.linear.labels.length is missing, not 2'],
    [clause('exists', 'toString'), 'context.linear.toString is missing'],
    [clause('exists', '__proto__'), 'context.linear.__proto__ is missing'],
    [clause('exists', 'constructor.name'), 'context.linear.constructor.name is missing'],
    [clause('exists', 'labels[2]'), 'context.linear.labels[2] is missing'],
  ])('%j: %s', (filter, reason) => {
    expect(explain(filter, event)).toEqual({ matched: false, reason, clause: filter })
  })

  test('of clauses that must all be true, the first that is not, however deep', () => {
    const decisive = clause('eq', 'priority', { value: 1 })
    const filter = { op: 'and', filters: [clause('exists', 'team'), { op: 'and', filters: [decisive] }] }
    const reason = 'context.linear.priority is 3, not 1'
    expect(explain(filter, event)).toEqual({ matched: false, reason, clause: decisive })
  })

  test('of alternatives, each', () => {
    const filter = { op: 'or', filters: [clause('eq', 'priority', { value: 1 }), clause('exists', 'state')] }
    const reason = 'context.linear.priority is 3, not 1; context.linear.state is missing'
    expect(explain(filter, event)).toEqual({ matched: false, reason, clause: filter })
  })

  test.each([
    [clause('eq', 'priority', { value: 3 }), 'context.linear.priority is 3, which the filter excludes'],
    [clause('contains', 'labels', { value: 'ui' }), 'context.linear.labels contains "ui", which the filter excludes'],
    [
      clause('gt', 'comments[*].size', { value: 15 }),
      'context.linear.comments[*].size is 20, more than 15, which the filter excludes',
    ],
    [clause('ne', 'state', { value: 1 }), 'context.linear.state is missing, which the filter excludes'],
    [clause('exists', 'team'), 'context.linear.team is there, which the filter excludes'],
    [not(clause('exists', 'state')), 'context.linear.state is missing, which the filter excludes'],
    [
      { op: 'or', filters: [clause('exists', 'state'), clause('eq', 'team.key', { value: 'ENG' })] },
      'context.linear.team.key is "ENG", which the filter excludes',
    ],
    [
      { op: 'and', filters: [clause('exists', 'team'), clause('ne', 'priority', { value: 1 })] },
      'context.linear.team is there, and context.linear.priority is 3, not 1, which the filter excludes',
    ],
  ])('of what must not be true, what is: not %j', (filter, reason) => {
    expect(explain(not(filter), event)).toEqual({ matched: false, reason, clause: not(filter) })
  })

  test('long values and long reasons are cut', () => {
    const long = { ...event, title: 'x'.repeat(10_000) }
    const one = explain({ op: 'eq', path: 'title', value: 'y' }, long)
    expect(one).toMatchObject({ reason: `title is "${'x'.repeat(79)}…", not "y"` })
    const filters = Array.from({ length: 100 }, () => ({ op: 'eq', path: 'title', value: 'y' }))
    const many = explain({ op: 'or', filters }, long)
    expect(many.matched ? '' : many.reason).toHaveLength(1_000)
  })
})

describe('a filter is refused, with what is wrong and where, when', () => {
  const deep = (levels: number) => {
    let filter: unknown = clause('exists', 'team')
    for (let level = 1; level < levels; level += 1) filter = not(filter)
    return filter
  }
  const pattern = (source: string) => ({ op: 'matches', path: 'title', pattern: source })
  const wide = (clauses: number) => {
    const half = (length: number) => ({ op: 'or', filters: Array.from({ length }, () => clause('exists', 'team')) })
    return { op: 'and', filters: [half(Math.ceil(clauses / 2)), half(Math.floor(clauses / 2))] }
  }

  test.each([
    ['it is nested too deep', deep(9), '', 'nested deeper than 8 levels'],
    ['it is nested deeper than any stack', deep(200_000), '', 'nested deeper than 8 levels'],
    ['it has too many clauses', wide(101), '', 'more than 100 clauses'],
    ['it is no expression', 'title', '', 'expected object'],
    ['its operator is unknown', { op: 'like', path: 'title', value: 'x' }, 'op', 'discriminator'],
    ['it has a field too many', { op: 'exists', path: 'title', value: 1 }, '', 'value'],
    ['a group has a field too many', { op: 'not', filter: deep(1), path: 'title' }, '', 'path'],
    ['a group is empty', { op: 'and', filters: [] }, 'filters', 'Too small'],
    ['a path is none', { op: 'exists', path: 'a..b' }, 'path', 'names joined by dots'],
    ['a path has script in it', { op: 'exists', path: 'a[0].b()' }, 'path', 'names joined by dots'],
    ['a value is an object', { op: 'eq', path: 'title', value: {} }, 'value', 'a text'],
    ['what cannot be ordered is compared', { op: 'gt', path: 'title', value: true }, 'value', 'a number, or a text'],
    ['a pattern cannot be read', not(not(pattern('('))), 'filter.filter.pattern', 'missing closing )'],
    ['one of two patterns is none', { op: 'or', filters: [pattern('a'), pattern('[')] }, 'filters.1.pattern', 'RE2'],
    ['a pattern looks around', not(pattern('a(?=b)')), 'filter.pattern', '(?='],
    ['a pattern is too large a program', pattern('(a{0,100}){0,10}'), 'pattern', 'repeats or lists too much'],
  ])('%s', (_, filter, path, message) => {
    const configured = configureFilter(filter)
    if (configured.ok) throw new TypeError('accepted')
    expect(configured.issues[0]).toEqual({ path, message: expect.stringContaining(message) })
  })

  test('and accepted right at the limits', () => {
    expect(configureFilter(deep(8)).ok).toBe(true)
    expect(configureFilter(wide(100)).ok).toBe(true)
  })
})

describe('a path is written as in JSONPath too', () => {
  test.each([
    ['$.context.linear.priority', 3],
    ['$["context"].linear.priority', 3],
    ["$['context']['linear'].team.key", 'ENG'],
    ["context['linear']['odd name']", true],
    ['$.context.linear.labels[0]', 'bug'],
    ['$.context.linear.comments[*].by', 'bob'],
  ])('%s', (path, value) => {
    expect(explain({ op: 'eq', path, value }, event)).toEqual(matched)
    expect(explain({ op: 'ne', path, value }, event)).toMatchObject({ matched: false })
  })

  test('$ alone is the event; a name may begin with $, and be it', () => {
    expect(explain({ op: 'exists', path: '$' }, event)).toEqual(matched)
    expect(explain({ op: 'exists', path: '$.$' }, event)).toMatchObject({ matched: false })
    const context = { $: 1, $ref: { $id: 'x' }, "it's": 1, 'a\nb': 1 }
    for (const path of ['$.context.$', 'context["$"]', 'context.$ref.$id', `context["it's"]`, "context['a\nb']"]) {
      expect(explain({ op: 'exists', path }, { ...event, context }), path).toEqual(matched)
    }
  })

  test.each(['$..a', '$.*', '$.a[-1]', '$.a[0:2]', '$.a[?(@.b)]', "$['a','b']", '$a.', '@.a', '$[a]', `$['a"]`])(
    '%s is refused, in words',
    (path) => {
      const configured = configureFilter({ op: 'exists', path })
      expect(configured).toMatchObject({ issues: [{ path: 'path', message: expect.stringContaining('of JSONPath no ..') }] })
    },
  )
})

describe('what a filter may cost about one event is bounded', () => {
  const matches = (path: string, pattern: string): Filter => ({ op: 'matches', path, pattern })
  const repeated = (filter: Filter, times: number): Filter => ({ op: 'or', filters: Array.from({ length: times }, () => filter) })
  const many = (count: number, text: string) => ({ items: Array.from({ length: count }, () => text) })

  /** The work a filter was granted, and what it came to. */
  function spent(filter: Filter, about: unknown) {
    const inquiry = inquire(about)
    const truth = truthOf(treeOf(filter, '', []), inquiry)
    return { truth, work: MAX_WORK - inquiry.workLeft }
  }

  test('a search costs the size of its pattern for every character', () => {
    const [short, long] = [1_000, 2_000].map((length) => spent(matches('a', '(a+)+$'), { a: `${'a'.repeat(length)}!` }))
    expect(short?.work).toBeGreaterThan(1_000)
    expect(long?.work).toBeLessThanOrEqual(2 * (short?.work ?? 0))
  })

  test.each<[string, Filter, unknown]>([
    ['one long text', matches('a', '(?:[ab]{0,14}a){4}[^ab]'), { a: 'ab'.repeat(10_000) }],
    ['one pattern over many items', matches('items[*]', 'a[ab]{60}b[ab]{20}$a'), many(1_000, 'ab'.repeat(30))],
    ['many patterns over one text', repeated(matches('a', '(?:a[ab]{30}){3}a\\z\\za'), 100), { a: 'ab'.repeat(500) }],
    ['many searches for a long text', repeated({ op: 'contains', path: 'a', value: `b${'a'.repeat(1_000)}` }, 100), { a: 'a'.repeat(20_000) }],
    ['many lists of values over many items', repeated({ op: 'in', path: 'items[*]', values: Array(100).fill('y') }, 100), many(30_000, 'x')],
    ['many clauses over many items', repeated({ op: 'eq', path: 'items[*]', value: 'y' }, 100), many(30_000, 'x')],
    ['many lists in a list', repeated({ op: 'contains', path: 'lists[*]', value: 'y' }, 100), { lists: [many(10_000, 'x').items] }],
  ])('%s: what is too much is neither true nor false', (_, filter, about) => {
    const { truth, work } = spent(filter, about)
    // What the last step found is walked before it is known how much it is.
    expect(work).toBeLessThanOrEqual(MAX_WORK + 30_000)
    expect(truth).toBeNull()
    expect(spent({ op: 'not', filter }, about).truth).toBeNull()
  })

  test('the searches of one filter share one budget, and every event has its own', () => {
    const third = matches('title', '(?:[ab]{0,14}a){4}[^ab]')
    const about = { ...event, title: 'ab'.repeat(700) }
    const filter = { op: 'and', filters: Array.from({ length: 4 }, () => not(third)) }
    const configured = configureFilter(filter)
    if (!configured.ok) throw new TypeError('refused')
    expect(configured.matches(about)).toMatchObject({ matched: false, clause: third })
    expect(configured.matches({ ...about, title: 'short' })).toEqual(matched)
    expect(explain({ ...filter, filters: filter.filters.slice(0, 2) }, about)).toEqual(matched)
  })

  test('nothing is matched by what could not be searched, and the reason says so', () => {
    const long = { ...event, title: 'ab'.repeat(100_000) }
    const pattern = '(?i)crash\\b.*x'
    const tooLong = { op: 'matches', path: 'title', pattern }
    const refusal = { matched: false, reason: `title is too much to search for /${pattern}/`, clause: tooLong }
    for (const filter of [tooLong, not(tooLong), { op: 'and', filters: [clause('exists', 'team'), not(tooLong)] }]) {
      expect(explain(filter, long)).toEqual(refusal)
    }
  })

  test('what is decided without it is decided', () => {
    const long = { ...event, title: 'ab'.repeat(100_000) }
    const [tooLong, no] = [matches('title', '(?i)crash\\b.*x'), clause('eq', 'priority', { value: 1 })]
    expect(explain({ op: 'or', filters: [tooLong, clause('exists', 'team')] }, long)).toEqual(matched)
    expect(explain({ op: 'and', filters: [tooLong, no] }, long)).toMatchObject({ matched: false, clause: no })
  })

  test('ordinary patterns are searched in the longest text of an event', () => {
    const title = `${'word '.repeat(4_000)}crash 500`
    const pattern = (source: string) => ({ op: 'matches', path: 'title', pattern: source })
    const filters = [pattern('(?i)\\bcrash\\b.*\\d+'), not(pattern('^wip'))]
    expect(explain({ op: 'and', filters }, { ...event, title })).toEqual(matched)
  })
})
