import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'
import { RouteNotFound } from '../errors.ts'

/** The mailbox of development: in production there is none, and nothing tells that there could be. */
export function serveDevMailbox(api: Api): void {
  api.openapi(endpoints.dev.mailbox, async (c) => {
    const { config, keptMails } = c.var.platform
    if (config.ENVIRONMENT === 'production') throw RouteNotFound()
    return c.json({ items: await keptMails() }, 200)
  })
}
