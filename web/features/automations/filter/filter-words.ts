import type { Filter, FilterClause } from '#schema/contracts/filters'
import type { Operator } from './filter-draft.ts'
import { writeValue, writeValues } from './value-text.ts'

/** Each operator as it is said, and its opposite. */
export const OPERATORS: Record<Operator, { label: string; opposite: string }> = {
  eq: { label: 'is', opposite: 'is anything but' },
  ne: { label: 'is not', opposite: 'is never other than' },
  in: { label: 'is one of', opposite: 'is none of' },
  contains: { label: 'contains', opposite: 'does not contain' },
  matches: { label: 'matches', opposite: 'does not match' },
  gt: { label: 'is more than', opposite: 'is not more than' },
  gte: { label: 'is at least', opposite: 'is not at least' },
  lt: { label: 'is less than', opposite: 'is not less than' },
  lte: { label: 'is at most', opposite: 'is not at most' },
  exists: { label: 'is there', opposite: 'is not there' },
}

/** A filter as one line. */
export function filterInWords(filter: Filter): string {
  switch (filter.op) {
    case 'and':
    case 'or':
      return filter.filters.map(partInWords).join(` ${filter.op} `)
    case 'not': {
      const { filter: inner } = filter
      return 'path' in inner ? clauseInWords(inner, true) : `not (${filterInWords(inner)})`
    }
    default:
      return clauseInWords(filter, false)
  }
}

function partInWords(filter: Filter): string {
  const words = filterInWords(filter)
  return 'filters' in filter && filter.filters.length > 1 ? `(${words})` : words
}

function clauseInWords(clause: FilterClause, negated: boolean): string {
  const { label, opposite } = OPERATORS[clause.op]
  return `${clause.path} ${negated ? opposite : label} ${operandInWords(clause)}`.trimEnd()
}

function operandInWords(clause: FilterClause): string {
  switch (clause.op) {
    case 'exists':
      return ''
    case 'in':
      return writeValues(clause.values)
    case 'matches':
      return `/${clause.pattern}/`
    default:
      return writeValue(clause.value)
  }
}
