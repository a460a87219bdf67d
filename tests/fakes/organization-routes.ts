import type { AuditEntry, AuditFilter } from '#schema/contracts/audit'
import {
  CreateInvitation,
  CreateOrganization,
  DeleteOrganization,
  OrganizationDomains,
  TransferOrganization,
  UpdateMember,
  UpdateOrganization,
} from '#schema/contracts/identity'
import { endpoints } from '#schema/endpoints/index'
import { created, find, ok, once, pageByPosition, requireUnchanged, tagged } from './api-answers.ts'
import type { Answer, Route } from './api-answers.ts'
import { ApiProblem } from './api-state.ts'
import type { ApiState } from './api-state.ts'
import { anInvitation, anOrganization } from './organization-data.ts'
import { requireVerb } from './verbs.ts'

const { organizations, ownOrganizations, members, invitations, audit } = endpoints
const done = { done: true }

/** Organizations, their members, invitations and audit log, as roles may have them. */
export const ORGANIZATION_ROUTES: Record<string, Route> = {
  'GET /api/organizations': (state) => {
    return ok(ownOrganizations.list.responses[200], { items: state.organizations, nextCursor: null })
  },
  'POST /api/organizations': (state, request) => once(state, request, () => createOrganization(state, request.body)),
  'GET /api/organizations/:id': (state, _, id) => {
    return tagged(ok(organizations.show.responses[200], find(state.organizations, id, 'organization')))
  },
  'PATCH /api/organizations/:id': (state, request, id) => {
    requireVerb(state, 'organizations:update')
    const change = UpdateOrganization.parse(request.body)
    const organization = find(state.organizations, id, 'organization')
    requireUnchanged(ok(organizations.show.responses[200], organization), request)
    if (change.slug !== undefined) refuseTaken(state, change.slug, id)
    return tagged(ok(organizations.update.responses[200], Object.assign(organization, change)))
  },
  'DELETE /api/organizations/:id': (state, { body }, id) => {
    requireVerb(state, 'organizations:delete')
    const { confirmName } = DeleteOrganization.parse(body)
    if (find(state.organizations, id, 'organization').name !== confirmName) {
      throw new ApiProblem(400, 'organization.name_not_confirmed', 'Type the name of the organization')
    }
    if (state.organizations.length < 2) throw new ApiProblem(409, 'organization.last', 'This is your only organization')
    return leaveBehind(state, id)
  },
  'POST /api/organizations/:id/transfer': (state, { body }) => {
    requireVerb(state, 'organizations:transfer')
    const { memberId } = TransferOrganization.parse(body)
    find(state.members, memberId, 'member').role = 'owner'
    state.role = 'admin'
    return ok(organizations.transfer.responses[200], done)
  },
  'POST /api/organizations/:id/activate': (state, _, id) => {
    find(state.organizations, id, 'organization')
    state.activate(id)
    return ok(organizations.activate.responses[200], done)
  },
  'GET /api/organizations/:id/domains': (state) => {
    return ok(organizations.showDomains.responses[200], { domains: state.domains })
  },
  'PUT /api/organizations/:id/domains': (state, { body }) => {
    requireVerb(state, 'organizations:update')
    const { domains } = OrganizationDomains.parse(body)
    const refused = domains.filter((domain) => domain !== 'acme.test' && !state.domains.includes(domain))
    if (refused.length > 0) {
      const detail = `Not allowed: ${refused.join(', ')}`
      throw new ApiProblem(400, 'organization.domain_not_allowed', 'That domain may not be added', detail)
    }
    state.domains = domains
    return ok(organizations.setDomains.responses[200], { domains })
  },
  'GET /api/organizations/:id/members': (state, { url }) => {
    const { cursor, limit } = members.list.request.query.parse(Object.fromEntries(url.searchParams))
    return ok(members.list.responses[200], pageByPosition(state.members, cursor, limit))
  },
  'GET /api/organizations/:id/members/:memberId': (state, { params }) => {
    return tagged(ok(members.show.responses[200], find(state.members, params.memberId ?? '', 'member')))
  },
  'PATCH /api/organizations/:id/members/:memberId': (state, request) => {
    requireVerb(state, 'members:update')
    const member = find(state.members, request.params.memberId ?? '', 'member')
    requireUnchanged(ok(members.show.responses[200], member), request)
    if (member.role === 'owner') throw new ApiProblem(409, 'member.last_owner', 'An organization needs an owner')
    return tagged(ok(members.update.responses[200], Object.assign(member, UpdateMember.parse(request.body))))
  },
  'DELETE /api/organizations/:id/members/:memberId': (state, { params }) => {
    requireVerb(state, 'members:remove')
    const member = find(state.members, params.memberId ?? '', 'member')
    state.members = state.members.filter((candidate) => candidate !== member)
    return ok(members.remove.responses[200], done)
  },
  'POST /api/organizations/:id/leave': (state, _, id) => {
    if (state.role === 'owner') throw new ApiProblem(409, 'member.last_owner', 'An organization needs an owner')
    return leaveBehind(state, id)
  },
  'GET /api/organizations/:id/invitations': (state) => {
    requireVerb(state, 'invitations:read')
    return ok(invitations.list.responses[200], { items: state.invitations })
  },
  'POST /api/organizations/:id/invitations': (state, request) => {
    return once(state, request, () => invite(state, request.body))
  },
  'DELETE /api/organizations/:id/invitations/:invitationId': (state, { params }) => {
    requireVerb(state, 'invitations:cancel')
    const invitation = find(state.invitations, params.invitationId ?? '', 'invitation')
    state.invitations = state.invitations.filter((candidate) => candidate !== invitation)
    return ok(invitations.cancel.responses[200], done)
  },
  'POST /api/organizations/:id/invitations/:invitationId/resend': (state, { params }) => {
    requireVerb(state, 'invitations:create')
    return ok(invitations.resend.responses[200], find(state.invitations, params.invitationId ?? '', 'invitation'))
  },
  'GET /api/audit': (state, { url }) => {
    requireVerb(state, 'audit:read')
    return ok(audit.list.responses[200], pageOfAudit(state.audit, url))
  },
  'GET /api/audit/export': (state, { url }) => {
    requireVerb(state, 'audit:read')
    const { format, ...filter } = audit.export.request.query.parse(Object.fromEntries(url.searchParams))
    return { status: 200, body: { format, entries: state.audit.filter(fitting(filter)) } }
  },
}

