import { Id, pageOf, PageQuery } from '#schema/contracts/common'
import { Delivery, DeliveryDetail, DeliveryStatus } from '#schema/contracts/deliveries'
import { createRoute, json, problems, z } from '#schema/endpoints/route'

const tags = ['Deliveries']

export const deliveries = {
  list: createRoute({
    operationId: 'listDeliveries',
    summary: 'The delivery ledger: every verified webhook, with what became of it and why',
    tags,
    method: 'get',
    path: '/api/deliveries',
    request: { query: PageQuery.extend({ status: DeliveryStatus.optional() }) },
    responses: { 200: json(pageOf(Delivery), 'A page, newest first'), ...problems(400, 401, 403) },
  }),
  show: createRoute({
    operationId: 'showDelivery',
    summary: 'Show one delivery with its headers and payload',
    tags,
    method: 'get',
    path: '/api/deliveries/{deliveryId}',
    request: { params: z.object({ deliveryId: Id }) },
    responses: { 200: json(DeliveryDetail, 'The delivery'), ...problems(400, 401, 403, 404) },
  }),
}
