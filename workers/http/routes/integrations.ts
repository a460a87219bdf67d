import { connectIntegration, listIntegrations, updateIntegration } from '#domain/integrations'
import { disconnectIntegration, listPollGroups, listProviders, showProvider } from '#domain/triggers'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'
import { ifMatchOf } from '../middleware/conditional.ts'

export function serveIntegrations(api: Api): void {
  api.openapi(endpoints.integrations.list, async (c) => {
    const { actor } = c.var
    return c.json(await listIntegrations(c.var.platform, { actor, ...c.req.valid('query') }), 200)
  })
  api.openapi(endpoints.integrations.create, async (c) =>
    c.json(await connectIntegration(c.var.platform, { actor: c.var.actor, integration: c.req.valid('json') }), 201),
  )
  api.openapi(endpoints.integrations.update, async (c) => {
    const input = { actor: c.var.actor, ...c.req.valid('param'), ifMatch: ifMatchOf(c), change: c.req.valid('json') }
    return c.json(await updateIntegration(c.var.platform, input), 200)
  })
  api.openapi(endpoints.integrations.delete, async (c) => {
    const { actor } = c.var
    return c.json(await disconnectIntegration(c.var.platform, { actor, ...c.req.valid('param') }), 200)
  })
}

export function serveProviders(api: Api): void {
  api.openapi(endpoints.providers.list, (c) => c.json(listProviders({ actor: c.var.actor }), 200))
  api.openapi(endpoints.providers.show, (c) =>
    c.json(showProvider({ actor: c.var.actor, ...c.req.valid('param') }), 200),
  )
  api.openapi(endpoints.pollGroups.list, async (c) =>
    c.json(await listPollGroups(c.var.platform, { actor: c.var.actor }), 200),
  )
}
