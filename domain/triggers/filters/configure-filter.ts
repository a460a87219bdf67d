import type { FieldIssue } from '#domain/integrations'
import { Filter } from '#schema/contracts/filters'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import { explain, type Explanation } from './explain-filter.ts'
import { treeOf } from './filter-tree.ts'

/** A filter, read once and then asked about many events. */
export type ConfiguredFilter =
  | {
      ok: true
      filter: Filter
      /** Whether the event is wanted; a refusal says why, and by which part of the filter. */
      matches(event: NormalizedEvent): Explanation
    }
  | { ok: false; issues: FieldIssue[] }

/** Reads a stored or given filter, its patterns included; pure and synchronous, and so is what it returns. */
export function configureFilter(raw: unknown): ConfiguredFilter {
  const read = Filter.safeParse(raw)
  if (!read.success) {
    return { ok: false, issues: read.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })) }
  }
  const issues: FieldIssue[] = []
  const tree = treeOf(read.data, '', issues)
  if (issues.length > 0) return { ok: false, issues }
  return { ok: true, filter: read.data, matches: (event) => explain(tree, event) }
}
