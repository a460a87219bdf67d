import { changeMemberRole, leaveOrganization, removeMember, showMember, showMembers } from '#domain/identity'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'
import { ifMatchOf } from '../middleware/conditional.ts'

const done = { done: true } as const

export function serveMembers(api: Api): void {
  api.openapi(endpoints.members.list, async (c) => {
    return c.json(await showMembers(c.var.platform, { actor: c.var.actor, ...c.req.valid('query') }), 200)
  })
  api.openapi(endpoints.members.show, async (c) => {
    const { memberId } = c.req.valid('param')
    return c.json(await showMember(c.var.platform, { actor: c.var.actor, memberId }), 200)
  })
  api.openapi(endpoints.members.update, async (c) => {
    const { memberId } = c.req.valid('param')
    const input = { actor: c.var.actor, memberId, ifMatch: ifMatchOf(c), ...c.req.valid('json') }
    return c.json(await changeMemberRole(c.var.platform, input), 200)
  })
  api.openapi(endpoints.members.remove, async (c) => {
    const { memberId } = c.req.valid('param')
    await removeMember(c.var.platform, { actor: c.var.actor, memberId })
    return c.json(done, 200)
  })
  api.openapi(endpoints.members.leave, async (c) => {
    await leaveOrganization(c.var.platform, { actor: c.var.actor })
    return c.json(done, 200)
  })
}
