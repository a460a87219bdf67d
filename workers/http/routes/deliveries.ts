import { findDelivery, listDeliveries, replayDeliveries, replayDelivery } from '#domain/triggers'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'

export function serveDeliveries(api: Api): void {
  api.openapi(endpoints.deliveries.list, async (c) => {
    const { actor } = c.var
    return c.json(await listDeliveries(c.var.platform, { actor, ...c.req.valid('query') }), 200)
  })
  api.openapi(endpoints.deliveries.show, async (c) => {
    const { actor } = c.var
    return c.json(await findDelivery(c.var.platform, { actor, ...c.req.valid('param') }), 200)
  })
  api.openapi(endpoints.deliveries.replay, async (c) => {
    const { actor } = c.var
    return c.json(await replayDelivery(c.var.platform, { actor, ...c.req.valid('param') }), 201)
  })
  api.openapi(endpoints.deliveries.replayMany, async (c) =>
    c.json(await replayDeliveries(c.var.platform, { actor: c.var.actor, wanted: c.req.valid('json') }), 202),
  )
}
