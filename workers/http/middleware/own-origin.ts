import { createMiddleware } from 'hono/factory'
import type { HttpContext, HttpEnv } from '../context.ts'
import { BadOrigin } from '../errors.ts'

const READS = ['GET', 'HEAD', 'OPTIONS']

/**
 * Whether a page of another site may have sent this request with somebody's cookie: it carries one and does not come
 * from the dashboard's origin or from this very host. A bearer token is never sent by a browser on its own, so it is
 * exempt.
 */
function isForeign(c: HttpContext): boolean {
  if (c.req.header('authorization') !== undefined || c.req.header('cookie') === undefined) return false
  const origin = c.req.header('origin')
  if (origin === undefined) return true
  return origin !== new URL(c.get('platform').config.APP_URL).origin && origin !== new URL(c.req.url).origin
}

/** On everything that changes something (b0 §0.4). Throws `request.bad_origin`. */
export const ownOriginForChanges = createMiddleware<HttpEnv>(async (c, next) => {
  if (!READS.includes(c.req.method) && isForeign(c)) throw BadOrigin()
  await next()
})

/** On sockets: a WebSocket is opened by GET, and browsers let every page open one. Throws `request.bad_origin`. */
export const ownOriginForSockets = createMiddleware<HttpEnv>(async (c, next) => {
  if (isForeign(c)) throw BadOrigin()
  await next()
})
