import { createApiKey, listOwnApiKeys, removeApiKey, revokePresentedKey } from '#domain/identity'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'

export function serveApiKeys(api: Api): void {
  api.openapi(endpoints.apiKeys.list, async (c) => {
    return c.json({ items: await listOwnApiKeys(c.var.platform, { actor: c.var.actor }) }, 200)
  })
  api.openapi(endpoints.apiKeys.create, async (c) => {
    const input = { actor: c.var.actor, body: c.req.valid('json') }
    return c.json(await createApiKey(c.var.platform, input), 201)
  })
  api.openapi(endpoints.apiKeys.remove, async (c) => {
    await removeApiKey(c.var.platform, { actor: c.var.actor, ...c.req.valid('param') })
    return c.json({ done: true } as const, 200)
  })
  api.openapi(endpoints.apiKeys.revoke, async (c) => {
    await revokePresentedKey(c.var.platform, { actor: c.var.actor })
    return c.json({ done: true } as const, 200)
  })
}
