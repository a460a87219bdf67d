import { createAutomation, findAutomation, listAutomations } from '#domain/automations'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'

export function serveAutomations(api: Api): void {
  api.openapi(endpoints.automations.list, async (c) => {
    const { organizationId } = c.var.actor
    return c.json(await listAutomations(c.var.platform, { organizationId, ...c.req.valid('query') }), 200)
  })
  api.openapi(endpoints.automations.create, async (c) =>
    c.json(await createAutomation(c.var.platform, { actor: c.var.actor, automation: c.req.valid('json') }), 201),
  )
  api.openapi(endpoints.automations.show, async (c) => {
    const { organizationId } = c.var.actor
    return c.json(await findAutomation(c.var.platform, { organizationId, ...c.req.valid('param') }), 200)
  })
}
