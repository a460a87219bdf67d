import {
  acceptInvitation,
  invite,
  rejectInvitation,
  resendInvitation,
  showInvitationInfo,
  showInvitations,
  withdrawInvitation,
} from '#domain/identity'
import { endpoints } from '#schema/endpoints/index'
import type { Api } from '../context.ts'

const done = { done: true } as const

export function serveInvitations(api: Api): void {
  api.openapi(endpoints.invitations.list, async (c) => {
    return c.json({ items: await showInvitations(c.var.platform, { actor: c.var.actor }) }, 200)
  })
  api.openapi(endpoints.invitations.create, async (c) => {
    return c.json(await invite(c.var.platform, { actor: c.var.actor, ...c.req.valid('json') }), 201)
  })
  api.openapi(endpoints.invitations.cancel, async (c) => {
    const { invitationId } = c.req.valid('param')
    await withdrawInvitation(c.var.platform, { actor: c.var.actor, invitationId })
    return c.json(done, 200)
  })
  api.openapi(endpoints.invitations.resend, async (c) => {
    const { invitationId } = c.req.valid('param')
    return c.json(await resendInvitation(c.var.platform, { actor: c.var.actor, invitationId }), 200)
  })
  api.openapi(endpoints.invitationInfo.show, async (c) => {
    return c.json(await showInvitationInfo(c.var.platform, c.req.valid('param')), 200)
  })
  api.openapi(endpoints.ownInvitations.accept, async (c) => {
    const input = { signIn: c.var.caller.signIn, ...c.req.valid('param') }
    return c.json(await acceptInvitation(c.var.platform, input), 200)
  })
  api.openapi(endpoints.ownInvitations.reject, async (c) => {
    await rejectInvitation(c.var.platform, { signIn: c.var.caller.signIn, ...c.req.valid('param') })
    return c.json(done, 200)
  })
}
