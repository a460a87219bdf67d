import {
  cancelSession,
  findSession,
  listSessions,
  promptSession,
  sessionHistory,
  startSession,
} from '#domain/sessions'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'

export function serveSessions(api: Api): void {
  api.openapi(endpoints.sessions.list, async (c) => {
    const { actor } = c.var
    return c.json(await listSessions(c.var.platform, { actor, ...c.req.valid('query') }), 200)
  })
  api.openapi(endpoints.sessions.create, async (c) => {
    const idempotencyKey = c.req.valid('header')['idempotency-key'] ?? null
    const input = { actor: c.var.actor, body: c.req.valid('json'), idempotencyKey }
    const started = await startSession(c.var.platform, input)
    return started.created ? c.json(started.session, 201) : c.json(started.session, 200)
  })
  api.openapi(endpoints.sessions.show, async (c) => {
    const { actor } = c.var
    return c.json(await findSession(c.var.platform, { actor, ...c.req.valid('param') }), 200)
  })
  api.openapi(endpoints.sessions.events, async (c) => {
    const { actor } = c.var
    const { before, limit } = c.req.valid('query')
    const input = { actor, ...c.req.valid('param'), before: before ?? null, limit }
    return c.json(await sessionHistory(c.var.platform, input), 200)
  })
  api.openapi(endpoints.sessions.prompt, async (c) => {
    const idempotencyKey = c.req.valid('header')['idempotency-key'] ?? null
    const input = { actor: c.var.actor, ...c.req.valid('param'), ...c.req.valid('json'), idempotencyKey }
    return c.json(await promptSession(c.var.platform, input), 202)
  })
  api.openapi(endpoints.sessions.cancel, async (c) =>
    c.json(await cancelSession(c.var.platform, { actor: c.var.actor, ...c.req.valid('param') }), 202),
  )
}
