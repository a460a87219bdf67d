import { z } from 'zod'
import { type FakeAnswer, type FakeCall, startFakeProvider } from './provider-server.ts'

/** An issue as Jira's API tells it; `updated` as Jira writes it, with an offset. */
export interface JiraIssueNode {
  id: string
  key: string
  fields: { created: string; updated: string; [field: string]: unknown }
  [part: string]: unknown
}

const Search = z.strictObject({
  jql: z.string().regex(/^updated >= "-\d+m" ORDER BY updated ASC$/),
  maxResults: z.number().int().min(1).max(100),
  fields: z.array(z.string()).min(1),
  expand: z.literal('changelog'),
  nextPageToken: z.string().optional(),
})
const Refresh = z.strictObject({ webhookIds: z.array(z.number().int()).min(1) })
const PageToken = z.strictObject({ jql: z.string(), at: z.number(), id: z.string() })

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** Atlassian's API for tokens: the sites one reaches, and of each the search, single issues and registrations. */
export async function startJiraApi(token: string) {
  const world = {
    /** The clock of the search. */
    now: new Date(),
    sites: [{ id: 'cloud-1', url: 'https://acme.atlassian.net', issues: [] as JiraIssueNode[] }],
  }
  const provider = await startFakeProvider(
    (given) => given === `Bearer ${token}`,
    (call) => answerTo(call, world),
  )
  return Object.assign(provider, { world })
}

type World = Awaited<ReturnType<typeof startJiraApi>>['world']

function answerTo(call: FakeCall, world: World): FakeAnswer {
  const { pathname } = call.url
  if (pathname === '/oauth/token/accessible-resources' && call.method === 'GET') {
    return { body: world.sites.map(({ id, url }) => ({ id, url, name: id, scopes: ['read:jira-work'] })) }
  }
  const [, siteId, rest = ''] = /^\/ex\/jira\/([^/]+)\/rest\/api\/3\/(.+)$/.exec(pathname) ?? []
  const site = world.sites.find(({ id }) => id === siteId)
  if (siteId && !site) return { status: 404, body: { message: 'No message available' } }
  if (!site) throw new Error(`${call.method} ${pathname}`)
  return ofSite(call, { site, rest, world })
}

interface Place {
  site: World['sites'][number]
  rest: string
  world: World
}

function ofSite(call: FakeCall, { site, rest, world }: Place): FakeAnswer {
  if (rest === 'search/jql' && call.method === 'POST') return searched(Search.parse(call.body), site.issues, world.now)
  if (rest === 'webhook/refresh' && call.method === 'PUT') return refreshed(call, world)
  if (!rest.startsWith('issue/') || call.method !== 'GET') throw new Error(`${call.method} ${rest}`)
  if (!call.url.searchParams.get('fields')) throw new Error('No fields are asked for')
  const issue = site.issues.find(({ id }) => rest === `issue/${id}`)
  return issue ? { body: issue } : { status: 404, body: { errorMessages: ['Issue does not exist'] } }
}

function refreshed(call: FakeCall, world: World): FakeAnswer {
  Refresh.parse(call.body)
  const expiration = new Date(world.now.getTime() + 30 * DAY_MS)
  return { body: { expirationDate: expiration.toISOString().replace('Z', '+0000') } }
}

/** The oldest change first; a page token holds where the last page ended, and fits no other query. */
function searched(search: z.infer<typeof Search>, issues: JiraIssueNode[], now: Date): FakeAnswer {
  const minutes = Number(/-(\d+)m/.exec(search.jql)![1])
  const after = search.nextPageToken === undefined ? null : PageToken.parse(JSON.parse(atob(search.nextPageToken)))
  if (after && after.jql !== search.jql) throw new Error('The page token is of another query')
  const listed = issues
    .map((issue) => ({ issue, at: Date.parse(issue.fields.updated.replace('+0000', 'Z')) }))
    .filter(({ at }) => at >= now.getTime() - minutes * MINUTE_MS)
    .sort((a, b) => a.at - b.at || a.issue.id.localeCompare(b.issue.id))
    .filter(({ at, issue }) => !after || at > after.at || (at === after.at && issue.id.localeCompare(after.id) > 0))
  const page = listed.slice(0, search.maxResults)
  const last = page.at(-1)
  const isLast = page.length === listed.length
  const body = { issues: page.map(({ issue }) => issue), isLast }
  if (!last || isLast) return { body }
  const nextPageToken = btoa(JSON.stringify({ jql: search.jql, at: last.at, id: last.issue.id }))
  return { body: { ...body, nextPageToken } }
}
