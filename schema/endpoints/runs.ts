import { Id, pageOf, PageQuery } from '#schema/contracts/common'
import { Run, RunEvent, RunStatus } from '#schema/contracts/runs'
import { createRoute, json, problems, z } from '#schema/endpoints/route'

const tags = ['Runs']
const params = z.object({ runId: Id })

export const runs = {
  list: createRoute({
    operationId: 'listRuns',
    summary: 'List runs',
    tags,
    method: 'get',
    path: '/api/runs',
    request: { query: PageQuery.extend({ status: RunStatus.optional(), automationId: Id.optional() }) },
    responses: { 200: json(pageOf(Run), 'A page, newest first'), ...problems(400, 401, 403) },
  }),
  show: createRoute({
    operationId: 'showRun',
    summary: 'Show one run',
    tags,
    method: 'get',
    path: '/api/runs/{runId}',
    request: { params },
    responses: { 200: json(Run, 'The run'), ...problems(400, 401, 403, 404) },
  }),
  events: createRoute({
    operationId: 'listRunEvents',
    summary: 'The timeline of a run, oldest first',
    tags,
    method: 'get',
    path: '/api/runs/{runId}/events',
    request: { params },
    responses: { 200: json(z.object({ items: z.array(RunEvent) }), 'The timeline'), ...problems(400, 401, 403, 404) },
  }),
  cancel: createRoute({
    operationId: 'cancelRun',
    summary: 'Cancel a run that has not ended, and its session',
    tags,
    method: 'post',
    path: '/api/runs/{runId}/cancel',
    request: { params },
    responses: { 200: json(Run, 'The canceled run'), ...problems(400, 401, 403, 404, 409) },
  }),
}
