import { Id, pageOf, PageQuery } from '#schema/contracts/common'
import { CreateRepository, Repository } from '#schema/contracts/repositories'
import { body, createRoute, json, problems, z } from '#schema/endpoints/route'

const tags = ['Repositories']

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
    request: { body: body(CreateRepository) },
    responses: {
      201: json(Repository, 'Added'),
      200: json(Repository, 'It was there already; its URL, branch and credential are now as given'),
      ...problems(400, 401, 403, 409),
    },
  }),
  show: createRoute({
    operationId: 'showRepository',
    summary: 'Show one repository',
    tags,
    method: 'get',
    path: '/api/repositories/{repositoryId}',
    request: { params: z.object({ repositoryId: Id }) },
    responses: { 200: json(Repository, 'The repository'), ...problems(400, 401, 403, 404) },
  }),
}