/** What the query asks of a log. */
export function pageOfAudit(log: AuditEntry[], { searchParams }: URL) {
  const { cursor, limit, ...filter } = audit.list.request.query.parse(Object.fromEntries(searchParams))
  return pageAfter(log.filter(fitting(filter)), cursor, limit)
}

function pageAfter<Row extends { id: string }>(rows: Row[], cursor: string | undefined, limit: number) {
  const from = cursor === undefined ? 0 : rows.findIndex((row) => row.id === cursor) + 1
  const items = rows.slice(from, from + limit)
  return { items, nextCursor: from + limit < rows.length ? (items.at(-1)?.id ?? null) : null }
}

function refuseTaken(state: ApiState, slug: string, id: string | null): void {
  const isTaken = slug === 'taken' || state.organizations.some((other) => other.slug === slug && other.id !== id)
  if (isTaken) throw new ApiProblem(409, 'organization.slug_taken', 'That slug belongs to another organization')
}

function createOrganization(state: ApiState, body: unknown): Answer {
  const { name, slug = 'made-of-the-name' } = CreateOrganization.parse(body)
  refuseTaken(state, slug, null)
  const organization = anOrganization(`org-${slug}`, { name, slug, memberCount: 1 })
  state.organizations.push(organization)
  return created(ownOrganizations.create.responses[201], organization)
}

function leaveBehind(state: ApiState, id: string): Answer {
  find(state.organizations, id, 'organization')
  state.expel(id)
  return ok(organizations.remove.responses[200], done)
}

function invite(state: ApiState, body: unknown): Answer {
  requireVerb(state, 'invitations:create')
  const { email, role } = CreateInvitation.parse(body)
  if (state.members.some((member) => member.email === email)) {
    throw new ApiProblem(409, 'invitation.already_member', 'That person is a member already')
  }
  if (state.invitations.some((invitation) => invitation.email === email)) {
    throw new ApiProblem(409, 'invitation.already_pending', 'That address is invited already')
  }
  const invitation = anInvitation(`invitation-${state.invitations.length + 1}`, { email, role, mailed: state.mailOn })
  state.invitations = [invitation, ...state.invitations]
  return created(invitations.create.responses[201], invitation)
}

const fitting = (filter: AuditFilter) => (entry: AuditEntry) =>
  (filter.actor === undefined || entry.actor.id === filter.actor) &&
  (filter.verb === undefined || entry.verb === filter.verb) &&
  (filter.subject === undefined || entry.subject.kind === filter.subject) &&
  (filter.subjectId === undefined || entry.subject.id === filter.subjectId) &&
  (filter.from === undefined || entry.at >= filter.from) &&
  (filter.to === undefined || entry.at < filter.to)
