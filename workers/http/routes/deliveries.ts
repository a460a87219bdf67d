import { findDelivery, listDeliveries } from '#domain/triggers'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'

export function serveDeliveries(api: Api): void {
  api.openapi(endpoints.deliveries.list, async (c) => {
    const { organizationId } = c.var.actor
    return c.json(await listDeliveries(c.var.platform, { organizationId, ...c.req.valid('query') }), 200)
  })
  api.openapi(endpoints.deliveries.show, async (c) => {
    const { organizationId } = c.var.actor
    return c.json(await findDelivery(c.var.platform, { organizationId, ...c.req.valid('param') }), 200)
  })
}
