import { Id, pageOf, PageQuery } from '#schema/contracts/common'
import { CreateRepository, Repository, UpdateRepository } from '#schema/contracts/repositories'
import { body, createRoute, IdempotencyKeyHeader, IfMatchHeader, json, problems, z } from '#schema/endpoints/route'

const tags = ['Repositories']
const params = z.object({ repositoryId: Id })

export const repositories = {
  list: createRoute({
    operationId: 'listRepositories',
    summary: 'List repositories',
    tags,
    method: 'get',
    path: '/api/repositories',
    request: { query: PageQuery },
    responses: { 200: json(pageOf(Repository), 'A page, newest first'), ...problems(400, 401, 403) },
  }),
  create: createRoute({
    operationId: 'createRepository',
    summary: 'Add a repository and the configuration that boots it',
    tags,
    method: 'post',
    path: '/api/repositories',
    request: { headers: IdempotencyKeyHeader, body: body(CreateRepository) },
    responses: {
      201: json(Repository, 'Added'),
      200: json(Repository, 'It was there already; its URL, branch and credential are now as given'),
      ...problems(400, 401, 403, 409, 422),
    },
  }),
  show: createRoute({
    operationId: 'showRepository',
    summary: 'Show one repository',
    tags,
    method: 'get',
    path: '/api/repositories/{repositoryId}',
    request: { params },
    responses: { 200: json(Repository, 'The repository'), ...problems(400, 401, 403, 404) },
  }),
  update: createRoute({
    operationId: 'updateRepository',
    summary: 'Change the URL or the default branch; a new URL does not inherit the credential',
    tags,
    method: 'patch',
    path: '/api/repositories/{repositoryId}',
    request: { params, headers: IfMatchHeader, body: body(UpdateRepository) },
    responses: { 200: json(Repository, 'As it is now'), ...problems(400, 401, 403, 404, 412) },
  }),
}
