import { createMiddleware } from 'hono/factory'
import type { HttpEnv } from '../context.ts'

/**
 * Answers are what they say they are, are shown in no frame, tell no other site where they were, and API answers stay
 * unstored.
 */
export const securityHeaders = createMiddleware<HttpEnv>(async (c, next) => {
  await next()
  if (c.res.status === 101) return
  c.header('x-content-type-options', 'nosniff')
  c.header('x-frame-options', 'DENY')
  c.header('referrer-policy', 'no-referrer')
  if (new URL(c.req.url).protocol === 'https:') c.header('strict-transport-security', 'max-age=31536000')
  const isApi = c.req.path.startsWith('/api/')
  // What has a tag may be kept by its reader, to be asked for again.
  if (isApi && !c.res.headers.has('etag')) c.header('cache-control', 'no-store')
})
