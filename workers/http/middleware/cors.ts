import { createMiddleware } from 'hono/factory'
import type { HttpEnv } from '../context.ts'

const METHODS = 'GET, POST, PUT, PATCH, DELETE'
const HEADERS =
  'authorization, content-type, idempotency-key, if-match, if-none-match, traceparent, x-organization-id, x-request-id'
const EXPOSED =
  'etag, idempotency-replayed, ratelimit-limit, ratelimit-policy, ratelimit-remaining, ratelimit-reset, retry-after, ' +
  'x-request-id'
/** How long a browser need not ask again, in seconds. */
const MAX_AGE_SECONDS = '600'

/**
 * Pages of the origins in CORS_ORIGINS may call the API with a token; cookies are never allowed across origins, since
 * the dashboard reaches the API on its own (D25). Everybody else gets no CORS headers at all.
 */
export const cors = createMiddleware<HttpEnv>(async (c, next) => {
  const origin = c.req.header('origin')
  const allowed = origin !== undefined && c.get('platform').config.CORS_ORIGINS.includes(origin)
  const isPreflight = c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined
  if (isPreflight && allowed) {
    return c.body(null, 204, {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': METHODS,
      'access-control-allow-headers': HEADERS,
      'access-control-max-age': MAX_AGE_SECONDS,
      vary: 'origin',
    })
  }
  await next()
  if (c.res.status === 101 || c.get('platform').config.CORS_ORIGINS.length === 0) return
  c.header('vary', 'origin', { append: true })
  if (!allowed) return
  c.header('access-control-allow-origin', origin)
  c.header('access-control-expose-headers', EXPOSED)
})
