import type { FieldIssue } from '#domain/integrations'
import { Filter } from '#schema/contracts/filters'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import { holds } from './evaluate-filter.ts'
import { explain, type Explanation } from './explain-filter.ts'
import { treeOf } from './filter-tree.ts'

/** A filter, read once and then asked about many events. */
export type ConfiguredFilter =
  | {
      ok: true
      filter: Filter
      /** Whether the event is wanted; a refusal says why, and by which part of the filter. */
      matches(event: NormalizedEvent): Explanation
      /** The same without the words. */
      wants(event: NormalizedEvent): boolean
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
  return {
    ok: true,
    filter: read.data,
    matches: (event) => explain(tree, event),
    wants: (event) => holds(tree, event),
  }
}

/** Asks a filter about one event. A filter that cannot be read matches nothing. */
export function explainFilter(
  raw: unknown,
  event: NormalizedEvent,
): { matched: true } | { matched: false; reason: string; clause: Filter | null } {
  const configured = configureFilter(raw)
  if (configured.ok) return configured.matches(event)
  const issues = configured.issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  return { matched: false, reason: `the filter cannot be read: ${issues.join('; ')}`, clause: null }
}
