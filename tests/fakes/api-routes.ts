import { z } from 'zod'
import { CreateSession } from '#schema/contracts/sessions'
import { endpoints } from '#schema/endpoints/index'
import { ACCOUNT_ROUTES, PUBLIC_ROUTES } from './account-routes.ts'
import { AUTOMATION_ROUTES } from './automation-routes.ts'
import { accepted, created, find, notFound, ok, once, page } from './api-answers.ts'
import type { Answer, ApiRequest, Route } from './api-answers.ts'
import { aSession, idOf } from './api-data.ts'
import { ApiProblem } from './api-state.ts'
import type { ApiState } from './api-state.ts'
import { DELIVERY_ROUTES } from './delivery-routes.ts'
import { INTEGRATION_ROUTES } from './integration-routes.ts'
import { ORGANIZATION_ROUTES } from './organization-routes.ts'
import { onboardingStateOf, PERSONAL_ROUTES } from './personal-routes.ts'
import { requireVerb, verbsHere } from './verbs.ts'

/** `METHOD path` → what answers; `:name` stands for one segment. */
const ROUTES: Record<string, Route> = {
  'GET /api/me': (state) => {
    const { organization, organizations, personal, role } = state
    const me = {
      user: personal.impersonated?.user ?? personal.profile,
      organization: personal.impersonated?.organization ?? organization,
      role: organization === null ? null : role,
      organizations,
      verbs: verbsHere(state),
      superAdmin: personal.superAdmin,
      impersonation: personal.impersonation,
      onboarding: onboardingStateOf(state),
    }
    return ok(endpoints.me.show.responses[200], me)
  },
  'GET /api/repositories': (state, { url }) => {
    return ok(endpoints.repositories.list.responses[200], page(state.repositories, url))
  },
  'GET /api/sessions': (state, { url }) => ok(endpoints.sessions.list.responses[200], page(state.sessions, url)),
  'POST /api/sessions': (state, request) => once(state, request, () => createSession(state, request.body)),
  'GET /api/sessions/:id': (state, _, id) => {
    return ok(endpoints.sessions.show.responses[200], find(state.sessions, id, 'session'))
  },
  'GET /api/sessions/:id/events': (state, { url }, id) => {
    requireVerb(state, 'sessions:read_content')
    const { before, limit } = endpoints.sessions.events.request.query.parse(Object.fromEntries(url.searchParams))
    const events = (state.live.get(id)?.events ?? []).filter((event) => before === undefined || event.seq < before)
    const items = events.slice(-limit)
    const nextBefore = items.length < events.length ? (items[0]?.seq ?? null) : null
    return ok(endpoints.sessions.events.responses[200], { items, nextBefore })
  },
  'POST /api/sessions/:id/prompts': (state, request, id) => once(state, request, () => prompt(state, request.body, id)),
  'POST /api/sessions/:id/cancel': (state, _, id) => {
    if (!state.live.has(id)) throw notFound('session')
    return accepted(endpoints.sessions.cancel.responses[202], { canceled: true })
  },
  'GET /api/runs': (state, { url }) => {
    const automationId = url.searchParams.get('automationId')
    const wanted = state.runs.filter((run) => automationId === null || run.automationId === automationId)
    return ok(endpoints.runs.list.responses[200], page(wanted, url))
  },
  'GET /api/runs/:id': (state, _, id) => ok(endpoints.runs.show.responses[200], find(state.runs, id, 'run')),
  'GET /api/runs/:id/events': (state, _, id) => {
    find(state.runs, id, 'run')
    return ok(endpoints.runs.events.responses[200], { items: state.timelines.get(id) ?? [] })
  },
  'POST /api/runs/:id/cancel': (state, _, id) => {
    const run = find(state.runs, id, 'run')
    if (run.completedAt !== null) throw new ApiProblem(409, 'run.state_conflict', 'The run has ended already')
    Object.assign(run, { status: 'canceled', statusReason: 'Canceled by Ada', completedAt: new Date().toISOString() })
    return ok(endpoints.runs.cancel.responses[200], run)
  },
  ...DELIVERY_ROUTES,
  ...ACCOUNT_ROUTES,
  ...AUTOMATION_ROUTES,
  ...INTEGRATION_ROUTES,
  ...ORGANIZATION_ROUTES,
  ...PERSONAL_ROUTES,
}

