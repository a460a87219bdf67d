import type { Filter } from '#schema/contracts/filters'
import { cut, whyClauseIsFalse, whyClauseIsTrue } from './clause-words.ts'
import { holds } from './evaluate-filter.ts'
import type { FilterNode } from './filter-tree.ts'
import { valuesAt } from './read-path.ts'

/** Whether a filter wants an event; `clause` is the part of the filter that decided against it. */
export type Explanation = { matched: true } | { matched: false; reason: string; clause: Filter }

/** Longer reasons help nobody, and are stored with every delivery. */
const MAX_REASON_CHARACTERS = 1_000

/** What a filter says to an event, in words a person can act on. Never throws. */
export function explain(node: FilterNode, event: unknown): Explanation {
  if (holds(node, event)) return { matched: true }
  const decisive = decisiveOf(node, event)
  return { matched: false, reason: cut(whyFalse(decisive, event), MAX_REASON_CHARACTERS), clause: decisive.filter }
}

/** Of several that must be true, the first that is not. */
function decisiveOf(node: FilterNode, event: unknown): FilterNode {
  const failed = node.kind === 'and' ? node.parts.find((part) => !holds(part, event)) : undefined
  return failed === undefined ? node : decisiveOf(failed, event)
}

function whyFalse(node: FilterNode, event: unknown): string {
  switch (node.kind) {
    case 'clause':
      return whyClauseIsFalse(node, valuesAt(event, node.steps))
    case 'and':
      return whyFalse(decisiveOf(node, event), event)
    case 'or':
      return node.parts.map((part) => whyFalse(part, event)).join('; ')
    case 'not':
      return `${whyTrue(node.part, event)}, which the filter excludes`
    default:
      return node satisfies never
  }
}

function whyTrue(node: FilterNode, event: unknown): string {
  switch (node.kind) {
    case 'clause':
      return whyClauseIsTrue(node, valuesAt(event, node.steps))
    case 'and':
      return node.parts.map((part) => whyTrue(part, event)).join(', and ')
    case 'or':
      return node.parts.filter((part) => holds(part, event)).slice(0, 1).map((part) => whyTrue(part, event)).join('')
    case 'not':
      return whyFalse(node.part, event)
    default:
      return node satisfies never
  }
}
