import { z } from 'zod'
import { Instant } from '#schema/contracts/common'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import { MAX_POLL_PAGES, type PollContext, type Polled } from '../../contract.ts'
import { ProviderUnavailable } from '../../errors.ts'
import { askLinear, ISSUE_FIELDS } from './graphql.ts'
import { issueContext, linearEvent, LinearIssue } from './issue.ts'

const PAGE_SIZE = 50

const ISSUES = `query Issues($filter: IssueFilter, $first: Int!, $after: String) {
  issues(filter: $filter, first: $first, after: $after, orderBy: updatedAt, includeArchived: true) {
    nodes { ${ISSUE_FIELDS} }
    pageInfo { hasNextPage endCursor }
  }
}`

const DatedIssue = LinearIssue.extend({ createdAt: Instant, updatedAt: Instant })
type DatedIssue = z.output<typeof DatedIssue>
const IssuesPage = z.object({
  issues: z.object({
    nodes: z.array(DatedIssue),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
  }),
})

/** An instant, and the issues of that very instant that were seen: nothing of it is lost, nothing repeated. */
const Mark = z.object({ at: z.string(), ids: z.array(z.string()) })
type Mark = z.output<typeof Mark>

/** Where a list of Linear goes on: its cursor, which is good for the very list that it came from. */
const Place = z.object({ until: z.string().nullable(), after: z.string() })

/**
 * Linear lists the latest first. So a walk goes from the newest issue (`top`) down to `since`, over several polls if it
 * must, and only at its end `top` becomes the new `since`. Issues that change meanwhile stand above `top` and are the next
 * walk's. A walk goes on behind the last page (`place`): from an instant on (`down`) it would never come past one at
 * which more issues changed than one poll may ask for, as an import makes them.
 */
const Cursor = z.object({
  since: Mark,
  /** Where the last finished walk ended: an issue created after it may have slipped out of that walk by a change. */
  createdAfter: z.string(),
  walk: z.object({ top: Mark, down: Mark, place: Place.nullish() }).nullable(),
})
type Cursor = z.output<typeof Cursor>

/** Issues that were created or changed since the last poll. */
export async function pollLinear(context: PollContext): Promise<Polled> {
  const cursor = Cursor.safeParse(context.cursor).data
  if (!cursor) return { events: [], nextCursor: await baseline(context) }
  const events: NormalizedEvent[] = []
  let { walk } = cursor
  let { page, place } = await goingOn(context, cursor)
  for (let asked = 1; ; asked++) {
    const fresh = page.nodes.filter((issue) => !wasSeen(issue, cursor))
    events.push(...fresh.flatMap((issue) => eventsOf(issue, cursor)))
    walk = walkedOver(page.nodes, walk)
    const after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null
    if (!walk || after === null) return { events: events.reverse(), nextCursor: finished(cursor, walk) }
    place = { ...place, after }
    if (asked === MAX_POLL_PAGES) return { events: events.reverse(), nextCursor: { ...cursor, walk: { ...walk, place } } }
    page = await pageAt(context, cursor, place)
  }
}

type Beginning = Omit<z.output<typeof Place>, 'after'> & { after: string | null }

/** The next page of the walk. The issue that a cursor names may be gone by now: then the instant must do. */
async function goingOn(context: PollContext, cursor: Cursor) {
  const { walk } = cursor
  const beginning: Beginning = { until: walk?.down.at ?? null, after: null }
  const place = walk?.place ?? beginning
  try {
    return { place, page: await pageAt(context, cursor, place) }
  } catch (error) {
    if (place.after === null || !ProviderUnavailable.is(error)) throw error
    return { place: beginning, page: await pageAt(context, cursor, beginning) }
  }
}

function pageAt(context: PollContext, { since }: Cursor, { until, after }: Beginning) {
  const updatedAt = { gte: since.at, ...(until === null ? {} : { lte: until }) }
  return issuesPage(context, { updatedAt }, after)
}

async function issuesPage(context: PollContext, filter: Record<string, unknown>, after: string | null) {
  const variables = { filter, first: PAGE_SIZE, after }
  return (await askLinear(context, { query: ISSUES, variables, data: IssuesPage })).issues
}

/** Where a new group begins: at the newest issue there is, by Linear's clock. */
async function baseline(context: PollContext): Promise<Cursor> {
  const { nodes } = await issuesPage(context, {}, null)
  const at = nodes[0]?.updatedAt ?? new Date(0).toISOString()
  return { since: markAt(at, nodes), createdAfter: at, walk: null }
}

const wasSeen = (issue: DatedIssue, { since, walk }: Cursor) =>
  isMarked(since, issue) || (walk !== null && isMarked(walk.down, issue))

const isMarked = (mark: Mark, issue: DatedIssue) => mark.at === issue.updatedAt && mark.ids.includes(issue.id)

const markAt = (at: string, issues: DatedIssue[], known: string[] = []): Mark => ({
  at,
  ids: [...new Set([...known, ...issues.filter((issue) => issue.updatedAt === at).map(({ id }) => id)])],
})

function walkedOver(nodes: DatedIssue[], walk: Cursor['walk']): Cursor['walk'] {
  const [first, last] = [nodes[0], nodes.at(-1)]
  if (!first || !last) return walk
  const top = walk?.top ?? { at: first.updatedAt, ids: [] }
  const same = walk?.down.at === last.updatedAt ? walk.down.ids : []
  return { top: markAt(top.at, nodes, top.ids), down: markAt(last.updatedAt, nodes, same) }
}

function finished(cursor: Cursor, walk: Cursor['walk']): Cursor {
  if (!walk) return { ...cursor, walk: null }
  const { at, ids } = walk.top
  const since = at === cursor.since.at ? { at, ids: [...new Set([...cursor.since.ids, ...ids])] } : walk.top
  return { since, createdAfter: cursor.since.at, walk: null }
}

/** Created since the last walk, changed, or either: what happened twice is told by its key. */
function eventsOf(issue: DatedIssue, { since, createdAfter }: Cursor): NormalizedEvent[] {
  const created = Date.parse(issue.createdAt)
  const actions = [
    ...(created > Date.parse(since.at) ? [] : ['update']),
    ...(created > Date.parse(createdAfter) ? ['create'] : []),
  ]
  const fallback = { key: issue.updatedAt, occurredAt: issue.updatedAt }
  return actions.map((action) =>
    linearEvent({ noun: 'issue', action, subject: issue, context: issueContext(issue), fallback }),
  )
}
