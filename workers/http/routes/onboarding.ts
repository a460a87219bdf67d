import { finishOnboarding, noteOnboarding, showOnboarding } from '#domain/identity'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'

export function serveOnboarding(api: Api): void {
  api.openapi(endpoints.onboarding.show, async (c) => {
    return c.json(await showOnboarding(c.var.platform, { actor: c.var.actor }), 200)
  })
  api.openapi(endpoints.onboarding.update, async (c) => {
    const input = { actor: c.var.actor, change: c.req.valid('json') }
    return c.json(await noteOnboarding(c.var.platform, input), 200)
  })
  api.openapi(endpoints.onboarding.complete, async (c) => {
    return c.json(await finishOnboarding(c.var.platform, { actor: c.var.actor }), 200)
  })
}