type Asked = Omit<ApiRequest, 'params'> & { isSignedIn: boolean; organizationId: string | null }

/**
 * Answers one request, or throws the problem it has: most routes are for signed-in people only. It is about the
 * organization that it names, wherever the sign-in stands.
 */
export function answerRoute(state: ApiState, { isSignedIn, organizationId, ...request }: Asked): Answer {
  const open = answerFrom(PUBLIC_ROUTES, state, request)
  if (open !== null) return open
  if (!isSignedIn) throw new ApiProblem(401, 'auth.unauthenticated', 'Sign in first')
  const answer = state.within(namedOrganization(state, { url: request.url, organizationId }), () => answerFrom(ROUTES, state, request))
  if (answer !== null) return answer
  throw new ApiProblem(404, 'route.not_found', `Nothing answers ${request.method} ${request.url.pathname}`)
}

/** A path's own organization goes before; one that is not theirs is found by nobody. */
function namedOrganization(state: ApiState, asked: { url: URL; organizationId: string | null }): string | null {
  const [, ofPath] = /^\/api\/organizations\/(?!suggestions$)([^/]+)/.exec(asked.url.pathname) ?? []
  const isMember = (id: string) => state.organizations.some((organization) => organization.id === id)
  if (ofPath !== undefined) return isMember(ofPath) && !/\/activate$/.test(asked.url.pathname) ? ofPath : null
  if (asked.organizationId === null || state.personal.impersonated !== null) return null
  if (isMember(asked.organizationId)) return asked.organizationId
  throw new ApiProblem(403, 'organization.not_a_member', 'You are not a member of that organization')
}

function answerFrom(
  routes: Record<string, Route>,
  state: ApiState,
  request: Omit<ApiRequest, 'params'>,
): Answer | null {
  for (const [name, route] of Object.entries(routes)) {
    const params = paramsOf(name, `${request.method} ${request.url.pathname}`)
    if (params !== null) return route(state, { ...request, params }, Object.values(params)[0] ?? '')
  }
  return null
}

/** What the `:name` segments of a route are in a request; null when it is another route. */
function paramsOf(route: string, asked: string): Record<string, string> | null {
  const wanted = route.split('/')
  const given = asked.split('/')
  if (wanted.length !== given.length) return null
  const params: Record<string, string> = {}
  for (const [at, segment] of wanted.entries()) {
    const value = given[at] ?? ''
    if (segment.startsWith(':')) params[segment.slice(1)] = decodeURIComponent(value)
    else if (segment !== value) return null
  }
  return params
}

function createSession(state: ApiState, body: unknown): Answer {
  const { configurationId, initialPrompt } = CreateSession.parse(body)
  const repository = state.repositories.find((candidate) => candidate.configurationId === configurationId)
  if (repository === undefined) throw notFound('configuration')
  const session = aSession(20_000 + state.sessions.length, {
    title: initialPrompt ?? 'New session',
    status: 'starting',
    repositoryName: repository.name,
  })
  const live = state.addSession(session)
  const promptId = idOf(31_000 + state.sessions.length)
  if (initialPrompt !== undefined) {
    live.append({ type: 'prompt.queued', promptId, text: initialPrompt, author: 'Ada Lovelace' })
  }
  return created(endpoints.sessions.create.responses[201], session)
}

const PromptBody = z.strictObject({ text: z.string().min(1) })

function prompt(state: ApiState, body: unknown, sessionId: string): Answer {
  const live = state.live.get(sessionId)
  if (live === undefined) throw notFound('session')
  const { text } = PromptBody.parse(body)
  const promptId = idOf(32_000 + live.events.length)
  live.append({ type: 'prompt.queued', promptId, text, author: 'Ada Lovelace' })
  return accepted(endpoints.sessions.prompt.responses[202], { promptId, state: 'queued', duplicate: false })
}
