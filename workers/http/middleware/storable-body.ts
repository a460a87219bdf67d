import { createMiddleware } from 'hono/factory'
import { storableJson } from '#kernel/json'
import type { HttpEnv } from '../context.ts'
import { RequestInvalid } from '../errors.ts'

/** How JSON spells what the database stores in no text: U+0000, and halves of surrogate pairs. */
const SUSPECT = /\\u(?:0000|d[89a-f])/i

/**
 * Takes out of a JSON body what no column can hold, so that no route has to think of it. The identity library reads
 * its own requests itself.
 */
export const storableBody = createMiddleware<HttpEnv>(async (c, next) => {
  // Media types have no case: what is asked here must be whatever the routes will take for JSON.
  const isJson = c.req.header('content-type')?.toLowerCase().includes('json') === true
  if (isJson && !c.req.path.startsWith('/api/auth/')) {
    const text = await c.req.text()
    // Typed as what it comes to; kept, and awaited, as a promise.
    if (SUSPECT.test(text)) c.req.bodyCache.text = Promise.resolve(cleaned(text)) as unknown as string
  }
  await next()
})

/**
 * U+0000 in a path or query is in no name, id or search that there is, and no column could be compared with it. Refused
 * before anything of the address is asked for. Throws `request.invalid`.
 */
export const storableUrl = createMiddleware<HttpEnv>(async (c, next) => {
  if (c.req.url.includes('%00')) {
    throw RequestInvalid({ meta: { issues: [{ path: '', message: 'the address must not hold U+0000 (%00)' }] } })
  }
  await next()
})

/** A text that is no JSON stays as it is, for the route to refuse. */
function cleaned(text: string): string {
  try {
    return JSON.stringify(storableJson(JSON.parse(text)))
  } catch {
    return text
  }
}
