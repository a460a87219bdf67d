import { createMiddleware } from 'hono/factory'
import { etagOf, listsTag } from '#kernel/etag'
import type { HttpContext, HttpEnv } from '../context.ts'

/** Asked again by the same reader, an answer of this kind may be compared by its tag, and is stored by nobody else. */
const REVALIDATED = 'private, no-cache'

/**
 * Gives the answer about a single thing its entity tag; a reader that has it already (If-None-Match) is told so, 304,
 * without the content. Also on edits, whose answer is the thing as it is now. The tag of a part (`editable`) serves
 * edits only: the rest may have changed.
 */
export const conditional = createMiddleware<HttpEnv>(async (c, next) => {
  await next()
  if (c.res.status !== 200) return
  const editable = c.get('editable')
  const text = editable === undefined ? await c.res.clone().text() : JSON.stringify(editable)
  const tag = await etagOf(c.get('platform'), text)
  const known = c.req.header('if-none-match')
  if (c.req.method === 'GET' && editable === undefined && known !== undefined && listsTag(known, tag)) {
    c.res = new Response(null, { status: 304, headers: c.res.headers })
    c.res.headers.delete('content-type')
  }
  c.header('etag', tag)
  c.header('cache-control', REVALIDATED)
})

/** The If-Match header of an edit; null when there is none. */
export const ifMatchOf = (c: HttpContext): string | null => c.req.header('if-match') ?? null
