import { z } from 'zod'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import { MAX_POLL_PAGES, type PollContext, type Polled } from '../../contract.ts'
import { ProviderForbidden } from '../../errors.ts'
import { bearer } from '../common/bearer.ts'
import { type KeptList, keptList, withKeptList } from '../common/kept-list.ts'
import { readAnswer } from '../common/reading.ts'
import type { JiraContext } from './context.ts'
import {
  changeContext,
  ChangeId,
  ChangeItem,
  changeKey,
  instantOf,
  ISSUE_FIELDS,
  issueContext,
  jiraEvent,
  JiraIssue,
} from './issue.ts'
import { JiraSite, siteApi, sitesOf } from './sites.ts'

const PAGE_SIZE = 100
const MINUTE_MS = 60_000
/** Jira's search learns of changes late, and its queries count in minutes: so far back every poll looks again. */
const LOOKBACK_MINUTES = 5
const MAX_SEEN = 1_000

const History = z.object({ id: ChangeId, created: z.string(), items: z.array(ChangeItem) })
const Found = JiraIssue.extend({ changelog: z.object({ histories: z.array(History) }).nullish() })
const Page = z.object({ issues: z.array(Found), nextPageToken: z.string().nullish(), isLast: z.boolean().nullish() })

const State = z.object({
  /** When polling began: what was done before is no news. */
  from: z.string(),
  /** The latest change that was read. */
  since: z.string(),
  /** The changes that were told within the lookback, as `<issue>@<time>`. */
  seen: z.array(z.string()),
  /** A walk that had more pages than one poll may ask for, oldest change first. */
  walk: z.object({ minutes: z.number(), token: z.string().nullable(), createdAfter: z.string() }).nullable(),
})
type State = z.output<typeof State>
const Cursor = z.object({
  sites: z.record(z.string(), State),
  /** The sites that the token reaches. */
  reached: keptList(JiraSite).nullish(),
})

/** Issues that were created or changed since the last poll, on each site that a trigger names or the token reaches. */
export async function pollJira(context: PollContext): Promise<Polled> {
  const { sites: known = {}, reached: kept } = Cursor.safeParse(context.cursor).data ?? {}
  return withKeptList({ kept, now: context.now, ask: () => sitesOf(context) }, (reached) =>
    pollSites(context, { known, reached }),
  )
}

async function pollSites(
  context: PollContext,
  { known, reached }: { known: Record<string, State>; reached: KeptList<JiraSite> },
): Promise<Polled> {
  const wanted = wantedSites(context, reached.items)
  const sites: Record<string, State> = {}
  const events: NormalizedEvent[] = []
  for (const site of wanted) {
    const state = Object.hasOwn(known, site.id) ? known[site.id] : undefined
    const pages = Math.floor(MAX_POLL_PAGES / wanted.length)
    const walked = state ? await walkOn(context, site, { state, pages }) : null
    events.push(...(walked?.events ?? []))
    sites[site.id] = walked?.state ?? beginning(context.now)
  }
  return { events, nextCursor: { sites, reached } }
}

function wantedSites(context: PollContext, reached: JiraSite[]): JiraSite[] {
  const named = context.configs.flatMap(({ sites }) => (Array.isArray(sites) && sites.length > 0 ? [sites] : []))
  const hosts = new Set(named.flat().map((host) => String(host).toLowerCase()))
  const all = named.length < context.configs.length || named.length === 0
  return reached.filter(({ host }) => all || hosts.has(host)).slice(0, MAX_POLL_PAGES)
}

const beginning = (now: Date): State => ({ from: now.toISOString(), since: now.toISOString(), seen: [], walk: null })

