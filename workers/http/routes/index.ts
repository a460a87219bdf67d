import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'
import { requireActor, requireCaller } from '../middleware/identify.ts'
import { serveAutomations } from './automations.ts'
import { serveDeliveries } from './deliveries.ts'
import { serveHealth } from './health.ts'
import { serveDevSignIn, serveIdentity } from './identity.ts'
import { serveLiveSocket } from './live-socket.ts'
import { serveMe } from './me.ts'
import { serveOpenApi } from './openapi.ts'
import { serveRepositories } from './repositories.ts'
import { serveRuns } from './runs.ts'
import { serveSessions } from './sessions.ts'
import { serveTriggers, serveWebhookEndpoints } from './triggers.ts'

/**
 * Who may enter is decided here for all declared endpoints at once, before anything of the request is parsed: anybody
 * may ask for health, whoever is signed in who they are, and only members everything else. A new endpoint is closed by
 * default.
 */
function guardEndpoints(api: Api): void {
  const { health: _open, me, ...closed } = endpoints
  for (const route of Object.values(me)) api.on(route.method, route.getRoutingPath(), requireCaller)
  for (const route of Object.values(closed).flatMap((slice) => Object.values(slice))) {
    api.on(route.method, route.getRoutingPath(), requireActor)
  }
}

/** Everything people and their programs call: the declared endpoints, and the few routes that are no documents. */
export function serveRoutes(api: Api): void {
  guardEndpoints(api)
  serveHealth(api)
  serveIdentity(api)
  serveDevSignIn(api)
  serveMe(api)
  serveRepositories(api)
  serveAutomations(api)
  serveTriggers(api)
  serveWebhookEndpoints(api)
  serveDeliveries(api)
  serveRuns(api)
  serveSessions(api)
  serveLiveSocket(api)
  serveOpenApi(api)
}
