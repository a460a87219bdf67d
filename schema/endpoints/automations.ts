import { Automation, CreateAutomation } from '#schema/contracts/automations'
import { Id, pageOf, PageQuery } from '#schema/contracts/common'
import { body, createRoute, json, problems, z } from '#schema/endpoints/route'

const tags = ['Automations']

export const automations = {
  list: createRoute({
    operationId: 'listAutomations',
    summary: 'List automations',
    tags,
    method: 'get',
    path: '/api/automations',
    request: { query: PageQuery },
    responses: { 200: json(pageOf(Automation), 'A page, newest first'), ...problems(400, 401, 403) },
  }),
  create: createRoute({
    operationId: 'createAutomation',
    summary: 'Create an automation',
    tags,
    method: 'post',
    path: '/api/automations',
    request: { body: body(CreateAutomation) },
    responses: { 201: json(Automation, 'Created'), ...problems(400, 401, 403, 404) },
  }),
  show: createRoute({
    operationId: 'showAutomation',
    summary: 'Show one automation',
    tags,
    method: 'get',
    path: '/api/automations/{automationId}',
    request: { params: z.object({ automationId: Id }) },
    responses: { 200: json(Automation, 'The automation'), ...problems(400, 401, 403, 404) },
  }),
}
