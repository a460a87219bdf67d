import {
  createTrigger,
  createWebhookEndpoint,
  findTrigger,
  listTriggers,
  listWebhookEndpoints,
} from '#domain/triggers'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'

export function serveTriggers(api: Api): void {
  api.openapi(endpoints.triggers.list, async (c) => {
    const { organizationId } = c.var.actor
    return c.json(await listTriggers(c.var.platform, { organizationId, ...c.req.valid('query') }), 200)
  })
  api.openapi(endpoints.triggers.create, async (c) =>
    c.json(await createTrigger(c.var.platform, { actor: c.var.actor, ...c.req.valid('json') }), 201),
  )
  api.openapi(endpoints.triggers.show, async (c) => {
    const { organizationId } = c.var.actor
    return c.json(await findTrigger(c.var.platform, { organizationId, ...c.req.valid('param') }), 200)
  })
}

export function serveWebhookEndpoints(api: Api): void {
  api.openapi(endpoints.webhookEndpoints.list, async (c) => {
    const { organizationId } = c.var.actor
    return c.json(await listWebhookEndpoints(c.var.platform, { organizationId, ...c.req.valid('query') }), 200)
  })
  api.openapi(endpoints.webhookEndpoints.create, async (c) =>
    c.json(await createWebhookEndpoint(c.var.platform, { actor: c.var.actor, ...c.req.valid('json') }), 201),
  )
}
