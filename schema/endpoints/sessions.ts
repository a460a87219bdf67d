import { Id, pageOf, PageQuery } from '#schema/contracts/common'
import { SessionEvent } from '#schema/contracts/session-events'
import { CreateSession, PromptReceipt, PromptText, Session, SessionStatus } from '#schema/contracts/sessions'
import { body, createRoute, IdempotencyKeyHeader, json, problems, z } from '#schema/endpoints/route'

const tags = ['Sessions']
const params = z.object({ sessionId: Id })

export const sessions = {
  list: createRoute({
    operationId: 'listSessions',
    summary: 'List sessions',
    tags,
    method: 'get',
    path: '/api/sessions',
    request: { query: PageQuery.extend({ status: SessionStatus.optional() }) },
    responses: { 200: json(pageOf(Session), 'A page, newest first'), ...problems(400, 401, 403) },
  }),
  create: createRoute({
    operationId: 'createSession',
    summary: 'Start a session on a configuration',
    tags,
    method: 'post',
    path: '/api/sessions',
    request: { headers: IdempotencyKeyHeader, body: body(CreateSession) },
    responses: {
      201: json(Session, 'Created'),
      200: json(Session, 'The same Idempotency-Key made it before'),
      ...problems(400, 401, 403, 404, 409, 422, 429, 503),
    },
  }),
  show: createRoute({
    operationId: 'showSession',
    summary: 'Show one session; never wakes its sandbox',
    tags,
    method: 'get',
    path: '/api/sessions/{sessionId}',
    request: { params },
    responses: { 200: json(Session, 'The session'), ...problems(400, 401, 403, 404) },
  }),
  events: createRoute({
    operationId: 'listSessionEvents',
    summary: 'The event history of a session, paged backwards by sequence',
    tags,
    method: 'get',
    path: '/api/sessions/{sessionId}/events',
    request: {
      params,
      query: z.object({
        before: z.coerce.number().int().min(1).optional(),
        limit: z.coerce.number().int().min(1).max(500).default(200),
      }),
    },
    responses: {
      200: json(
        z.object({ items: z.array(SessionEvent), nextBefore: z.number().int().nullable() }),
        'Events in order, the oldest first; `nextBefore` asks for the ones before them',
      ),
      ...problems(400, 401, 403, 404, 503),
    },
  }),
  prompt: createRoute({
    operationId: 'promptSession',
    summary: 'Send a prompt; it reaches the agent exactly once, or is reported failed',
    tags,
    method: 'post',
    path: '/api/sessions/{sessionId}/prompts',
    request: { params, headers: IdempotencyKeyHeader, body: body(z.strictObject({ text: PromptText })) },
    responses: { 202: json(PromptReceipt, 'Stored'), ...problems(400, 401, 403, 404, 409, 422, 503) },
  }),
  cancel: createRoute({
    operationId: 'cancelSession',
    summary: 'Stop what the agent is doing now; the session stays usable',
    tags,
    method: 'post',
    path: '/api/sessions/{sessionId}/cancel',
    request: { params },
    responses: {
      202: json(z.object({ canceled: z.boolean() }), 'False when nothing was going on'),
      ...problems(400, 401, 403, 404, 503),
    },
  }),
}
