import {
  impersonate,
  listAllOrganizations,
  listDeploymentAudit,
  listUsers,
  stopImpersonating,
  suspendUser,
  unsuspendUser,
} from '#domain/identity'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'
import { clearImpersonationCookie, setImpersonationCookie } from '../impersonation-cookie.ts'

const done = { done: true } as const

export function serveAdmin(api: Api): void {
  api.openapi(endpoints.admin.users, async (c) => {
    const input = { caller: c.var.caller, query: c.req.valid('query') }
    return c.json(await listUsers(c.var.platform, input), 200)
  })
  api.openapi(endpoints.admin.organizations, async (c) => {
    const input = { caller: c.var.caller, query: c.req.valid('query') }
    return c.json(await listAllOrganizations(c.var.platform, input), 200)
  })
  api.openapi(endpoints.admin.audit, async (c) => {
    const { cursor, limit, ...filter } = c.req.valid('query')
    return c.json(await listDeploymentAudit(c.var.platform, { caller: c.var.caller, filter, cursor, limit }), 200)
  })
  api.openapi(endpoints.admin.impersonate, async (c) => {
    const input = { caller: c.var.caller, ...c.req.valid('json') }
    const { cookie, impersonation } = await impersonate(c.var.platform, input)
    setImpersonationCookie(c, cookie)
    return c.json(impersonation, 200)
  })
  api.openapi(endpoints.admin.stopImpersonating, async (c) => {
    await stopImpersonating(c.var.platform, { caller: c.var.caller })
    clearImpersonationCookie(c)
    return c.json(done, 200)
  })
  api.openapi(endpoints.admin.suspend, async (c) => {
    const input = { caller: c.var.caller, ...c.req.valid('param'), ...c.req.valid('json') }
    await suspendUser(c.var.platform, input)
    return c.json(done, 200)
  })
  api.openapi(endpoints.admin.unsuspend, async (c) => {
    await unsuspendUser(c.var.platform, { caller: c.var.caller, ...c.req.valid('param') })
    return c.json(done, 200)
  })
}
