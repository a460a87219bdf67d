import { Deleted, Id, pageOf, PageQuery } from '#schema/contracts/common'
import {
  CreatedTrigger,
  CreateTrigger,
  CreateWebhookEndpoint,
  RotateWebhookEndpoint,
  Trigger,
  TriggerDetail,
  TriggerEvent,
  TriggerEventStatus,
  TriggerListItem,
  UpdateTrigger,
  WebhookEndpoint,
  WebhookEndpointWithSecret,
} from '#schema/contracts/triggers'
import { TestTrigger, TestTriggerDraft, TriggerTest } from '#schema/contracts/trigger-tests'
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
    responses: { 200: json(pageOf(TriggerListItem), 'A page, newest first'), ...problems(400, 401, 403) },
  }),
  create: createRoute({
    operationId: 'createTrigger',
    summary: 'Add a trigger to an automation',
    tags,
    method: 'post',
    path: '/api/triggers',
    request: { headers: IdempotencyKeyHeader, body: body(CreateTrigger) },
    responses: {
      201: json(CreatedTrigger, 'Created; the secret of its own address is shown this once'),
      ...problems(400, 401, 403, 404, 409, 422),
    },
  }),
  show: createRoute({
    operationId: 'showTrigger',
    summary: 'Show one trigger; with its recent events and their number by status where they are asked for',
    tags,
    method: 'get',
    path: '/api/triggers/{triggerId}',
    // Asked for, since the tag of the answer, which an edit names, would change with every event.
    request: { params, query: z.object({ include: z.literal('events').optional() }) },
    responses: { 200: json(TriggerDetail, 'The trigger'), ...problems(400, 401, 403, 404) },
  }),
  update: createRoute({
    operationId: 'updateTrigger',
    summary: 'Switch a trigger on or off, or configure it anew',
    tags,
    method: 'patch',
    path: '/api/triggers/{triggerId}',
    request: { params, headers: IfMatchHeader, body: body(UpdateTrigger) },
    responses: { 200: json(Trigger, 'As it is now'), ...problems(400, 401, 403, 404, 409, 412) },
  }),
  delete: createRoute({
    operationId: 'deleteTrigger',
    summary: 'Delete a trigger with its events and the runs that have ended; not while one has not',
    tags,
    method: 'delete',
    path: '/api/triggers/{triggerId}',
    request: { params, headers: IfMatchHeader },
    responses: { 200: json(Deleted, 'It is gone'), ...problems(400, 401, 403, 404, 409, 412) },
  }),
  test: createRoute({
    operationId: 'testTrigger',
    summary: 'What a trigger would make of a delivery or a payload; nothing is started',
    tags,
    method: 'post',
    path: '/api/triggers/{triggerId}/test',
    request: { params, body: body(TestTrigger) },
    responses: { 200: json(TriggerTest, 'Its decisions'), ...problems(400, 401, 403, 404) },
  }),
  testDraft: createRoute({
    operationId: 'testTriggerDraft',
    summary: 'What a trigger that is not saved yet would make of a delivery or a payload',
    tags,
    method: 'post',
    path: '/api/triggers/test',
    request: { body: body(TestTriggerDraft) },
    responses: { 200: json(TriggerTest, 'Its decisions'), ...problems(400, 401, 403, 404) },
  }),
  events: createRoute({
    operationId: 'listTriggerEvents',
    summary: 'The events that a trigger wanted, with the runs they started',
    tags,
    method: 'get',
    path: '/api/triggers/{triggerId}/events',
    request: { params, query: PageQuery.extend({ status: TriggerEventStatus.optional() }) },
    responses: { 200: json(pageOf(TriggerEvent), 'A page, newest first'), ...problems(400, 401, 403, 404) },
  }),
}

export const triggerEvents = {
  skip: createRoute({
    operationId: 'skipTriggerEvent',
    summary: 'Skip an event whose run has not begun; its run is canceled',
    tags,
    method: 'post',
    path: '/api/trigger-events/{triggerEventId}/skip',
    request: { params: z.object({ triggerEventId: Id }) },
    responses: { 200: json(TriggerEvent, 'Skipped'), ...problems(400, 401, 403, 404, 409) },
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
      201: json(WebhookEndpointWithSecret, 'The secret is shown this once; an earlier one verifies for a day more'),
      ...problems(400, 401, 403, 409, 422),
    },
  }),
  rotate: createRoute({
    operationId: 'rotateWebhookEndpoint',
    summary: 'Give an endpoint a new secret; the old one verifies for a while too',
    tags,
    method: 'post',
    path: '/api/webhook-endpoints/{webhookEndpointId}/rotate',
    request: {
      params: z.object({ webhookEndpointId: Id }),
      headers: IdempotencyKeyHeader,
      body: body(RotateWebhookEndpoint),
    },
    responses: {
      200: json(WebhookEndpointWithSecret, 'The secret is shown this once'),
      ...problems(400, 401, 403, 404, 409, 422),
    },
  }),
}
