import { cancelRun, findRun, listRunEvents, listRuns } from '#domain/automations'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'

export function serveRuns(api: Api): void {
  api.openapi(endpoints.runs.list, async (c) => {
    const { actor } = c.var
    return c.json(await listRuns(c.var.platform, { actor, ...c.req.valid('query') }), 200)
  })
  api.openapi(endpoints.runs.show, async (c) => {
    const { actor } = c.var
    return c.json(await findRun(c.var.platform, { actor, ...c.req.valid('param') }), 200)
  })
  api.openapi(endpoints.runs.events, async (c) => {
    const { actor } = c.var
    return c.json(await listRunEvents(c.var.platform, { actor, ...c.req.valid('param') }), 200)
  })
  api.openapi(endpoints.runs.cancel, async (c) =>
    c.json(await cancelRun(c.var.platform, { actor: c.var.actor, ...c.req.valid('param') }), 200),
  )
}
