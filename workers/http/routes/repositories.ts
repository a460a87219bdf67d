import { createRepository, findRepository, listRepositories, updateRepository } from '#domain/repositories'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'
import { ifMatchOf } from '../middleware/conditional.ts'

export function serveRepositories(api: Api): void {
  api.openapi(endpoints.repositories.list, async (c) => {
    const { actor } = c.var
    return c.json(await listRepositories(c.var.platform, { actor, ...c.req.valid('query') }), 200)
  })
  api.openapi(endpoints.repositories.create, async (c) => {
    const made = await createRepository(c.var.platform, { actor: c.var.actor, ...c.req.valid('json') })
    return made.created ? c.json(made.repository, 201) : c.json(made.repository, 200)
  })
  api.openapi(endpoints.repositories.show, async (c) => {
    const { actor } = c.var
    return c.json(await findRepository(c.var.platform, { actor, ...c.req.valid('param') }), 200)
  })
  api.openapi(endpoints.repositories.update, async (c) => {
    const input = { actor: c.var.actor, ...c.req.valid('param'), ifMatch: ifMatchOf(c), change: c.req.valid('json') }
    return c.json(await updateRepository(c.var.platform, input), 200)
  })
}
