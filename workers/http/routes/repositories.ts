import { createRepository, findRepository, listRepositories } from '#domain/repositories'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'

export function serveRepositories(api: Api): void {
  api.openapi(endpoints.repositories.list, async (c) => {
    const { organizationId } = c.var.actor
    return c.json(await listRepositories(c.var.platform, { organizationId, ...c.req.valid('query') }), 200)
  })
  api.openapi(endpoints.repositories.create, async (c) => {
    const made = await createRepository(c.var.platform, { actor: c.var.actor, ...c.req.valid('json') })
    return made.created ? c.json(made.repository, 201) : c.json(made.repository, 200)
  })
  api.openapi(endpoints.repositories.show, async (c) => {
    const { organizationId } = c.var.actor
    return c.json(await findRepository(c.var.platform, { organizationId, ...c.req.valid('param') }), 200)
  })
}
