import { Deleted, Id, pageOf, PageQuery } from '#schema/contracts/common'
import {
  CreateTrigger,
  CreateWebhookEndpoint,
  Trigger,
  UpdateTrigger,
  WebhookEndpoint,
  WebhookEndpointWithSecret,
} from '#schema/contracts/triggers'
import { body, createRoute, IdempotencyKeyHeader, IfMatchHeader, json, problems, z } from '#schema/endpoints/route'

const tags = ['Triggers']
const params = z.object({ triggerId: Id })

export const triggers = {
  list: createRoute({
    operationId: 'listTriggers',
    summary: 'List triggers',
    tags,
    method: 'get',
    path: '/api/triggers',
    request: { query: PageQuery.extend({ automationId: Id.optional() }) },
    responses: { 200: json(pageOf(Trigger), 'A page, newest first'), ...problems(400, 401, 403) },
  }),
  create: createRoute({
    operationId: 'createTrigger',
    summary: 'Add a trigger to an automation',
    tags,
    method: 'post',
    path: '/api/triggers',
    request: { headers: IdempotencyKeyHeader, body: body(CreateTrigger) },
    responses: { 201: json(Trigger, 'Created'), ...problems(400, 401, 403, 404, 409, 422) },
  }),
  show: createRoute({
    operationId: 'showTrigger',
    summary: 'Show one trigger',
    tags,
    method: 'get',
    path: '/api/triggers/{triggerId}',
    request: { params },
    responses: { 200: json(Trigger, 'The trigger'), ...problems(400, 401, 403, 404) },
  }),
  update: createRoute({
    operationId: 'updateTrigger',
    summary: 'Switch a trigger on or off, or configure it anew',
    tags,
    method: 'patch',
    path: '/api/triggers/{triggerId}',
    request: { params, headers: IfMatchHeader, body: body(UpdateTrigger) },
    responses: { 200: json(Trigger, 'As it is now'), ...problems(400, 401, 403, 404, 412) },
  }),
  delete: createRoute({
    operationId: 'deleteTrigger',
    summary: 'Delete a trigger with its events; runs that it started go with them',
    tags,
    method: 'delete',
    path: '/api/triggers/{triggerId}',
    request: { params, headers: IfMatchHeader },
    responses: { 200: json(Deleted, 'It is gone'), ...problems(400, 401, 403, 404, 412) },
  }),
}

export const webhookEndpoints = {
  list: createRoute({
    operationId: 'listWebhookEndpoints',
    summary: 'List webhook endpoints',
    tags,
    method: 'get',
    path: '/api/webhook-endpoints',
    request: { query: PageQuery },
    responses: { 200: json(pageOf(WebhookEndpoint), 'A page, newest first'), ...problems(400, 401, 403) },
  }),
  create: createRoute({
    operationId: 'createWebhookEndpoint',
    summary: "Make the organization's endpoint for a provider, or give it a new secret",
    tags,
    method: 'post',
    path: '/api/webhook-endpoints',
    request: { headers: IdempotencyKeyHeader, body: body(CreateWebhookEndpoint) },
    responses: {
      201: json(WebhookEndpointWithSecret, 'The secret is shown this once; an earlier secret no longer verifies'),
      ...problems(400, 401, 403, 409, 422, 503),
    },
  }),
}
