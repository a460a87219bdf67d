import { Id, pageOf, PageQuery } from '#schema/contracts/common'
import {
  Delivery,
  DeliveryDetail,
  DeliveryFilter,
  ReplayDeliveries,
  ReplayedDeliveries,
} from '#schema/contracts/deliveries'
import { body, createRoute, IdempotencyKeyHeader, json, problems, z } from '#schema/endpoints/route'

const tags = ['Deliveries']

export const deliveries = {
  list: createRoute({
    operationId: 'listDeliveries',
    summary: 'The delivery ledger: every verified webhook, with what became of it and why',
    tags,
    method: 'get',
    path: '/api/deliveries',
    request: { query: PageQuery.extend(DeliveryFilter.shape) },
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
  replay: createRoute({
    operationId: 'replayDelivery',
    summary: 'Process a delivery again; events that are known already start nothing',
    tags,
    method: 'post',
    path: '/api/deliveries/{deliveryId}/replay',
    request: { params: z.object({ deliveryId: Id }), headers: IdempotencyKeyHeader },
    responses: { 201: json(Delivery, 'The new delivery'), ...problems(400, 401, 403, 404, 409, 422) },
  }),
  replayMany: createRoute({
    operationId: 'replayDeliveries',
    summary: 'Process all deliveries of a stretch of time again',
    tags,
    method: 'post',
    path: '/api/deliveries/replay',
    request: { headers: IdempotencyKeyHeader, body: body(ReplayDeliveries) },
    responses: { 202: json(ReplayedDeliveries, 'How many are queued again'), ...problems(400, 401, 403, 409, 422) },
  }),
}
