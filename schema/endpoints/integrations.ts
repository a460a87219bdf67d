import { Deleted, Id, pageOf, PageQuery } from '#schema/contracts/common'
import { CreateIntegration, Integration, UpdateIntegration } from '#schema/contracts/integrations'
import { body, createRoute, IdempotencyKeyHeader, IfMatchHeader, json, problems, z } from '#schema/endpoints/route'

const tags = ['Integrations']
const params = z.object({ integrationId: Id })

export const integrations = {
  list: createRoute({
    operationId: 'listIntegrations',
    summary: 'List the connections to external services',
    tags,
    method: 'get',
    path: '/api/integrations',
    request: { query: PageQuery },
    responses: { 200: json(pageOf(Integration), 'A page, newest first'), ...problems(400, 401, 403) },
  }),
  create: createRoute({
    operationId: 'createIntegration',
    summary: 'Connect a service by a credential that it gave out',
    tags,
    method: 'post',
    path: '/api/integrations',
    request: { headers: IdempotencyKeyHeader, body: body(CreateIntegration) },
    responses: { 201: json(Integration, 'Connected'), ...problems(400, 401, 403, 409, 422, 503) },
  }),
  update: createRoute({
    operationId: 'updateIntegration',
    summary: 'Name a connection, or give it a new credential',
    tags,
    method: 'patch',
    path: '/api/integrations/{integrationId}',
    request: { params, headers: IfMatchHeader, body: body(UpdateIntegration) },
    responses: { 200: json(Integration, 'As it is now'), ...problems(400, 401, 403, 404, 412, 422, 503) },
  }),
  delete: createRoute({
    operationId: 'deleteIntegration',
    summary: 'Disconnect; triggers that listen to it alone are switched off',
    tags,
    method: 'delete',
    path: '/api/integrations/{integrationId}',
    request: { params },
    responses: { 200: json(Deleted, 'It is gone'), ...problems(400, 401, 403, 404) },
  }),
}
