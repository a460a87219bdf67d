import { CreateInvitation, Done, IdentityId, Invitation, InvitationInfo, Joined } from '#schema/contracts/identity'
import { body, createRoute, IdempotencyKeyHeader, json, problems, z } from '#schema/endpoints/route'

const tags = ['Invitations']
const params = z.object({ organizationId: IdentityId })
const one = params.extend({ invitationId: IdentityId })
const own = z.object({ invitationId: IdentityId })

/** An organization's side of invitations. */
export const invitations = {
  list: createRoute({
    operationId: 'listInvitations',
    summary: 'Pending invitations that have not expired, newest first',
    tags,
    method: 'get',
    path: '/api/organizations/{organizationId}/invitations',
    request: { params },
    responses: { 200: json(z.object({ items: z.array(Invitation) }), 'At most 50'), ...problems(400, 401, 403, 404) },
  }),
  create: createRoute({
    operationId: 'createInvitation',
    summary: 'Invite somebody by email; where no email is sent, share the link',
    tags,
    method: 'post',
    path: '/api/organizations/{organizationId}/invitations',
    request: { params, headers: IdempotencyKeyHeader, body: body(CreateInvitation) },
    responses: { 201: json(Invitation, 'Invited'), ...problems(400, 401, 403, 404, 409, 422) },
  }),
  cancel: createRoute({
    operationId: 'cancelInvitation',
    summary: 'Take an invitation back',
    tags,
    method: 'delete',
    path: '/api/organizations/{organizationId}/invitations/{invitationId}',
    request: { params: one },
    responses: { 200: json(Done, 'Canceled'), ...problems(400, 401, 403, 404, 409) },
  }),
  resend: createRoute({
    operationId: 'resendInvitation',
    summary: 'Mail a pending invitation again, valid for seven more days; at most once a minute',
    tags,
    method: 'post',
    path: '/api/organizations/{organizationId}/invitations/{invitationId}/resend',
    request: { params: one },
    responses: { 200: json(Invitation, 'The invitation'), ...problems(400, 401, 403, 404, 409, 429) },
  }),
}

/** What whoever holds the link may read; nobody has to be signed in. */
export const invitationInfo = {
  show: createRoute({
    operationId: 'showInvitation',
    summary: 'Who invites whom to where; only while the invitation is open',
    tags,
    method: 'get',
    path: '/api/invitations/{invitationId}',
    security: [],
    request: { params: own },
    responses: { 200: json(InvitationInfo, 'The invitation'), ...problems(400, 404) },
  }),
}

/** The invited person's side. */
export const ownInvitations = {
  accept: createRoute({
    operationId: 'acceptInvitation',
    summary: 'Accept, signed in with the invited address',
    tags,
    method: 'post',
    path: '/api/invitations/{invitationId}/accept',
    request: { params: own },
    responses: { 200: json(Joined, 'You are a member'), ...problems(400, 401, 403, 404, 409, 410) },
  }),
  reject: createRoute({
    operationId: 'rejectInvitation',
    summary: 'Decline, signed in with the invited address',
    tags,
    method: 'post',
    path: '/api/invitations/{invitationId}/reject',
    request: { params: own },
    responses: { 200: json(Done, 'Declined'), ...problems(400, 401, 403, 404, 409, 410) },
  }),
}
