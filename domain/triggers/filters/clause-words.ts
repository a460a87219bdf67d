import type { Filter, FilterClause } from '#schema/contracts/filters'
import { compare } from './compare.ts'
import type { Answer } from './evaluate-filter.ts'
import type { ClauseNode } from './filter-tree.ts'

const MAX_VALUE_CHARACTERS = 80
const MAX_VALUES_SHOWN = 5

const ORDER_WORDS = { gt: 'more than', gte: 'at least', lt: 'less than', lte: 'at most' }

/** Why a clause is false of what is at its path, as in `context.linear.priority is 3, not 1 or 2`. */
export function whyClauseIsFalse(node: ClauseNode, values: unknown[]): string {
  const { filter } = node
  const [value, ...others] = values
  if (filter.op === 'ne') return `${filter.path} is ${show(filter.value)}, which the filter excludes`
  if (values.length === 0) return `${missing(filter.path)}${filter.op === 'exists' ? '' : `, ${wish(filter)}`}`
  if (others.length > 0) return `none of ${filter.path} (${showSome(values)}) ${claim(filter)}`
  return `${filter.path} is ${show(value)}, ${objection(node, value)}`
}

/** Why a clause is true of what is at its path. */
export function whyClauseIsTrue({ filter }: ClauseNode, { values, found }: Answer): string {
  if (filter.op === 'exists') return `${filter.path} is there`
  if (filter.op === 'ne') {
    if (values.length === 0) return missing(filter.path)
    return `${filter.path} is ${showSome(values)}, not ${show(filter.value)}`
  }
  if (filter.op === 'eq' || filter.op === 'in') return `${filter.path} is ${show(found)}`
  if (filter.op === 'contains' || filter.op === 'matches') return `${filter.path} ${claim(filter)}`
  return `${filter.path} is ${show(found)}, ${ORDER_WORDS[filter.op]} ${show(filter.value)}`
}

/** Of a clause that was given up. */
export const tooMuch = (filter: Filter): string =>
  'path' in filter ? `${filter.path} is too much to search for ${wanted(filter)}` : 'too much to search'

const missing = (path: string) => (path.includes('[*]') ? `there is no ${path}` : `${path} is missing`)

/** What was hoped for where nothing is. */
function wish(clause: FilterClause): string {
  if (clause.op === 'contains') return `so it does not contain ${show(clause.value)}`
  if (clause.op === 'matches') return `so it does not match ${pattern(clause.pattern)}`
  return `not ${wanted(clause)}`
}

/** What a clause says of a value, as the rest of a sentence. */
function claim(clause: FilterClause): string {
  if (clause.op === 'contains') return `contains ${show(clause.value)}`
  if (clause.op === 'matches') return `matches ${pattern(clause.pattern)}`
  return `is ${wanted(clause)}`
}

function objection({ filter }: ClauseNode, value: unknown): string {
  switch (filter.op) {
    case 'contains':
      return `which does not contain ${show(filter.value)}`
    case 'matches':
      return `which does not match ${pattern(filter.pattern)}`
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return compare(value, filter.value) === null
        ? `which has no order with ${show(filter.value)}`
        : `not ${wanted(filter)}`
    default:
      return `not ${wanted(filter)}`
  }
}

function wanted(clause: FilterClause): string {
  switch (clause.op) {
    case 'in':
      return either(clause.values.map(show))
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return `${ORDER_WORDS[clause.op]} ${show(clause.value)}`
    case 'eq':
    case 'ne':
    case 'contains':
      return show(clause.value)
    case 'matches':
      return pattern(clause.pattern)
    case 'exists':
      return 'there'
    default:
      return clause satisfies never
  }
}

const either = (words: string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`

const pattern = (source: string) => `/${cut(source, MAX_VALUE_CHARACTERS)}/`

function showSome(values: unknown[]): string {
  const shown = values.slice(0, MAX_VALUES_SHOWN).map(show).join(', ')
  return values.length > MAX_VALUES_SHOWN ? `${shown} and ${values.length - MAX_VALUES_SHOWN} more` : shown
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(cut(value, MAX_VALUE_CHARACTERS))
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : listWords(value)
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

const listWords = (items: unknown[]): string =>
  items.length > MAX_VALUES_SHOWN || items.some((item) => typeof item === 'object' && item !== null)
    ? `a list of ${items.length}`
    : `[${items.map(show).join(', ')}]`

/** The beginning of a text that is too long. */
export const cut = (text: string, maxCharacters: number): string =>
  text.length > maxCharacters ? `${text.slice(0, maxCharacters - 1)}…` : text
