import type { Filter } from '#schema/contracts/filters'
import { cut, tooMuch, whyClauseIsFalse, whyClauseIsTrue } from './clause-words.ts'
import { answerOf, type Inquiry, inquire, truthOf } from './evaluate-filter.ts'
import type { FilterNode } from './filter-tree.ts'

/** Whether a filter wants an event; `clause` is the part of the filter that decided against it. */
export type Explanation = { matched: true } | { matched: false; reason: string; clause: Filter }

/** Longer reasons help nobody, and are stored with every delivery. */
const MAX_REASON_CHARACTERS = 1_000

/** What a filter says to an event, in words a person can act on. Never throws. */
export function explain(node: FilterNode, event: unknown): Explanation {
  const inquiry = inquire(event)
  const truth = truthOf(node, inquiry)
  if (truth === true) return { matched: true }
  const decisive = truth === null ? undecidedOf(node, inquiry) : decisiveOf(node, inquiry)
  const reason = truth === null ? tooMuch(decisive.filter) : whyFalse(decisive, inquiry)
  return { matched: false, reason: cut(reason, MAX_REASON_CHARACTERS), clause: decisive.filter }
}

/** Of several that must be true, the first that is not. */
function decisiveOf(node: FilterNode, inquiry: Inquiry): FilterNode {
  const failed = node.kind === 'and' ? node.parts.find((part) => truthOf(part, inquiry) === false) : undefined
  return failed === undefined ? node : decisiveOf(failed, inquiry)
}

/** The first clause that took too much work. */
function undecidedOf(node: FilterNode, inquiry: Inquiry): FilterNode {
  if (node.kind === 'clause') return node
  const parts = node.kind === 'not' ? [node.part] : node.parts
  const part = parts.find((one) => truthOf(one, inquiry) === null)
  return part === undefined ? node : undecidedOf(part, inquiry)
}

function whyFalse(node: FilterNode, inquiry: Inquiry): string {
  switch (node.kind) {
    case 'clause':
      return whyClauseIsFalse(node, answerOf(node, inquiry).values)
    case 'and':
      return whyFalse(decisiveOf(node, inquiry), inquiry)
    case 'or':
      return node.parts.map((part) => whyFalse(part, inquiry)).join('; ')
    case 'not':
      return `${whyTrue(node.part, inquiry)}, which the filter excludes`
    default:
      return node satisfies never
  }
}

function whyTrue(node: FilterNode, inquiry: Inquiry): string {
  switch (node.kind) {
    case 'clause':
      return whyClauseIsTrue(node, answerOf(node, inquiry))
    case 'and':
      return node.parts.map((part) => whyTrue(part, inquiry)).join(', and ')
    case 'or':
      return node.parts.filter((part) => truthOf(part, inquiry)).slice(0, 1).map((part) => whyTrue(part, inquiry)).join('')
    case 'not':
      return whyFalse(node.part, inquiry)
    default:
      return node satisfies never
  }
}
