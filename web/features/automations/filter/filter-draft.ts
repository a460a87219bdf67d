import { Filter } from '#schema/contracts/filters'
import type { FilterClause } from '#schema/contracts/filters'
import { readValue, readValues, writeValue, writeValues } from './value-text.ts'

export type Operator = FilterClause['op']
/** How the parts of a group go together: all, any, none, or not all of them. */
export type Mode = 'and' | 'or' | 'nor' | 'nand'

/** A filter while it is written. Numbers tell the rows apart. */
export interface ClauseDraft {
  kind: 'clause'
  key: number
  operator: Operator
  negated: boolean
  path: string
  text: string
}
export interface GroupDraft {
  kind: 'group'
  key: number
  mode: Mode
  parts: FilterDraft[]
}
export type FilterDraft = ClauseDraft | GroupDraft

/** Written by the builder, or as JSON. */
export type FilterState = { by: 'builder'; root: GroupDraft } | { by: 'json'; text: string }
export type ReadFilter = { ok: true; filter: Filter | null } | { ok: false; message: string }

let lastKey = 0
const nextKey = () => (lastKey += 1)

export const emptyClause = (): ClauseDraft => {
  return { kind: 'clause', key: nextKey(), operator: 'eq', negated: false, path: '', text: '' }
}
export const emptyGroup = (parts: FilterDraft[] = []): GroupDraft => {
  return { kind: 'group', key: nextKey(), mode: 'and', parts }
}

/** Opens a filter in the builder. */
export function openFilter(filter: Filter | null): FilterState {
  if (filter === null) return { by: 'builder', root: emptyGroup() }
  const draft = draftOf(filter)
  return { by: 'builder', root: draft.kind === 'group' ? draft : emptyGroup([draft]) }
}

/** What was written, or why it cannot be read. No part at all is no filter. */
export function readFilter(state: FilterState): ReadFilter {
  if (state.by === 'builder') {
    const filter = filterOf(state.root)
    return filter === null ? { ok: true, filter } : checked(filter)
  }
  if (state.text.trim() === '') return { ok: true, filter: null }
  try {
    return checked(JSON.parse(state.text))
  } catch {
    return { ok: false, message: 'This is not valid JSON' }
  }
}

/** The same filter the other way of writing it; null while it cannot be read. */
export function turnedOver(state: FilterState): FilterState | null {
  const read = readFilter(state)
  if (!read.ok) return null
  if (state.by === 'json') return openFilter(read.filter)
  return { by: 'json', text: read.filter === null ? '' : JSON.stringify(read.filter, null, 2) }
}

function checked(raw: unknown): ReadFilter {
  const read = Filter.safeParse(raw)
  if (read.success) return { ok: true, filter: read.data }
  const [issue] = read.error.issues
  const at = issue === undefined || issue.path.length === 0 ? 'The filter' : issue.path.join('.')
  return { ok: false, message: `${at}: ${issue?.message ?? 'is not valid'}` }
}

function draftOf(filter: Filter): FilterDraft {
  switch (filter.op) {
    case 'and':
    case 'or':
      return { ...emptyGroup(filter.filters.map(draftOf)), mode: filter.op }
    case 'not':
      return negation(draftOf(filter.filter))
    default:
      return { ...emptyClause(), operator: filter.op, path: filter.path, text: textOf(filter) }
  }
}

const OPPOSITES: Record<Mode, Mode> = { and: 'nand', or: 'nor', nand: 'and', nor: 'or' }

function negation(draft: FilterDraft): FilterDraft {
  if (draft.kind === 'group') return { ...draft, mode: OPPOSITES[draft.mode] }
  return { ...draft, negated: !draft.negated }
}

function filterOf(draft: FilterDraft): Filter | null {
  if (draft.kind === 'clause') return draft.negated ? { op: 'not', filter: clauseOf(draft) } : clauseOf(draft)
  const filters = draft.parts.map(filterOf).filter((part) => part !== null)
  const [only] = filters
  if (only === undefined) return null
  const isNegated = draft.mode === 'nand' || draft.mode === 'nor'
  const op = draft.mode === 'and' || draft.mode === 'nand' ? 'and' : 'or'
  const joined: Filter = filters.length === 1 ? only : { op, filters }
  return isNegated ? { op: 'not', filter: joined } : joined
}

function clauseOf({ operator: op, path: typed, text }: ClauseDraft): FilterClause {
  const path = typed.trim()
  switch (op) {
    case 'exists':
      return { op, path }
    case 'in':
      return { op, path, values: readValues(text) }
    case 'matches':
      return { op, path, pattern: text }
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte': {
      const value = readValue(text)
      return { op, path, value: typeof value === 'number' || typeof value === 'string' ? value : text.trim() }
    }
    default:
      return { op, path, value: readValue(text) }
  }
}

function textOf(clause: FilterClause): string {
  if (clause.op === 'exists') return ''
  if (clause.op === 'in') return writeValues(clause.values)
  return clause.op === 'matches' ? clause.pattern : writeValue(clause.value)
}
