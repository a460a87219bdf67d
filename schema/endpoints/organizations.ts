import { pageOf } from '#schema/contracts/common'
import {
  CreateOrganization,
  DeleteOrganization,
  Done,
  IdentityId,
  Joined,
  Organization,
  OrganizationDomains,
  OrganizationSuggestion,
  TransferOrganization,
  UpdateOrganization,
} from '#schema/contracts/identity'
import { body, createRoute, IdempotencyKeyHeader, IfMatchHeader, json, problems, z } from '#schema/endpoints/route'

const tags = ['Organizations']
const params = z.object({ organizationId: IdentityId })

/** What needs no membership in the organization that it is about, or is about none. */
export const ownOrganizations = {
  list: createRoute({
    operationId: 'listOrganizations',
    summary: 'The organizations that you are a member of, oldest first',
    tags,
    method: 'get',
    path: '/api/organizations',
    responses: { 200: json(pageOf(Organization), 'All of them in one page'), ...problems(401, 403) },
  }),
  create: createRoute({
    operationId: 'createOrganization',
    summary: 'Create an organization; you own it',
    tags,
    method: 'post',
    path: '/api/organizations',
    request: { headers: IdempotencyKeyHeader, body: body(CreateOrganization) },
    responses: { 201: json(Organization, 'Created'), ...problems(400, 401, 403, 409, 422) },
  }),
  suggestions: createRoute({
    operationId: 'listOrganizationSuggestions',
    summary: 'Organizations that you may join because of your verified email domain',
    tags,
    method: 'get',
    path: '/api/organizations/suggestions',
    responses: { 200: json(z.object({ items: z.array(OrganizationSuggestion) }), 'At most five'), ...problems(401, 403) },
  }),
  join: createRoute({
    operationId: 'joinOrganization',
    summary: 'Join an organization that allows your verified email domain',
    tags,
    method: 'post',
    path: '/api/organizations/{organizationId}/join',
    request: { params },
    responses: { 200: json(Joined, 'You are a member'), ...problems(400, 401, 403, 404) },
  }),
}

export const organizations = {
  show: createRoute({
    operationId: 'showOrganization',
    summary: 'Show one of your organizations',
    tags,
    method: 'get',
    path: '/api/organizations/{organizationId}',
    request: { params },
    responses: { 200: json(Organization, 'The organization'), ...problems(400, 401, 403, 404) },
  }),
  update: createRoute({
    operationId: 'updateOrganization',
    summary: 'Change name, slug or logo',
    tags,
    method: 'patch',
    path: '/api/organizations/{organizationId}',
    request: { params, headers: IfMatchHeader, body: body(UpdateOrganization) },
    responses: { 200: json(Organization, 'As it is now'), ...problems(400, 401, 403, 404, 409, 412) },
  }),
  remove: createRoute({
    operationId: 'deleteOrganization',
    summary: 'Delete an organization and everything in it, with its name typed; not your last one',
    tags,
    method: 'delete',
    path: '/api/organizations/{organizationId}',
    request: { params, body: body(DeleteOrganization) },
    responses: { 200: json(Done, 'Deleted'), ...problems(400, 401, 403, 404, 409) },
  }),
  transfer: createRoute({
    operationId: 'transferOrganization',
    summary: 'Make another member the owner; you stay as an admin',
    tags,
    method: 'post',
    path: '/api/organizations/{organizationId}/transfer',
    request: { params, body: body(TransferOrganization) },
    responses: { 200: json(Done, 'Transferred'), ...problems(400, 401, 403, 404, 409) },
  }),
  activate: createRoute({
    operationId: 'activateOrganization',
    summary: 'Stand your sign-in on this organization',
    tags,
    method: 'post',
    path: '/api/organizations/{organizationId}/activate',
    request: { params },
    responses: { 200: json(Done, 'Switched'), ...problems(400, 401, 403, 404) },
  }),
  showDomains: createRoute({
    operationId: 'showOrganizationDomains',
    summary: 'Email domains whose verified people may join',
    tags,
    method: 'get',
    path: '/api/organizations/{organizationId}/domains',
    request: { params },
    responses: { 200: json(OrganizationDomains, 'The domains'), ...problems(400, 401, 403, 404) },
  }),
  setDomains: createRoute({
    operationId: 'setOrganizationDomains',
    summary: 'Set the email domains; only the one of your own verified address may be added',
    tags,
    method: 'put',
    path: '/api/organizations/{organizationId}/domains',
    request: { params, headers: IfMatchHeader, body: body(OrganizationDomains) },
    responses: { 200: json(OrganizationDomains, 'The domains'), ...problems(400, 401, 403, 404, 412) },
  }),
}
