import { Automation, AutomationListItem, CreateAutomation, UpdateAutomation } from '#schema/contracts/automations'
import { Deleted, Id, pageOf, PageQuery } from '#schema/contracts/common'
import { RunAutomation, StartedRun } from '#schema/contracts/triggers'
import { body, createRoute, IdempotencyKeyHeader, IfMatchHeader, json, problems, z } from '#schema/endpoints/route'

const tags = ['Automations']
const params = z.object({ automationId: Id })

export const automations = {
  list: createRoute({
    operationId: 'listAutomations',
    summary: 'List automations, each with its last run',
    tags,
    method: 'get',
    path: '/api/automations',
    request: { query: PageQuery },
    responses: { 200: json(pageOf(AutomationListItem), 'A page, newest first'), ...problems(400, 401, 403) },
  }),
  create: createRoute({
    operationId: 'createAutomation',
    summary: 'Create an automation',
    tags,
    method: 'post',
    path: '/api/automations',
    request: { headers: IdempotencyKeyHeader, body: body(CreateAutomation) },
    responses: { 201: json(Automation, 'Created'), ...problems(400, 401, 403, 404, 409, 422) },
  }),
  show: createRoute({
    operationId: 'showAutomation',
    summary: 'Show one automation',
    tags,
    method: 'get',
    path: '/api/automations/{automationId}',
    request: { params },
    responses: { 200: json(Automation, 'The automation'), ...problems(400, 401, 403, 404) },
  }),
  update: createRoute({
    operationId: 'updateAutomation',
    summary: 'Change an automation',
    tags,
    method: 'patch',
    path: '/api/automations/{automationId}',
    request: { params, headers: IfMatchHeader, body: body(UpdateAutomation) },
    responses: { 200: json(Automation, 'As it is now'), ...problems(400, 401, 403, 404, 412) },
  }),
  delete: createRoute({
    operationId: 'deleteAutomation',
    summary: 'Delete an automation with its triggers and runs; sessions stay',
    tags,
    method: 'delete',
    path: '/api/automations/{automationId}',
    request: { params, headers: IfMatchHeader },
    responses: { 200: json(Deleted, 'It is gone'), ...problems(400, 401, 403, 404, 409, 412) },
  }),
  run: createRoute({
    operationId: 'runAutomation',
    summary: 'Run an automation now',
    tags,
    method: 'post',
    path: '/api/automations/{automationId}/run',
    request: { params, headers: IdempotencyKeyHeader, body: body(RunAutomation) },
    responses: { 201: json(StartedRun, 'The run is queued'), ...problems(400, 401, 403, 404, 409, 422) },
  }),
}
