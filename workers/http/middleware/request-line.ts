import { createMiddleware } from 'hono/factory'
import { matchedRoutes } from 'hono/route'
import type { HttpEnv, OpenPlatform } from '../context.ts'
import { asDeclared } from '../problem.ts'

/** A caller may name its request, so that its logs and ours can be laid side by side; anything odd is replaced. */
const REQUEST_ID = /^[\w-]{8,64}$/

/**
 * Names the request (header x-request-id, in and out), opens the world for it, and writes one line when it is answered:
 * who, what, how it ended, how long it took. Never a body, a query or a credential.
 */
export const requestLine = (open: OpenPlatform) =>
  createMiddleware<HttpEnv>(async (c, next) => {
    const startedAt = performance.now()
    const named = c.req.header('x-request-id')
    const requestId = named !== undefined && REQUEST_ID.test(named) ? named : crypto.randomUUID()
    c.set('requestId', requestId)
    const platform = open(c.env, { requestId })
    c.set('platform', platform)
    await next()
    // The answer to an upgrade belongs to the runtime: copying it would lose the socket.
    if (c.res.status !== 101) c.header('x-request-id', requestId)
    platform.log.info('http.request', {
      method: c.req.method,
      route: matchedRoutes(c).at(-1)?.path ?? null,
      status: c.res.status,
      error: c.error === undefined ? null : asDeclared(c.error).code,
      durationMs: Math.round(performance.now() - startedAt),
      organizationId: c.get('caller')?.membership?.organization.id ?? null,
      userId: c.get('caller')?.signIn.user.id ?? null,
    })
  })
