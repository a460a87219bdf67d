import { ResourceChanged } from '#kernel/errors'
import { requireUnchanged } from '#kernel/etag'
import type { Kernel } from '#kernel/needs'
import { type Page, pageOf } from '#kernel/page'
import type { Digest } from '#kernel/ports'
import type { AssignableRole, Member } from '#schema/contracts/identity'
import type { UserActor } from '../actor.ts'
import { type AuditNeeds, auditRowOf } from '../audit/audit-row.ts'
import { LastOwner, MemberNotFound, NotForKeys } from '../errors.ts'
import { authorize, strongestRole } from '../policies.ts'
import type { LiveSessions } from '../ports.ts'
import { changeRole, deleteMember, findMember, listMembers, type MemberRow } from './members.store.ts'

function viewOf({ id, userId, name, email, image, role, joinedAt }: MemberRow): Member {
  return { id, userId, name, email, image, role: strongestRole(role) ?? 'viewer', joinedAt: joinedAt.toISOString() }
}

/** Who is in the actor's organization, the oldest member first. */
export async function showMembers(
  needs: Pick<Kernel, 'db'>,
  input: { actor: UserActor; cursor?: string | undefined; limit: number },
): Promise<Page<Member>> {
  const { actor, limit } = input
  authorize(actor, 'read', 'member')
  const page = { cursor: input.cursor ?? null, limit: limit + 1 }
  return pageOf(await listMembers(needs.db, actor.organizationId, page), limit, viewOf)
}

/** Throws `member.not_found`, also for a member of another organization. */
export async function showMember(
  needs: Pick<Kernel, 'db'>,
  { actor, memberId }: { actor: UserActor; memberId: string },
): Promise<Member> {
  authorize(actor, 'read', 'member')
  const member = await findMember(needs.db, actor.organizationId, memberId)
  if (!member) throw MemberNotFound()
  return viewOf(member)
}

/**
 * Changes a role; an owner is made by transfer only. `ifMatch` is the If-Match header, or null. Throws
 * `member.not_found`, `member.last_owner` and `resource.changed`.
 */
export async function changeMemberRole(
  needs: AuditNeeds & { digest: Digest; liveSessions: LiveSessions },
  input: { actor: UserActor; memberId: string; ifMatch: string | null; role: AssignableRole },
): Promise<Member> {
  const { actor, memberId, ifMatch, role } = input
  const { organizationId } = actor
  authorize(actor, 'update', 'member')
  const before = await findMember(needs.db, organizationId, memberId)
  if (!before) throw MemberNotFound()
  await requireUnchanged(needs, { view: viewOf(before), ifMatch })
  const unchanged = ifMatch === null ? null : before.role
  const subject = { kind: 'member', id: memberId, label: before.email }
  const audit = auditRowOf(needs, { actor, verb: 'update', subject, before: { role: before.role }, after: { role } })
  const isChanged = await changeRole(needs.db, organizationId, { memberId, role, unchanged, audit })
  const after = await findMember(needs.db, organizationId, memberId)
  if (!after) throw MemberNotFound()
  if (!isChanged) throw unchanged !== null && after.role !== unchanged ? ResourceChanged() : LastOwner()
  // Open sockets still carry the old role; they close and come back with the new one.
  await needs.liveSessions.closeMemberSockets({ organizationId })
  return viewOf(after)
}

/**
 * Removes a member: their keys for the organization end, their live sockets close. Throws `member.not_found` and
 * `member.last_owner`.
 */
export async function removeMember(
  needs: AuditNeeds & { liveSessions: LiveSessions },
  input: { actor: UserActor; memberId: string },
): Promise<void> {
  const { actor, memberId } = input
  const { organizationId } = actor
  authorize(actor, 'remove', 'member')
  const member = await findMember(needs.db, organizationId, memberId)
  if (!member) throw MemberNotFound()
  const subject = { kind: 'member', id: memberId, label: member.email }
  const audit = auditRowOf(needs, { actor, verb: 'remove', subject, before: { role: member.role } })
  if (!(await deleteMember(needs.db, organizationId, { id: memberId, audit }))) {
    throw (await findMember(needs.db, organizationId, memberId)) ? LastOwner() : MemberNotFound()
  }
  await needs.liveSessions.closeMemberSockets({ organizationId })
}

/** Ends one's own membership. Throws `member.last_owner`. */
export async function leaveOrganization(
  needs: AuditNeeds & { liveSessions: LiveSessions },
  { actor }: { actor: UserActor },
): Promise<void> {
  const { organizationId, userId } = actor
  authorize(actor, 'read', 'organization')
  if (actor.apiKey) throw NotForKeys()
  const audit = auditRowOf(needs, { actor, verb: 'leave', subject: { kind: 'member', id: null, label: actor.userName } })
  if (!(await deleteMember(needs.db, organizationId, { userId, audit }))) throw LastOwner()
  await needs.liveSessions.closeMemberSockets({ organizationId })
}
