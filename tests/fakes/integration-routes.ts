import { CreateIntegration, UpdateIntegration } from '#schema/contracts/integrations'
import { CreateWebhookEndpoint, RotateWebhookEndpoint } from '#schema/contracts/triggers'
import { endpoints } from '#schema/endpoints/index'
import { created, find, notFound, ok, once, page, readBody } from './api-answers.ts'
import type { Route } from './api-answers.ts'
import { idOf } from './api-data.ts'
import { ApiProblem } from './api-state.ts'
import type { ApiState } from './api-state.ts'
import { anIntegration } from './automation-data.ts'
import { GOOD_TOKEN } from './automation-state.ts'
import { requireVerb } from './verbs.ts'

const { integrations, pollGroups, webhookEndpoints } = endpoints

/** Connections, how asking them goes, and the addresses where services send to. */
export const INTEGRATION_ROUTES: Record<string, Route> = {
  'GET /api/integrations': (state, { url }) => {
    return ok(integrations.list.responses[200], page(state.automations.integrations, url))
  },
  'POST /api/integrations': (state, request) => {
    requireVerb(state, 'integrations:create')
    return once(state, request, () => {
      const { integrationId, displayName, token } = readBody(CreateIntegration, request.body)
      requireGood(token)
      const name = displayName ?? 'Acme'
      const made = anIntegration(state.automations.next(), { integrationId, displayName: name })
      state.automations.integrations.unshift(made)
      return created(integrations.create.responses[201], made)
    })
  },
  'PATCH /api/integrations/:id': (state, { body }, id) => {
    requireVerb(state, 'integrations:update')
    const integration = find(state.automations.integrations, id, 'integration')
    const { displayName, token } = readBody(UpdateIntegration, body)
    if (token !== undefined) requireGood(token)
    if (displayName !== undefined) integration.displayName = displayName
    if (token !== undefined) integration.status = 'active'
    return ok(integrations.update.responses[200], integration)
  },
  'DELETE /api/integrations/:id': (state, _, id) => {
    requireVerb(state, 'integrations:delete')
    disconnect(state, id)
    return ok(integrations.delete.responses[200], { id })
  },
  'GET /api/poll-groups': ({ automations }) => {
    return ok(pollGroups.list.responses[200], { items: automations.pollGroups })
  },
  'GET /api/webhook-endpoints': (state, { url }) => {
    return ok(webhookEndpoints.list.responses[200], page(state.automations.endpoints, url))
  },
  'POST /api/webhook-endpoints': (state, request) => {
    requireVerb(state, 'webhook_endpoints:create')
    return once(state, request, () => {
      const { provider } = readBody(CreateWebhookEndpoint, request.body)
      const id = idOf(state.automations.next())
      const endpoint = { id, provider, path: `/webhooks/direct/${provider}/${id}`, createdAt: new Date().toISOString() }
      state.automations.endpoints.push(endpoint)
      return created(webhookEndpoints.create.responses[201], { ...endpoint, secret: secretOf(state) })
    })
  },
  'POST /api/webhook-endpoints/:id/rotate': (state, { body }, id) => {
    requireVerb(state, 'webhook_endpoints:rotate')
    readBody(RotateWebhookEndpoint, body)
    const known = state.automations.endpoints.find((endpoint) => endpoint.id === id)
    const own = state.automations.when.find(({ webhook }) => webhook?.endpointId === id)
    if (known === undefined && own === undefined) throw notFound('webhook.endpoint')
    const ownPath = { id, provider: own?.provider, path: own?.webhook?.path, createdAt: own?.createdAt }
    return ok(webhookEndpoints.rotate.responses[200], { ...(known ?? ownPath), secret: secretOf(state) })
  },
}

function requireGood(token: string): void {
  if (token === GOOD_TOKEN) return
  throw new ApiProblem(422, 'integration.credential_refused', 'The service does not accept this credential')
}

/** What listens to the connection alone is switched off with it. */
function disconnect(state: ApiState, id: string): void {
  const gone = find(state.automations.integrations, id, 'integration')
  state.automations.integrations = state.automations.integrations.filter((one) => one !== gone)
  for (const item of state.automations.when) if (item.integrationId === id) item.enabled = false
}

const secretOf = (state: ApiState) => `whsec-${String(state.automations.next()).padStart(34, '0')}`
