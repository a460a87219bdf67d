import type { FilterClause } from '#schema/contracts/filters'
import { compare } from './compare.ts'
import type { ClauseNode, FilterNode } from './filter-tree.ts'
import { valuesAt } from './read-path.ts'

/** Whether an event, or any other JSON value, is what a filter wants. Never throws. */
export function holds(node: FilterNode, event: unknown): boolean {
  switch (node.kind) {
    case 'and':
      return node.parts.every((part) => holds(part, event))
    case 'or':
      return node.parts.some((part) => holds(part, event))
    case 'not':
      return !holds(node.part, event)
    case 'clause':
      return clauseHolds(node, valuesAt(event, node.steps))
    default:
      return node satisfies never
  }
}

/**
 * Whether a clause is true of what is at its path. `ne` says that no value there is the given one, so it is true where
 * there is none; every other operator asks for one value of which it is true.
 */
export function clauseHolds(node: ClauseNode, values: unknown[]): boolean {
  if (node.filter.op === 'ne') return !values.includes(node.filter.value)
  return values.some((value) => isTrueOf(node, value))
}

function isTrueOf({ filter, pattern }: ClauseNode, value: unknown): boolean {
  switch (filter.op) {
    case 'eq':
      return value === filter.value
    case 'ne':
      return value !== filter.value
    case 'in':
      return filter.values.some((wanted) => wanted === value)
    case 'contains':
      return contains(value, filter.value)
    case 'matches':
      return typeof value === 'string' && pattern !== null && pattern.found(value)
    case 'exists':
      return true
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return isOrdered(filter, value)
    default:
      return filter satisfies never
  }
}

function contains(value: unknown, wanted: unknown): boolean {
  if (typeof value === 'string') return typeof wanted === 'string' && value.includes(wanted)
  return Array.isArray(value) && value.some((item) => item === wanted)
}

function isOrdered(clause: Extract<FilterClause, { op: 'gt' | 'gte' | 'lt' | 'lte' }>, value: unknown): boolean {
  const order = compare(value, clause.value)
  if (order === null) return false
  if (order === 0) return clause.op === 'gte' || clause.op === 'lte'
  return order > 0 === (clause.op === 'gt' || clause.op === 'gte')
}