/** From the oldest change to the latest. */
async function walkOn(context: PollContext, site: JiraSite, { state, pages }: { state: State; pages: number }) {
  const walk = resumed(state, context.now) ?? begun(state, context.now)
  const events: NormalizedEvent[] = []
  const seen = new Set(state.seen)
  let { since } = state
  let { token } = walk
  for (let asked = 0; asked < pages; asked++) {
    const page = await issuesPage(context, site, { minutes: walk.minutes, token })
    for (const issue of page.issues) {
      const updated = instantOf(issue.fields?.updated)
      if (updated === null || updated <= state.from || seen.has(`${issue.id}@${updated}`)) continue
      seen.add(`${issue.id}@${updated}`)
      events.push(...eventsOf(issue, site, { state, updated, createdAfter: walk.createdAfter }))
      since = updated > since ? updated : since
    }
    token = page.isLast ? null : (page.nextPageToken ?? null)
    if (token === null) return { events, state: keptOf({ ...state, since, walk: null }, seen) }
  }
  return { events, state: keptOf({ ...state, since, walk: { ...walk, token } }, seen) }
}

const begun = (state: State, now: Date) => ({
  minutes: Math.max(0, Math.ceil((now.getTime() - Date.parse(state.since)) / MINUTE_MS)) + LOOKBACK_MINUTES,
  token: null,
  createdAfter: lookback(state.since) > state.from ? lookback(state.since) : state.from,
})

/** The query counts back from now: it is the same only as long as what is still unread lies within its minutes. */
function resumed({ walk, since }: State, now: Date) {
  if (!walk) return null
  return now.getTime() - Date.parse(since) < (walk.minutes - 1) * MINUTE_MS ? walk : null
}

const lookback = (since: string) => new Date(Date.parse(since) - LOOKBACK_MINUTES * MINUTE_MS).toISOString()

function keptOf(state: State, seen: Set<string>): State {
  const oldest = lookback(state.since)
  const recent = [...seen].filter((change) => change.slice(change.indexOf('@') + 1) >= oldest)
  return { ...state, seen: recent.slice(-MAX_SEEN) }
}

type Position = Pick<NonNullable<State['walk']>, 'minutes' | 'token'>

async function issuesPage({ http, token }: PollContext, site: JiraSite, walk: Position) {
  const response = await http({
    method: 'POST',
    url: `${siteApi(site.id)}/search/jql`,
    headers: bearer(token),
    json: {
      // Times would be read in the time zone of the token's owner; minutes before now are the same everywhere.
      jql: `updated >= "-${walk.minutes}m" ORDER BY updated ASC`,
      maxResults: PAGE_SIZE,
      fields: ISSUE_FIELDS,
      expand: 'changelog',
      ...(walk.token === null ? {} : { nextPageToken: walk.token }),
    },
  })
  // A site that was reached an hour ago, and is not any more.
  if (response.status === 404) throw ProviderForbidden({ detail: `${site.host} is not to be reached` })
  return readAnswer(response, Page)
}

/** Created since the last walk, changed, or either: what happened twice is told by its key. */
function eventsOf(
  issue: z.output<typeof Found>,
  site: JiraSite,
  { state, updated, createdAfter }: { state: State; updated: string; createdAfter: string },
): NormalizedEvent[] {
  const created = instantOf(issue.fields?.created) ?? updated
  const about = issueContext(issue, { site: site.host })
  const latest = issue.changelog?.histories.find(({ created: at }) => instantOf(at) === updated)
  const key = changeKey(updated, latest)
  const event = (context: JiraContext, occurredAt: string) =>
    jiraEvent({ noun: 'issue', native: `polled:issue_${context.action}`, key, occurredAt, context })
  const changes = changesSince(issue, state.since)
  const action = changes.changed?.includes('status') ? 'transitioned' : 'updated'
  return [
    ...(created > createdAfter ? [event({ ...about, action: 'created' }, created)] : []),
    ...(created > state.since ? [] : [event({ ...about, ...changes, action }, updated)]),
  ]
}

/** What changed since the last poll, as far as the issue's own history tells. */
function changesSince({ changelog }: z.output<typeof Found>, since: string): Partial<JiraContext> {
  const histories = (changelog?.histories ?? []).filter(({ created }) => (instantOf(created) ?? '') > since)
  return histories.length === 0 ? {} : changeContext(histories.reverse().flatMap(({ items }) => items))
}
