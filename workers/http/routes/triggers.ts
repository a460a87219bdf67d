import {
  createTrigger,
  createWebhookEndpoint,
  deleteTrigger,
  findTrigger,
  listTriggerEvents,
  listTriggers,
  listWebhookEndpoints,
  rotateWebhookEndpoint,
  skipTriggerEvent,
  testTrigger,
  testTriggerDraft,
  updateTrigger,
} from '#domain/triggers'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'
import { ifMatchOf } from '../middleware/conditional.ts'

export function serveTriggers(api: Api): void {
  api.openapi(endpoints.triggers.list, async (c) => {
    const { actor } = c.var
    return c.json(await listTriggers(c.var.platform, { actor, ...c.req.valid('query') }), 200)
  })
  api.openapi(endpoints.triggers.create, async (c) =>
    c.json(await createTrigger(c.var.platform, { actor: c.var.actor, ...c.req.valid('json') }), 201),
  )
  api.openapi(endpoints.triggers.show, async (c) => {
    const { actor } = c.var
    return c.json(await findTrigger(c.var.platform, { actor, ...c.req.valid('param'), ...c.req.valid('query') }), 200)
  })
  api.openapi(endpoints.triggers.update, async (c) => {
    const input = { actor: c.var.actor, ...c.req.valid('param'), ifMatch: ifMatchOf(c), change: c.req.valid('json') }
    return c.json(await updateTrigger(c.var.platform, input), 200)
  })
  api.openapi(endpoints.triggers.delete, async (c) => {
    const input = { actor: c.var.actor, ...c.req.valid('param'), ifMatch: ifMatchOf(c) }
    return c.json(await deleteTrigger(c.var.platform, input), 200)
  })
  api.openapi(endpoints.triggers.testDraft, async (c) =>
    c.json(await testTriggerDraft(c.var.platform, { actor: c.var.actor, draft: c.req.valid('json') }), 200),
  )
  api.openapi(endpoints.triggers.test, async (c) => {
    const input = { actor: c.var.actor, ...c.req.valid('param'), ...c.req.valid('json') }
    return c.json(await testTrigger(c.var.platform, input), 200)
  })
  api.openapi(endpoints.triggers.events, async (c) => {
    const input = { actor: c.var.actor, ...c.req.valid('param'), ...c.req.valid('query') }
    return c.json(await listTriggerEvents(c.var.platform, input), 200)
  })
  api.openapi(endpoints.triggerEvents.skip, async (c) => {
    const { actor } = c.var
    return c.json(await skipTriggerEvent(c.var.platform, { actor, ...c.req.valid('param') }), 200)
  })
}

export function serveWebhookEndpoints(api: Api): void {
  api.openapi(endpoints.webhookEndpoints.list, async (c) => {
    const { actor } = c.var
    return c.json(await listWebhookEndpoints(c.var.platform, { actor, ...c.req.valid('query') }), 200)
  })
  api.openapi(endpoints.webhookEndpoints.create, async (c) =>
    c.json(await createWebhookEndpoint(c.var.platform, { actor: c.var.actor, ...c.req.valid('json') }), 201),
  )
  api.openapi(endpoints.webhookEndpoints.rotate, async (c) => {
    const input = { actor: c.var.actor, ...c.req.valid('param'), ...c.req.valid('json') }
    return c.json(await rotateWebhookEndpoint(c.var.platform, input), 200)
  })
}
