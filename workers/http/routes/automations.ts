import {
  createAutomation,
  deleteAutomation,
  findAutomation,
  listAutomations,
  updateAutomation,
} from '#domain/automations'
import { runNow } from '#domain/triggers'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'
import { ifMatchOf } from '../middleware/conditional.ts'

export function serveAutomations(api: Api): void {
  api.openapi(endpoints.automations.list, async (c) => {
    const { actor } = c.var
    return c.json(await listAutomations(c.var.platform, { actor, ...c.req.valid('query') }), 200)
  })
  api.openapi(endpoints.automations.create, async (c) =>
    c.json(await createAutomation(c.var.platform, { actor: c.var.actor, automation: c.req.valid('json') }), 201),
  )
  api.openapi(endpoints.automations.show, async (c) => {
    const { actor } = c.var
    return c.json(await findAutomation(c.var.platform, { actor, ...c.req.valid('param') }), 200)
  })
  api.openapi(endpoints.automations.update, async (c) => {
    const input = { actor: c.var.actor, ...c.req.valid('param'), ifMatch: ifMatchOf(c), change: c.req.valid('json') }
    return c.json(await updateAutomation(c.var.platform, input), 200)
  })
  api.openapi(endpoints.automations.delete, async (c) => {
    const input = { actor: c.var.actor, ...c.req.valid('param'), ifMatch: ifMatchOf(c) }
    return c.json(await deleteAutomation(c.var.platform, input), 200)
  })
  api.openapi(endpoints.automations.run, async (c) => {
    const input = { actor: c.var.actor, ...c.req.valid('param'), request: c.req.valid('json') }
    return c.json(await runNow(c.var.platform, input), 201)
  })
}
