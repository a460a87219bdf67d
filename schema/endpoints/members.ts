import { pageOf } from '#schema/contracts/common'
import { Done, IdentityId, Member, PositionCursor, UpdateMember } from '#schema/contracts/identity'
import { body, createRoute, IfMatchHeader, json, problems, z } from '#schema/endpoints/route'

const tags = ['Members']
const params = z.object({ organizationId: IdentityId })
const one = params.extend({ memberId: IdentityId })

export const members = {
  list: createRoute({
    operationId: 'listMembers',
    summary: 'Who is in the organization, oldest member first',
    tags,
    method: 'get',
    path: '/api/organizations/{organizationId}/members',
    request: {
      params,
      query: z.object({ cursor: PositionCursor.optional(), limit: z.coerce.number().int().min(1).max(100).default(100) }),
    },
    responses: { 200: json(pageOf(Member), 'A page'), ...problems(400, 401, 403, 404) },
  }),
  show: createRoute({
    operationId: 'showMember',
    summary: 'Show one member',
    tags,
    method: 'get',
    path: '/api/organizations/{organizationId}/members/{memberId}',
    request: { params: one },
    responses: { 200: json(Member, 'The member'), ...problems(400, 401, 403, 404) },
  }),
  update: createRoute({
    operationId: 'updateMember',
    summary: 'Change the role of a member',
    tags,
    method: 'patch',
    path: '/api/organizations/{organizationId}/members/{memberId}',
    request: { params: one, headers: IfMatchHeader, body: body(UpdateMember) },
    responses: { 200: json(Member, 'As they are now'), ...problems(400, 401, 403, 404, 409, 412) },
  }),
  remove: createRoute({
    operationId: 'removeMember',
    summary: 'Remove a member; their API keys for the organization end, their live sockets close',
    tags,
    method: 'delete',
    path: '/api/organizations/{organizationId}/members/{memberId}',
    request: { params: one },
    responses: { 200: json(Done, 'Removed'), ...problems(400, 401, 403, 404, 409) },
  }),
  leave: createRoute({
    operationId: 'leaveOrganization',
    summary: 'Leave the organization; its last owner cannot',
    tags,
    method: 'post',
    path: '/api/organizations/{organizationId}/leave',
    request: { params },
    responses: { 200: json(Done, 'You are no member any more'), ...problems(400, 401, 403, 404, 409) },
  }),
}
