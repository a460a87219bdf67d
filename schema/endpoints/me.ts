import { Me } from '#schema/contracts/identity'
import { createRoute, json, problems } from '#schema/endpoints/route'

export const me = {
  show: createRoute({
    operationId: 'showMe',
    summary: 'Who is signed in, in which organization, with which role',
    tags: ['Identity'],
    method: 'get',
    path: '/api/me',
    responses: { 200: json(Me, 'The caller'), ...problems(401, 403) },
  }),
}
