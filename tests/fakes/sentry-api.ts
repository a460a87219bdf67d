import { z } from 'zod'
import { type FakeAnswer, type FakeCall, startFakeProvider } from './provider-server.ts'

/** An issue as Sentry's API tells it. */
export interface SentryIssueNode {
  id: string
  firstSeen: string
  lastSeen: string
  status: string
  [field: string]: unknown
}

const IssuesQuery = z.strictObject({
  query: z.literal('is:unresolved'),
  sort: z.literal('date'),
  limit: z.coerce.number().int().min(1).max(100),
  cursor: z.string().regex(/^0:\d+:0$/).optional(),
})

/** Sentry's API over organizations and their issues: the one that occurred last first, pages by `Link` headers. */
export async function startSentryApi(token: string) {
  const world = {
    organizations: { 'test-org': [] } as Record<string, SentryIssueNode[]>,
    /** The latest event of an issue. */
    events: {} as Record<string, unknown>,
  }
  const provider = await startFakeProvider(
    (given) => given === `Bearer ${token}`,
    (call) => answerTo(call, world),
  )
  return Object.assign(provider, { world })
}

type World = Awaited<ReturnType<typeof startSentryApi>>['world']

const NOT_FOUND: FakeAnswer = { status: 404, body: { detail: 'The requested resource does not exist' } }

function answerTo(call: FakeCall, world: World): FakeAnswer {
  const { pathname, searchParams } = call.url
  if (call.method !== 'GET') throw new Error(`${call.method} ${pathname}`)
  if (pathname === '/api/0/organizations/') {
    return { body: Object.keys(world.organizations).map((slug) => ({ id: '1', slug, name: slug.toUpperCase() })) }
  }
  const latest = /^\/api\/0\/(?:organizations\/([^/]+)\/)?issues\/([^/]+)\/events\/latest\/$/.exec(pathname)
  if (latest) {
    const event = world.events[latest[2]!]
    return event === undefined || (latest[1] && !(latest[1] in world.organizations)) ? NOT_FOUND : { body: event }
  }
  const list = /^\/api\/0\/organizations\/([^/]+)\/issues\/$/.exec(pathname)
  if (!list) throw new Error(`GET ${pathname}`)
  const issues = world.organizations[list[1]!]
  return issues ? pageOf(issues, IssuesQuery.parse(Object.fromEntries(searchParams)), call) : NOT_FOUND
}

function pageOf(issues: SentryIssueNode[], { limit, cursor }: z.infer<typeof IssuesQuery>, call: FakeCall): FakeAnswer {
  const start = cursor === undefined ? 0 : Number(cursor.split(':')[1])
  const listed = issues
    .filter(({ status }) => status === 'unresolved')
    .sort((a, b) => b.lastSeen.localeCompare(a.lastSeen) || b.id.localeCompare(a.id))
  const link = (relation: string, at: number, results: boolean) =>
    `<https://sentry.io${call.url.pathname}>; rel="${relation}"; results="${results}"; cursor="0:${at}:0"`
  const previous = link('previous', Math.max(0, start - limit), start > 0)
  const next = link('next', start + limit, start + limit < listed.length)
  return { headers: { link: `${previous}, ${next}` }, body: listed.slice(start, start + limit) }
}
