import { createMiddleware } from 'hono/factory'
import { storableJson } from '#kernel/json'
import type { HttpEnv } from '../context.ts'

/** How JSON spells what the database stores in no text: U+0000, and halves of surrogate pairs. */
const SUSPECT = /\\u(?:0000|d[89a-f])/i

/**
 * Takes out of a JSON body what no column can hold, so that no route has to think of it. The identity library reads
 * its own requests itself.
 */
export const storableBody = createMiddleware<HttpEnv>(async (c, next) => {
  const isJson = c.req.header('content-type')?.includes('json') === true
  if (isJson && !c.req.path.startsWith('/api/auth/')) {
    const text = await c.req.text()
    // Typed as what it comes to; kept, and awaited, as a promise.
    if (SUSPECT.test(text)) c.req.bodyCache.text = Promise.resolve(cleaned(text)) as unknown as string
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
