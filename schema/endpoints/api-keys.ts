import { ApiKey, CreateApiKey, CreatedApiKey, Done, IdentityId } from '#schema/contracts/identity'
import { body, createRoute, IdempotencyKeyHeader, json, problems, z } from '#schema/endpoints/route'

const tags = ['API keys']

export const apiKeys = {
  list: createRoute({
    operationId: 'listApiKeys',
    summary: 'Your own API keys in all organizations, newest first',
    tags,
    method: 'get',
    path: '/api/api-keys',
    responses: { 200: json(z.object({ items: z.array(ApiKey) }), 'At most 20'), ...problems(401, 403) },
  }),
  create: createRoute({
    operationId: 'createApiKey',
    summary: 'Make a key for the present organization; shown this once',
    tags,
    method: 'post',
    path: '/api/api-keys',
    request: { headers: IdempotencyKeyHeader, body: body(CreateApiKey) },
    responses: { 201: json(CreatedApiKey, 'The key itself'), ...problems(400, 401, 403, 409, 422) },
  }),
  remove: createRoute({
    operationId: 'deleteApiKey',
    summary: 'End one of your keys',
    tags,
    method: 'delete',
    path: '/api/api-keys/{apiKeyId}',
    request: { params: z.object({ apiKeyId: IdentityId }) },
    responses: { 200: json(Done, 'It opens nothing any more'), ...problems(400, 401, 403, 404) },
  }),
  revoke: createRoute({
    operationId: 'revokePresentedKey',
    summary: 'End the key that this request is sent with, as a device does when its person signs out there',
    tags,
    method: 'delete',
    path: '/api/device/token',
    responses: { 200: json(Done, 'It opens nothing any more'), ...problems(401, 403, 404) },
  }),
}
