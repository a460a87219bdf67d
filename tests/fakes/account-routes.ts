import { AuthorizeDevice, DenyDevice, UserCode } from '#schema/contracts/identity'
import type { DeviceRequest } from '#schema/contracts/identity'
import { endpoints } from '#schema/endpoints/index'
import { find, notFound, ok } from './api-answers.ts'
import type { Route } from './api-answers.ts'
import type { FakeInvitation } from './account-state.ts'
import { ApiProblem } from './api-state.ts'
import type { ApiState } from './api-state.ts'
import { anOrganization } from './organization-data.ts'

const done = { done: true }

/** What answers also whoever is not signed in. */
export const PUBLIC_ROUTES: Record<string, Route> = {
  'GET /api/auth-options': ({ accounts }) => ok(endpoints.authOptions.show.responses[200], accounts.options),
  'GET /api/invitations/:id': ({ accounts }, _, id) => {
    const invitation = find(accounts.invitations, id, 'invitation')
    if (!isOpen(invitation)) throw notFound('invitation')
    return ok(endpoints.invitationInfo.show.responses[200], invitation)
  },
  'GET /api/dev/mailbox': ({ accounts }) => {
    if (accounts.mails === null) throw notFound('route')
    return ok(endpoints.dev.mailbox.responses[200], { items: accounts.mails })
  },
}

/** Invitations, device codes and organizations that a person may come into by themselves. */
export const ACCOUNT_ROUTES: Record<string, Route> = {
  'POST /api/invitations/:id/accept': (state, _, id) => {
    const invitation = ownInvitation(state, id)
    const { options } = state.accounts
    if (options.verificationEnforced && !state.personal.profile.emailVerified) {
      throw new ApiProblem(403, 'auth.email_not_verified', 'Verify your email address first')
    }
    const { organizationId, organizationName: name, role } = invitation
    invitation.status = 'accepted'
    enter(state, { id: organizationId, name, role })
    state.activate(organizationId)
    return ok(endpoints.ownInvitations.accept.responses[200], { organizationId })
  },
  'POST /api/invitations/:id/reject': (state, _, id) => {
    ownInvitation(state, id).status = 'rejected'
    return ok(endpoints.ownInvitations.reject.responses[200], done)
  },
  'GET /api/device/:code': ({ accounts }, _, code) => {
    return ok(endpoints.deviceConsent.show.responses[200], deviceOf(accounts.devices, UserCode.parse(code)))
  },
  'POST /api/device/authorize': (state, { body }) => {
    const { userCode, organizationId } = AuthorizeDevice.parse(body)
    if (!state.organizations.some(({ id }) => id === organizationId)) {
      throw new ApiProblem(403, 'organization.not_a_member', 'You are not a member of that organization')
    }
    pendingDevice(state, userCode).status = 'authorized'
    return ok(endpoints.deviceConsent.authorize.responses[200], done)
  },
  'POST /api/device/deny': (state, { body }) => {
    pendingDevice(state, DenyDevice.parse(body).userCode).status = 'denied'
    return ok(endpoints.deviceConsent.deny.responses[200], done)
  },
  'GET /api/organizations/suggestions': ({ accounts }) => {
    return ok(endpoints.ownOrganizations.suggestions.responses[200], { items: accounts.suggestions })
  },
  'POST /api/organizations/:id/join': (state, _, id) => {
    const { name } = find(state.accounts.suggestions, id, 'organization')
    enter(state, { id, name, role: 'member' })
    state.accounts.suggestions = state.accounts.suggestions.filter((suggestion) => suggestion.id !== id)
    return ok(endpoints.ownOrganizations.join.responses[200], { organizationId: id })
  },
}

function enter(state: ApiState, { id, name, role }: { id: string; name: string; role: FakeInvitation['role'] }): void {
  state.organizations.push(anOrganization(id, { name, slug: id, role }))
}

function isOpen({ status, expiresAt }: FakeInvitation): boolean {
  return status === 'pending' && Date.parse(expiresAt) > Date.now()
}

function ownInvitation(state: ApiState, id: string): FakeInvitation {
  const invitation = find(state.accounts.invitations, id, 'invitation')
  if (invitation.email.toLowerCase() !== state.personal.profile.email.toLowerCase()) {
    throw new ApiProblem(403, 'invitation.wrong_account', 'The invitation is for another email address')
  }
  if (invitation.status === 'accepted') {
    throw new ApiProblem(409, 'invitation.answered', 'The invitation was answered already')
  }
  if (!isOpen(invitation)) throw new ApiProblem(410, 'invitation.gone', 'The invitation has ended')
  return invitation
}

function deviceOf(devices: DeviceRequest[], userCode: string): DeviceRequest {
  const device = devices.find((candidate) => candidate.userCode === userCode)
  if (device === undefined) throw notFound('device')
  return device
}

function pendingDevice(state: ApiState, userCode: string): DeviceRequest {
  const device = deviceOf(state.accounts.devices, userCode)
  if (device.status === 'expired') throw new ApiProblem(400, 'device.code_expired', 'The code has expired')
  if (device.status !== 'pending') throw new ApiProblem(409, 'device.code_used', 'The code was used already')
  return device
}
