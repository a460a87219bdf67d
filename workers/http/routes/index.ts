import { endpoints } from '#schema/endpoints/index'
import type { MiddlewareHandler } from 'hono'
import type { Api, HttpEnv } from '../context.ts'
import {
  notWhileImpersonating,
  requireActor,
  requireCaller,
  requireMemberOfPath,
  requireOwnSignIn,
} from '../middleware/identify.ts'
import { serveAdmin } from './admin.ts'
import { serveApiKeys } from './api-keys.ts'
import { serveAudit } from './audit.ts'
import { serveAutomations } from './automations.ts'
import { serveDeliveries } from './deliveries.ts'
import { serveDevMailbox } from './dev.ts'
import { serveDevice } from './device.ts'
import { serveDocs } from './docs.ts'
import { serveHealth } from './health.ts'
import { serveDevSignIn, serveIdentity } from './identity.ts'
import { serveLiveSocket } from './live-socket.ts'
import { serveIntegrations, serveProviders } from './integrations.ts'
import { serveInvitations } from './invitations.ts'
import { serveMe } from './me.ts'
import { serveMembers } from './members.ts'
import { serveOnboarding } from './onboarding.ts'
import { serveOrganizations } from './organizations.ts'
import { serveOpenApi } from './openapi.ts'
import { serveRepositories } from './repositories.ts'
import { serveRules } from './rules.ts'
import { serveRuns } from './runs.ts'
import { serveSchedules } from './schedules.ts'
import { serveSessions } from './sessions.ts'
import { serveTriggers, serveWebhookEndpoints } from './triggers.ts'

interface Guarded {
  method: string
  getRoutingPath(): string
}

/** What makes or takes secrets: nobody does that in somebody else's name (b6 §6.5). */
const NOT_WHILE_IMPERSONATING: Record<string, Guarded>[] = [
  { create: endpoints.apiKeys.create, remove: endpoints.apiKeys.remove },
  { create: endpoints.repositories.create, update: endpoints.repositories.update },
  { create: endpoints.webhookEndpoints.create, rotate: endpoints.webhookEndpoints.rotate },
  { create: endpoints.triggers.create },
  { create: endpoints.integrations.create, update: endpoints.integrations.update },
]

/**
 * Who may enter is decided here for all declared endpoints at once, before anything of the request is parsed: anybody
 * may ask for health and what stands before a sign-in, whoever is signed in who they are, only members of the
 * organization in the path what is in it, and only members everything else. A new endpoint is closed by default.
 */
function guardEndpoints(api: Api): void {
  const { health: _health, authOptions: _options, device: _device, dev: _dev, invitationInfo: _info, ...guarded } = endpoints
  const { me, admin, ownOrganizations, profile, ownInvitations, deviceConsent, ...ofOrganizations } = guarded
  const { list, suggestions, ...ownChanges } = ownOrganizations
  const { organizations, members, invitations, ...closed } = ofOrganizations
  const guard = (guardian: MiddlewareHandler<HttpEnv>, ...slices: Record<string, Guarded>[]) => {
    for (const route of slices.flatMap((slice) => Object.values(slice))) {
      api.on(route.method, route.getRoutingPath(), guardian)
    }
  }
  guard(requireCaller, me, admin, { list, suggestions })
  guard(requireOwnSignIn, profile, ownChanges, ownInvitations, deviceConsent)
  guard(requireMemberOfPath, organizations, members, invitations)
  guard(requireActor, ...Object.values(closed))
  guard(notWhileImpersonating, ...NOT_WHILE_IMPERSONATING)
}

/** Everything people and their programs call: the declared endpoints, and the few routes that are no documents. */
export function serveRoutes(api: Api): void {
  guardEndpoints(api)
  serveRules(api)
  serveHealth(api)
  serveIdentity(api)
  serveDevSignIn(api)
  serveMe(api)
  serveOrganizations(api)
  serveMembers(api)
  serveInvitations(api)
  serveApiKeys(api)
  serveDevice(api)
  serveOnboarding(api)
  serveAdmin(api)
  serveDevMailbox(api)
  serveRepositories(api)
  serveAutomations(api)
  serveProviders(api)
  serveIntegrations(api)
  serveTriggers(api)
  serveSchedules(api)
  serveWebhookEndpoints(api)
  serveDeliveries(api)
  serveRuns(api)
  serveSessions(api)
  serveAudit(api)
  serveLiveSocket(api)
  serveOpenApi(api)
  serveDocs(api)
}
