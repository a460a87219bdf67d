import { exportAudit, listAudit } from '#domain/identity'
import { describeError } from '#kernel/errors'
import { endpoints } from '#schema/endpoints/index'
import type { Api, HttpContext } from '../context.ts'

const CONTENT_TYPES = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson' } as const

export function serveAudit(api: Api): void {
  api.openapi(endpoints.audit.list, async (c) => {
    const { cursor, limit, ...filter } = c.req.valid('query')
    return c.json(await listAudit(c.var.platform, { actor: c.var.actor, filter, cursor, limit }), 200)
  })
  api.openapi(endpoints.audit.export, async (c) => {
    const { format, ...filter } = c.req.valid('query')
    const pieces = await exportAudit(c.var.platform, { actor: c.var.actor, filter, format })
    return c.body(streamOf(c, pieces), 200, {
      'content-type': CONTENT_TYPES[format],
      'content-disposition': `attachment; filename="audit.${format}"`,
    })
  })
}

/** Pages are read as fast as they are taken. A page that fails breaks the connection: half an export must not look whole. */
function streamOf(c: HttpContext, pieces: AsyncGenerator<string, void>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await pieces.next()
        if (done) controller.close()
        else controller.enqueue(encoder.encode(value))
      } catch (error) {
        c.var.platform.log.error('audit.export_failed', { error: describeError(error) })
        controller.error(error)
      }
    },
    async cancel() {
      await pieces.return()
    },
  })
}
