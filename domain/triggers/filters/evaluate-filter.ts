import type { FilterClause } from '#schema/contracts/filters'
import { compare } from './compare.ts'
import type { ClauseNode, FilterNode } from './filter-tree.ts'
import { stepInto } from './read-path.ts'

/**
 * What one filter may do about one event, in steps of a pattern over a character: about a twentieth of a second of the
 * most hostile patterns. Two or three ordinary ones search the longest text of an event, a hundred a title. Everything
 * that filters do is counted, since clauses, items of lists and characters multiply.
 */
export const MAX_WORK = 500_000
/** Comparing characters is so much cheaper than stepping a pattern over them. */
const CHARACTERS_PER_STEP = 64

/** Null where telling takes too much work: neither a filter nor its negation is true then. */
export type Truth = boolean | null

/** An event, or any other JSON value, that one filter is asked about: what was found out, and how much may be done yet. */
export interface Inquiry {
  event: unknown
  workLeft: number
  answers: Map<ClauseNode, Answer>
}

/** What a clause says: of `values`, what is at its path, `found` is the one that decided, if one did. */
export interface Answer {
  values: unknown[]
  truth: Truth
  found: unknown
}

export const inquire = (event: unknown): Inquiry => ({ event, workLeft: MAX_WORK, answers: new Map() })

/** Whether an event is what a filter wants. Never throws. */
export function truthOf(node: FilterNode, inquiry: Inquiry): Truth {
  switch (node.kind) {
    case 'and':
      return joined(node.parts, inquiry, false)
    case 'or':
      return joined(node.parts, inquiry, true)
    case 'not': {
      const truth = truthOf(node.part, inquiry)
      return truth === null ? null : !truth
    }
    case 'clause':
      return answerOf(node, inquiry).truth
    default:
      return node satisfies never
  }
}

/** One `decisive` part decides whatever the others are; otherwise all of them must be known. */
function joined(parts: FilterNode[], inquiry: Inquiry, decisive: boolean): Truth {
  let truth: Truth = !decisive
  for (const part of parts) {
    const one = truthOf(part, inquiry)
    if (one === decisive) return decisive
    if (one === null) truth = null
  }
  return truth
}

/** What a clause says of the event; asked once, however often its words are wanted. */
export function answerOf(node: ClauseNode, inquiry: Inquiry): Answer {
  const known = inquiry.answers.get(node)
  if (known) return known
  const answer = ask(node, inquiry)
  inquiry.answers.set(node, answer)
  return answer
}

/**
 * `ne` says that no value at its path is the given one, so it is true where there is none; every other operator asks for
 * one value of which it is true.
 */
function ask(node: ClauseNode, inquiry: Inquiry): Answer {
  const values = reached(node, inquiry)
  if (values === null) return { values: [], found: undefined, truth: null }
  const { truth, found } = search(node, inquiry, values)
  return { values, found, truth: node.filter.op === 'ne' && truth !== null ? !truth : truth }
}

/** Null when there is no work left to walk that far, nor then for any clause that follows. */
function reached(node: ClauseNode, inquiry: Inquiry): unknown[] | null {
  let values = [inquiry.event]
  for (const step of node.steps) {
    if (inquiry.workLeft <= 0) return null
    values = stepInto(values, step)
    inquiry.workLeft -= values.length
  }
  return inquiry.workLeft < 0 ? null : values
}

function search(node: ClauseNode, inquiry: Inquiry, values: unknown[]): { truth: Truth; found?: unknown } {
  let truth: Truth = false
  for (const value of values) {
    const work = workOf(node, value)
    if (work > inquiry.workLeft) {
      truth = null
      continue
    }
    inquiry.workLeft -= work
    if (isTrueOf(node, value)) return { truth: true, found: value }
  }
  return { truth }
}

/** At least one for every value that is looked at. */
function workOf({ filter, pattern }: ClauseNode, value: unknown): number {
  if (filter.op === 'in') return filter.values.length
  if (filter.op === 'matches' && typeof value === 'string') return (pattern?.size ?? 0) * (value.length + 1)
  if (filter.op !== 'contains') return 1
  if (Array.isArray(value)) return 1 + value.length
  const pairs = typeof value === 'string' && typeof filter.value === 'string' ? value.length * filter.value.length : 0
  return 1 + Math.ceil(pairs / CHARACTERS_PER_STEP)
}

function isTrueOf({ filter, pattern }: ClauseNode, value: unknown): boolean {
  switch (filter.op) {
    case 'eq':
    case 'ne':
      return value === filter.value
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
