import { z } from 'zod'

/** Deeper or larger expressions are refused: every one of them is asked about every event. */
export const MAX_FILTER_DEPTH = 8
export const MAX_FILTER_CLAUSES = 100

/**
 * Where in an event a clause looks: names joined by dots, `["a name"]` for a name with other characters, `[0]` for one
 * item of a list and `[*]` for any of them, as in `context.github.labels[*]`. A leading `$` is the event itself, as in
 * JSONPath.
 */
export const FilterPath = z
  .string()
  .max(300)
  .regex(
    /^[A-Za-z_$][\w$-]*(?:\.[A-Za-z_$][\w$-]*|\[(?:\d{1,4}|\*|"[^"\\]{1,100}"|'[^'\\]{1,100}')\])*$/,
    'names joined by dots, ["a name"] for other names, [0] or [*] for items of a list, after $ or without it; ' +
      'of JSONPath no .., .*, slices, lists of names, places from the end and [?…]',
  )

const Scalar = z.union([z.string().max(2_000), z.number(), z.boolean(), z.null()], {
  error: 'a text of at most 2000 characters, a number, true, false or null',
})
const Orderable = z.union([z.number(), z.string().max(2_000)], {
  error: 'a number, or a text of at most 2000 characters',
})
const path = FilterPath

const clauses = [
  z.strictObject({ op: z.enum(['eq', 'ne']), path, value: Scalar }),
  z.strictObject({ op: z.literal('in'), path, values: z.array(Scalar).min(1).max(100) }),
  z.strictObject({ op: z.literal('contains'), path, value: Scalar }),
  /** A regular expression in the syntax of RE2, whose time is linear in the text. */
  z.strictObject({ op: z.literal('matches'), path, pattern: z.string().min(1).max(500) }),
  z.strictObject({ op: z.enum(['gt', 'gte', 'lt', 'lte']), path, value: Orderable }),
  z.strictObject({ op: z.literal('exists'), path }),
] as const
export type FilterClause = z.infer<(typeof clauses)[number]>

/** An expression over an event: what must be true for a trigger to want it. */
export type Filter = FilterClause | { op: 'and' | 'or'; filters: Filter[] } | { op: 'not'; filter: Filter }

const Expression: z.ZodType<Filter> = z
  .discriminatedUnion('op', [
    ...clauses,
    z.strictObject({
      op: z.enum(['and', 'or']),
      filters: z.array(z.lazy(() => Expression)).min(1).max(MAX_FILTER_CLAUSES),
    }),
    z.strictObject({ op: z.literal('not'), filter: z.lazy(() => Expression) }),
  ])
  .meta({ id: 'Filter' })

/** Measured before it is read: reading follows the nesting, and a hostile one is deeper than any stack. */
export const Filter: z.ZodType<Filter> = z.preprocess((raw, context) => {
  const message = tooLarge(raw)
  if (message !== null) context.addIssue({ code: 'custom', message })
  return raw
}, Expression)

function tooLarge(raw: unknown): string | null {
  let clauseCount = 0
  const waiting = [{ node: raw, depth: 1 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, depth } = next
    if (depth > MAX_FILTER_DEPTH) return `is nested deeper than ${MAX_FILTER_DEPTH} levels`
    const parts = partsOf(node)
    if (parts.length === 0) clauseCount += 1
    if (clauseCount > MAX_FILTER_CLAUSES || parts.length > MAX_FILTER_CLAUSES) {
      return `has more than ${MAX_FILTER_CLAUSES} clauses`
    }
    waiting.push(...parts.map((part) => ({ node: part, depth: depth + 1 })))
  }
  return null
}

function partsOf(node: unknown): unknown[] {
  if (typeof node !== 'object' || node === null) return []
  if ('filters' in node && Array.isArray(node.filters)) return node.filters
  return 'filter' in node ? [node.filter] : []
}
