import { z } from 'zod'
import { Instant } from '#schema/contracts/common'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import { MAX_POLL_PAGES, type PollContext, type Polled } from '../../contract.ts'
import { ProviderForbidden } from '../../errors.ts'
import { bearer } from '../common/bearer.ts'
import { type KeptList, keptList, withKeptList } from '../common/kept-list.ts'
import { readAnswer } from '../common/reading.ts'
import { organizationsOf, SENTRY_API } from './hydrate.ts'
import { issueCreated, SentryIssue } from './issue.ts'

const PAGE_SIZE = 100
/** Clients tell when an error happened, and some tell it late: so far back every poll looks again. */
const LOOKBACK_MS = 10 * 60_000
const MAX_SEEN = 1_000

const Issues = z.array(SentryIssue.extend({ firstSeen: Instant, lastSeen: Instant }))
type Issue = z.output<typeof Issues>[number]

const State = z.object({
  /** When polling began: what was there before is no news. */
  from: z.string(),
  /** The latest time at which an issue was seen, when the last walk began. */
  since: z.string(),
  /** New issues that were told of within the lookback. */
  seen: z.array(z.object({ id: z.string(), at: z.string() })),
  /** A walk that had more pages than one poll may ask for. */
  walk: z.object({ top: z.string(), page: z.string() }).nullable(),
})
type State = z.output<typeof State>
const Cursor = z.object({
  organizations: z.record(z.string(), State),
  /** The organizations that the token can see, where a trigger names none. */
  visible: keptList(z.string()).nullish(),
})

/** Issues that are new in each organization that a trigger names, or that the token can see. */
export async function pollSentry(context: PollContext): Promise<Polled> {
  const { organizations: known = {}, visible: kept = null } = Cursor.safeParse(context.cursor).data ?? {}
  const named = context.configs.map(({ organization }) => organization)
  const wanted = named.filter((slug) => typeof slug === 'string')
  const poll = (visible: KeptList<string> | null) => {
    const slugs = [...new Set([...wanted, ...(visible?.items ?? [])])].slice(0, MAX_POLL_PAGES)
    return pollOrganizations(context, { known, slugs, visible })
  }
  if (wanted.length === named.length && named.length > 0) return poll(null)
  const ask = async () => (await organizationsOf(context)).map(({ slug }) => slug)
  return withKeptList({ kept, now: context.now, ask }, poll)
}

/** One organization that Sentry does not show is left out; the others go on without it. */
async function pollOrganizations(
  context: PollContext,
  input: { known: Record<string, State>; slugs: string[]; visible: KeptList<string> | null },
): Promise<Polled> {
  const { known, slugs, visible } = input
  const pages = Math.floor(MAX_POLL_PAGES / slugs.length)
  const organizations: Record<string, State> = {}
  const events: NormalizedEvent[] = []
  const hidden: string[] = []
  for (const slug of slugs) {
    const state = Object.hasOwn(known, slug) ? known[slug] : undefined
    organizations[slug] = state ?? beginning(context.now)
    if (!state) continue
    const walked = await walk(context, slug, { state, pages }).catch(nullWhereHidden)
    if (walked === null) hidden.push(slug)
    else {
      events.push(...walked.events)
      organizations[slug] = walked.state
    }
  }
  if (hidden.length === 0) return { events, nextCursor: { organizations, visible } }
  const leftOut = `Sentry does not show ${hidden.join(', ')} to this connection`
  if (hidden.length === slugs.length) throw ProviderForbidden({ detail: leftOut })
  return { events, nextCursor: { organizations, visible: null }, leftOut }
}

function nullWhereHidden(error: unknown): null {
  if (ProviderForbidden.is(error)) return null
  throw error
}

const beginning = (now: Date): State => ({ from: now.toISOString(), since: now.toISOString(), seen: [], walk: null })

/** From the issue seen last downwards, as Sentry sorts them, until nothing below can be new. */
async function walk(context: PollContext, slug: string, { state, pages }: { state: State; pages: number }) {
  const floor = Math.max(Date.parse(state.from), Date.parse(state.since) - LOOKBACK_MS)
  const found: Issue[] = []
  const about = { now: context.now, slug }
  let { walk: position } = state
  for (let asked = 0; asked < pages; asked++) {
    const { issues, next } = await issuesPage(context, slug, position?.page ?? null)
    const top = position?.top ?? issues[0]?.lastSeen ?? state.since
    found.push(...issues.filter((issue) => isNew(issue, floor, state)))
    const atTheEnd = next === null || issues.some((issue) => Date.parse(issue.lastSeen) < floor)
    position = atTheEnd ? null : { top, page: next }
    if (atTheEnd) return told(found, { ...state, since: later(top, state.since), walk: null }, about)
  }
  return told(found, { ...state, walk: position }, about)
}

const isNew = (issue: Issue, floor: number, { seen }: State) =>
  Date.parse(issue.firstSeen) > floor && !seen.some(({ id }) => id === issue.id)

const later = (a: string, b: string) => (Date.parse(a) > Date.parse(b) ? a : b)

function told(found: Issue[], state: State, { now, slug }: { now: Date; slug: string }) {
  const fresh = [...new Map(found.map((issue) => [issue.id, issue])).values()].reverse()
  const oldest = Date.parse(state.since) - LOOKBACK_MS
  const seen = [...state.seen, ...fresh.map(({ id, firstSeen }) => ({ id, at: firstSeen }))]
  const kept = seen.filter(({ at }) => Date.parse(at) > oldest).slice(-MAX_SEEN)
  const events = fresh.map((issue) => issueCreated(issue, now.toISOString(), { organization: slug }))
  return { events, state: { ...state, seen: kept } }
}

/** One page; Sentry tells of the next in the `Link` header, also when there is nothing on it. */
async function issuesPage({ http, token }: PollContext, slug: string, page: string | null) {
  const query = new URLSearchParams({ query: 'is:unresolved', sort: 'date', limit: String(PAGE_SIZE) })
  if (page !== null) query.set('cursor', page)
  const url = `${SENTRY_API}/organizations/${encodeURIComponent(slug)}/issues/?${query}`
  const response = await http({ method: 'GET', url, headers: bearer(token) })
  if (response.status === 404) throw ProviderForbidden({ detail: `There is no organization ${slug} to be seen` })
  const link = /rel="next";\s*results="true";\s*cursor="([^"]+)"/.exec(response.headers.link ?? '')
  return { issues: readAnswer(response, Issues), next: link?.[1] ?? null }
}
