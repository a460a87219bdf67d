import { z } from 'zod'
import { PollGroup } from '#schema/contracts/poll-groups'
import { Provider } from '#schema/contracts/providers'
import { TriggerProvider } from '#schema/contracts/triggers'
import { createRoute, json, problems } from '#schema/endpoints/route'

const tags = ['Triggers']

export const providers = {
  list: createRoute({
    operationId: 'listProviders',
    summary: 'Everything that can wake an automation, with a form for each event',
    tags,
    method: 'get',
    path: '/api/providers',
    responses: { 200: json(z.object({ items: z.array(Provider) }), 'All of them'), ...problems(401, 403) },
  }),
  show: createRoute({
    operationId: 'showProvider',
    summary: 'Show one of them',
    tags,
    method: 'get',
    path: '/api/providers/{providerId}',
    request: { params: z.object({ providerId: TriggerProvider }) },
    responses: { 200: json(Provider, 'The provider'), ...problems(400, 401, 403) },
  }),
}

export const pollGroups = {
  list: createRoute({
    operationId: 'listPollGroups',
    summary: 'How the polling of integrations goes: last poll, last error, next poll',
    tags,
    method: 'get',
    path: '/api/poll-groups',
    responses: { 200: json(z.object({ items: z.array(PollGroup) }), 'All of them'), ...problems(401, 403) },
  }),
}
