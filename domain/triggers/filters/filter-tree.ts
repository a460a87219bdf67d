import type { FieldIssue } from '#domain/integrations'
import type { Filter, FilterClause } from '#schema/contracts/filters'
import { type Pattern, readPattern } from './read-pattern.ts'
import { type Step, stepsOf } from './read-path.ts'

/** A clause with its path and its pattern read, so that asking it about an event costs no more than looking. */
export interface ClauseNode {
  kind: 'clause'
  filter: FilterClause
  steps: Step[]
  /** Only of `matches`. */
  pattern: Pattern | null
}

export type FilterNode =
  | ClauseNode
  | { kind: 'and' | 'or'; filter: Filter; parts: FilterNode[] }
  | { kind: 'not'; filter: Filter; part: FilterNode }

/** Reads a filter once for all events; adds to `issues` what is wrong with its patterns. */
export function treeOf(filter: Filter, path: string, issues: FieldIssue[]): FilterNode {
  if ('filters' in filter) {
    const parts = filter.filters.map((part, index) => treeOf(part, `${path}filters.${index}.`, issues))
    return { kind: filter.op, filter, parts }
  }
  if ('filter' in filter) return { kind: 'not', filter, part: treeOf(filter.filter, `${path}filter.`, issues) }
  return { kind: 'clause', filter, steps: stepsOf(filter.path), pattern: patternOf(filter, path, issues) }
}

function patternOf(clause: FilterClause, path: string, issues: FieldIssue[]): Pattern | null {
  if (clause.op !== 'matches') return null
  const read = readPattern(clause.pattern)
  if (read.ok) return read.pattern
  issues.push({ path: `${path}pattern`, message: read.message })
  return null
}
