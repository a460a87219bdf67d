import { createMiddleware } from 'hono/factory'
import { matchedRoutes } from 'hono/route'
import type { Caller } from '#domain/identity'
import { redactFields } from '#kernel/redact'
import { readTraceparent, spanIdOf, traceIdOf } from '#kernel/trace'
import type { HttpContext, HttpEnv, OpenPlatform } from '../context.ts'
import { asDeclared } from '../problem.ts'

/** A caller may name its request, so that its logs and ours can be laid side by side; anything odd is replaced. */
const REQUEST_ID = /^[\w-]{8,64}$/

/**
 * Names the request (header x-request-id, in and out), takes up its trace (header traceparent) or begins one, opens the
 * world for it, and writes one wide event when it is answered: who, what, how it ended, how long it took. Never a body,
 * a query or a credential.
 */
export const requestLine = (open: OpenPlatform) =>
  createMiddleware<HttpEnv>(async (c, next) => {
    const startedAt = new Date()
    const named = c.req.header('x-request-id')
    const requestId = named !== undefined && REQUEST_ID.test(named) ? named : crypto.randomUUID()
    c.set('requestId', requestId)
    const caller = readTraceparent(c.req.header('traceparent'))
    const traceId = caller?.traceId ?? traceIdOf(crypto.randomUUID())
    const spanId = spanIdOf(crypto.randomUUID())
    const platform = { ...open(c.env, { requestId, traceId, spanId }), origin: originOf(c, { requestId, traceId }) }
    c.set('platform', platform)
    await next()
    // The answer to an upgrade belongs to the runtime: copying it would lose the socket.
    if (c.res.status !== 101) c.header('x-request-id', requestId)
    const endedAt = new Date()
    const fields = { ...factsOf(c), durationMs: endedAt.getTime() - startedAt.getTime() }
    platform.log.info('http.request', fields)
    platform.telemetry.span({
      traceId,
      spanId,
      parentSpanId: caller?.spanId ?? null,
      name: `${fields.method} ${fields.route ?? 'unknown'}`,
      kind: 'server',
      startedAt,
      endedAt,
      attributes: redactFields({ ...fields, requestId }),
      error: c.res.status >= 500 ? fields.error : null,
    })
    afterAnswer(c, platform.telemetry.flush())
  })

function factsOf(c: HttpContext) {
  const caller = c.get('caller')
  return {
    method: c.req.method,
    route: matchedRoutes(c).at(-1)?.path ?? null,
    status: c.res.status,
    error: c.error === undefined ? null : asDeclared(c.error).code,
    ...(caller ? whoIs(caller) : NOBODY),
  }
}

const NOBODY = { organizationId: null, userId: null, impersonatedBy: null, apiKeyId: null }

function whoIs(caller: Caller) {
  return {
    organizationId: caller.membership?.organization.id ?? null,
    userId: caller.signIn.user.id,
    impersonatedBy: caller.impersonation?.adminId ?? null,
    apiKeyId: caller.apiKey?.id ?? null,
  }
}

function originOf(c: HttpContext, ids: { requestId: string; traceId: string }) {
  // Set by Cloudflare; a header of that name from outside is replaced there.
  const ip = c.req.header('cf-connecting-ip') ?? null
  return { ip, userAgent: c.req.header('user-agent') ?? null, ...ids }
}

/** Outside of the runtime, as in tests, there is nothing that would end the work early. */
function afterAnswer(c: HttpContext, work: Promise<void>): void {
  let context: { waitUntil(work: Promise<unknown>): void } | null
  try {
    context = c.executionCtx
  } catch {
    context = null
  }
  context?.waitUntil(work)
}
