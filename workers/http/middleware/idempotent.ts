import { createMiddleware } from 'hono/factory'
import { answerOnce } from '#domain/identity'
import { canonicalJson } from '#kernel/json'
import { IdempotencyKeyHeader } from '#schema/endpoints/route'
import type { HttpContext, HttpEnv } from '../context.ts'

/** Tells a caller that the answer is the one that was given before. */
const REPLAYED = 'idempotency-replayed'

/**
 * Gives the same request with the same Idempotency-Key the same answer, and does the work once. Stands behind
 * identification, on every route that declares the header. A key that is not valid is left to the route's schema.
 */
export const idempotent = createMiddleware<HttpEnv>(async (c, next) => {
  const parsed = IdempotencyKeyHeader.safeParse(c.req.header())
  const named = parsed.success ? parsed.data['idempotency-key'] : undefined
  const caller = c.get('caller')
  if (named === undefined || !caller) return next()
  const { signIn, membership, apiKey, impersonation } = caller
  const url = new URL(c.req.url)
  const key = {
    organizationId: membership?.organization.id ?? '',
    // A key sees what it was answered itself, never what its owner or another key was.
    userId: [signIn.user.id, ...(apiKey ? [apiKey.id] : [])].join(' '),
    route: `${c.req.method} ${url.pathname}`,
    key: named,
  }
  const platform = c.get('platform')
  const requestHash = await platform.digest.sha256(`${url.search}\n${comparable(await c.req.text())}`)
  // Nobody is told again what they may not ask any more.
  const rights = [membership?.role, apiKey?.scopes.toSorted(), impersonation?.adminId]
  const rightsHash = await platform.digest.sha256(JSON.stringify(rights))
  const { replayed } = await answerOnce(platform, { key, requestHash, rightsHash }, async () => {
    await next()
    return c.res.ok ? { status: c.res.status, body: await c.res.clone().text() } : null
  })
  if (replayed) return replay(c, replayed)
})

function replay(c: HttpContext, { status, body }: { status: number; body: string }): Response {
  c.header(REPLAYED, 'true')
  return c.newResponse(body, status as 200, { 'content-type': 'application/json' })
}

/** Two texts of the same JSON value are the same body. */
function comparable(text: string): string {
  try {
    return canonicalJson(JSON.parse(text))
  } catch {
    return text
  }
}
