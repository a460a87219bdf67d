import { CreateApiKey, Impersonate, Suspend, UpdateOnboarding, UpdateProfile } from '#schema/contracts/identity'
import type { Onboarding } from '#schema/contracts/identity'
import { CreateRepository, UpdateRepository } from '#schema/contracts/repositories'
import { endpoints } from '#schema/endpoints/index'
import { created, find, notFound, ok, once, pageByPosition, requireUnchanged, tagged } from './api-answers.ts'
import type { Answer, ApiRequest, Route } from './api-answers.ts'
import { aRepository, minutesAgo } from './api-data.ts'
import { ApiProblem } from './api-state.ts'
import type { ApiState } from './api-state.ts'
import { pageOfAudit } from './organization-routes.ts'
import { anApiKey } from './personal-state.ts'
import { requireVerb } from './verbs.ts'

const MAX_API_KEYS = 20
const DAY_MINUTES = 24 * 60

/** What is about the person alone: the profile, keys, the first steps, and the deployment for its operators. */
export const PERSONAL_ROUTES: Record<string, Route> = {
  'GET /api/profile': ({ personal }) => tagged(ok(endpoints.profile.show.responses[200], personal.profile)),
  'PATCH /api/profile': ({ personal }, request) => {
    const { name = personal.profile.name, image = personal.profile.image } = UpdateProfile.parse(request.body)
    requireUnchanged(ok(endpoints.profile.show.responses[200], personal.profile), request)
    personal.profile = { ...personal.profile, name, image }
    return tagged(ok(endpoints.profile.update.responses[200], personal.profile))
  },
  'GET /api/api-keys': ({ personal }) => {
    return ok(endpoints.apiKeys.list.responses[200], { items: personal.apiKeys })
  },
  'POST /api/api-keys': (state, request) => once(state, request, () => createApiKey(state, request.body)),
  'DELETE /api/api-keys/:id': ({ personal }, _, id) => {
    if (personal.impersonation !== null) {
      throw new ApiProblem(403, 'auth.impersonating', 'Not while you see the product as somebody else')
    }
    find(personal.apiKeys, id, 'api_key')
    personal.apiKeys = personal.apiKeys.filter((key) => key.id !== id)
    return ok(endpoints.apiKeys.remove.responses[200], { done: true })
  },
  'GET /api/onboarding': (state) => ok(endpoints.onboarding.show.responses[200], onboardingOf(state)),
  'PUT /api/onboarding': (state, { body }) => {
    const { path, done, answers } = UpdateOnboarding.parse(body)
    const steps = state.personal.stepsOf(here(state).id)
    Object.assign(steps, { path: path ?? steps.path, done: done ?? steps.done })
    steps.answers = { ...steps.answers, ...answers }
    return ok(endpoints.onboarding.update.responses[200], onboardingOf(state))
  },
  'POST /api/onboarding/complete': (state) => {
    state.personal.onboarded = true
    return ok(endpoints.onboarding.complete.responses[200], onboardingOf(state))
  },
  'POST /api/repositories': (state, request) => once(state, request, () => createRepository(state, request.body)),
  'GET /api/repositories/:id': (state, _, id) => showRepository(state, id),
  'PATCH /api/repositories/:id': (state, request, id) => {
    requireVerb(state, 'repositories:update')
    requireUnchanged(showRepository(state, id), request)
    const repository = find(state.repositories, id, 'repository')
    const { url = repository.url, defaultBranch = repository.defaultBranch } = UpdateRepository.parse(request.body)
    const hasCredential = repository.hasCredential && url === repository.url
    Object.assign(repository, { url, defaultBranch, hasCredential, updatedAt: minutesAgo(0) })
    return showRepository(state, id)
  },
  'GET /api/admin/users': (state, { url }) => {
    superAdminOnly(state)
    const { q, cursor, limit } = endpoints.admin.users.request.query.parse(Object.fromEntries(url.searchParams))
    const found = state.personal.users.filter((user) => `${user.id} ${user.name} ${user.email}`.includes(q))
    return ok(endpoints.admin.users.responses[200], pageByPosition(found, cursor, limit))
  },
  'GET /api/admin/organizations': (state, { url }) => {
    superAdminOnly(state)
    const { q, cursor, limit } = endpoints.admin.organizations.request.query.parse(Object.fromEntries(url.searchParams))
    const found = state.personal.allOrganizations.filter(({ id, name, slug }) => `${id} ${name} ${slug}`.includes(q))
    return ok(endpoints.admin.organizations.responses[200], pageByPosition(found, cursor, limit))
  },
  'GET /api/admin/audit': (state, { url }) => {
    superAdminOnly(state)
    return ok(endpoints.admin.audit.responses[200], pageOfAudit(state.personal.deploymentAudit, url))
  },
  'POST /api/admin/users/:id/suspend': (state, { body }, id) => {
    superAdminOnly(state)
    Suspend.parse(body)
    const user = find(state.personal.users, id, 'admin.person')
    if (state.personal.operators.includes(id)) {
      throw new ApiProblem(409, 'admin.not_suspendable', 'Super admins cannot be suspended')
    }
    user.suspendedAt ??= minutesAgo(0)
    return ok(endpoints.admin.suspend.responses[200], { done: true })
  },
  'POST /api/admin/users/:id/unsuspend': (state, _, id) => {
    superAdminOnly(state)
    find(state.personal.users, id, 'admin.person').suspendedAt = null
    return ok(endpoints.admin.unsuspend.responses[200], { done: true })
  },
  'POST /api/admin/impersonate': (state, request) => impersonate(state, request),
  'POST /api/admin/impersonate/stop': (state) => {
    superAdminOnly(state)
    Object.assign(state.personal, { impersonation: null, impersonated: null })
    return ok(endpoints.admin.stopImpersonating.responses[200], { done: true })
  },
}

