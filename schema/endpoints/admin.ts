import { AuditEntry, AuditQuery } from '#schema/contracts/audit'
import { pageOf } from '#schema/contracts/common'
import {
  AdminOrganization,
  AdminQuery,
  AdminUser,
  Done,
  IdentityId,
  Impersonate,
  Impersonation,
  Suspend,
} from '#schema/contracts/identity'
import { body, createRoute, json, problems, z } from '#schema/endpoints/route'

const tags = ['Admin']
const user = z.object({ userId: IdentityId })

/** For super admins of the deployment only: to everybody else these routes do not exist. */
export const admin = {
  users: createRoute({
    operationId: 'adminListUsers',
    summary: 'Everybody who has an account, newest first',
    tags,
    method: 'get',
    path: '/api/admin/users',
    request: { query: AdminQuery },
    responses: { 200: json(pageOf(AdminUser), 'A page'), ...problems(400, 401, 404) },
  }),
  organizations: createRoute({
    operationId: 'adminListOrganizations',
    summary: 'All organizations, newest first',
    tags,
    method: 'get',
    path: '/api/admin/organizations',
    request: { query: AdminQuery },
    responses: { 200: json(pageOf(AdminOrganization), 'A page'), ...problems(400, 401, 404) },
  }),
  audit: createRoute({
    operationId: 'adminListAudit',
    summary: 'Who did what that belongs to no organization, for example deleted one; each organization reads its own log',
    tags,
    method: 'get',
    path: '/api/admin/audit',
    request: { query: AuditQuery },
    responses: { 200: json(pageOf(AuditEntry), 'A page, newest first'), ...problems(400, 401, 404) },
  }),
  impersonate: createRoute({
    operationId: 'impersonate',
    summary: 'See the product as a member of an organization, for at most 24 hours; sets a cookie',
    tags,
    method: 'post',
    path: '/api/admin/impersonate',
    request: { body: body(Impersonate) },
    responses: { 200: json(Impersonation, 'Impersonating'), ...problems(400, 401, 403, 404) },
  }),
  stopImpersonating: createRoute({
    operationId: 'stopImpersonating',
    summary: 'Be yourself again; takes the cookie away',
    tags,
    method: 'post',
    path: '/api/admin/impersonate/stop',
    responses: { 200: json(Done, 'Stopped'), ...problems(401, 404) },
  }),
  suspend: createRoute({
    operationId: 'suspendUser',
    summary: 'End every sign-in and socket of a person, and refuse whatever they or their keys ask; not a super admin',
    tags,
    method: 'post',
    path: '/api/admin/users/{userId}/suspend',
    request: { params: user, body: body(Suspend) },
    responses: { 200: json(Done, 'Suspended, perhaps before'), ...problems(400, 401, 404, 409) },
  }),
  unsuspend: createRoute({
    operationId: 'unsuspendUser',
    summary: 'Let a suspended person sign in again',
    tags,
    method: 'post',
    path: '/api/admin/users/{userId}/unsuspend',
    request: { params: user },
    responses: { 200: json(Done, 'Not suspended'), ...problems(400, 401, 404) },
  }),
}
