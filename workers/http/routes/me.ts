import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'

export function serveMe(api: Api): void {
  api.openapi(endpoints.me.show, (c) => {
    const { signIn, membership } = c.var.caller
    const organization = membership?.organization ?? null
    return c.json({ user: signIn.user, organization, role: membership?.role ?? null }, 200)
  })
}