function here(state: ApiState) {
  if (state.organization === null) throw notFound('organization')
  return state.organization
}

/** What `GET /api/me` says about the first steps. */
export function onboardingStateOf({ organization, personal }: ApiState) {
  if (organization === null) return null
  return { complete: personal.onboarded, path: personal.stepsOf(organization.id).path }
}

function onboardingOf(state: ApiState): Onboarding {
  const { id } = here(state)
  const { personal, repositories } = state
  const { onboarded: complete } = personal
  return { organizationId: id, complete, hasRepository: repositories.length > 0, ...personal.stepsOf(id) }
}

function showRepository(state: ApiState, id: string): Answer {
  return tagged(ok(endpoints.repositories.show.responses[200], find(state.repositories, id, 'repository')))
}

function createApiKey(state: ApiState, body: unknown): Answer {
  const { personal } = state
  if (personal.apiKeys.length >= MAX_API_KEYS) {
    throw new ApiProblem(409, 'api_key.too_many', 'You have as many API keys as one person may')
  }
  const { name, scopes, expiresInDays } = CreateApiKey.parse(body)
  const { id: organizationId, name: organizationName } = here(state)
  const expiresAt = expiresInDays === null ? null : minutesAgo(-expiresInDays * DAY_MINUTES)
  const change = { name, scopes, organizationId, organizationName, expiresAt, lastUsedAt: null }
  const key = anApiKey(`key-${personal.apiKeys.length + 1}`, { ...change, createdAt: minutesAgo(0) })
  personal.apiKeys.unshift(key)
  return created(endpoints.apiKeys.create.responses[201], { ...key, key: `${key.start}${'0'.repeat(58)}` })
}

function createRepository(state: ApiState, body: unknown): Answer {
  const { name, url, defaultBranch, credential } = CreateRepository.parse(body)
  const hasCredential = credential !== undefined
  const repository = aRepository(40_000 + 2 * state.repositories.length, { name, url, defaultBranch, hasCredential })
  state.repositories.unshift(repository)
  return created(endpoints.repositories.create.responses[201], repository)
}

/** To everybody else these routes do not exist. */
function superAdminOnly({ personal }: ApiState): void {
  if (!personal.superAdmin) throw new ApiProblem(404, 'admin.not_found', 'There is no such route')
}

function impersonate(state: ApiState, { body }: ApiRequest): Answer {
  superAdminOnly(state)
  const { personal } = state
  const { userId, organizationId } = Impersonate.parse(body)
  const user = find(personal.users, userId, 'user')
  const organization = find(user.organizations, organizationId, 'organization')
  personal.impersonation = { adminId: 'user-ada', adminName: 'Ada Lovelace', expiresAt: minutesAgo(-DAY_MINUTES) }
  const { id, name, email, emailVerified } = user
  const shown = { id, name, email, emailVerified, image: null }
  personal.impersonated = { user: shown, organization: { ...organization, slug: organization.id } }
  return ok(endpoints.admin.impersonate.responses[200], personal.impersonation)
}
