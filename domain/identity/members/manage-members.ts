import { ResourceChanged } from '#kernel/errors'
import { requireUnchanged } from '#kernel/etag'
import type { Kernel } from '#kernel/needs'
import type { Page } from '#kernel/page'
import type { Digest } from '#kernel/ports'
import type { AssignableRole, Member } from '#schema/contracts/identity'
import type { UserActor } from '../actor.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { LastOwner, MemberNotFound, NotForKeys } from '../errors.ts'
import { authorize, strongestRole } from '../policies.ts'
import type { LiveSessions } from '../ports.ts'
import { changeRole, deleteMember, findMember, listMembers, type MemberRow } from './members.store.ts'

function viewOf(row: MemberRow): Member {
  return { ...row, role: strongestRole(row.role) ?? 'viewer', joinedAt: row.joinedAt.toISOString() }
}

/** Who is in the actor's organization, the oldest member first. */
export async function showMembers(
  needs: Pick<Kernel, 'db'>,
  input: { actor: UserActor; cursor?: string | undefined; limit: number },
): Promise<Page<Member>> {
  const { actor, limit } = input
  authorize(actor, 'read', 'member')
  const page = { cursor: input.cursor ?? null, limit: limit + 1 }
  const rows = await listMembers(needs.db, actor.organizationId, page)
  const items = rows.slice(0, limit).map(viewOf)
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
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
  needs: Pick<Kernel, 'db' | 'ids' | 'clock' | 'log' | 'origin'> & { digest: Digest; liveSessions: LiveSessions },
  input: { actor: UserActor; memberId: string; ifMatch: string | null; role: AssignableRole },
): Promise<Member> {
  const { actor, memberId, ifMatch, role } = input
  const { organizationId } = actor
  authorize(actor, 'update', 'member')
  const before = await findMember(needs.db, organizationId, memberId)
  if (!before) throw MemberNotFound()
  await requireUnchanged(needs, { view: viewOf(before), ifMatch })
  const unchanged = ifMatch === null ? null : before.role
  const isChanged = await changeRole(needs.db, organizationId, { memberId, role, unchanged })
  const after = await findMember(needs.db, organizationId, memberId)
  if (!after) throw MemberNotFound()
  if (!isChanged) throw unchanged !== null && after.role !== unchanged ? ResourceChanged() : LastOwner()
  const subject = { kind: 'member', id: memberId, label: after.email }
  await recordAudit(needs, { actor, verb: 'update', subject, before: { role: before.role }, after: { role } })
  // Open sockets still carry the old role; they close and come back with the new one.
  await needs.liveSessions.closeMemberSockets({ organizationId })
  return viewOf(after)
}

/**
 * Removes a member: their keys for the organization end, their live sockets close. Throws `member.not_found` and
 * `member.last_owner`.
 */
export async function removeMember(
  needs: Pick<Kernel, 'db' | 'ids' | 'clock' | 'log' | 'origin'> & { liveSessions: LiveSessions },
  input: { actor: UserActor; memberId: string },
): Promise<void> {
  const { actor, memberId } = input
  const { organizationId } = actor
  authorize(actor, 'remove', 'member')
  const member = await findMember(needs.db, organizationId, memberId)
  if (!member) throw MemberNotFound()
  if ((await deleteMember(needs.db, organizationId, { id: memberId })) === null) {
    throw (await findMember(needs.db, organizationId, memberId)) ? LastOwner() : MemberNotFound()
  }
  const subject = { kind: 'member', id: memberId, label: member.email }
  await recordAudit(needs, { actor, verb: 'remove', subject, before: { role: member.role } })
  await needs.liveSessions.closeMemberSockets({ organizationId })
}

/** Ends one's own membership. Throws `member.last_owner`. */
export async function leaveOrganization(
  needs: Pick<Kernel, 'db' | 'ids' | 'clock' | 'log' | 'origin'> & { liveSessions: LiveSessions },
  { actor }: { actor: UserActor },
): Promise<void> {
  const { organizationId, userId } = actor
  authorize(actor, 'read', 'organization')
  if (actor.apiKey) throw NotForKeys()
  if ((await deleteMember(needs.db, organizationId, { userId })) === null) throw LastOwner()
  await recordAudit(needs, { actor, verb: 'leave', subject: { kind: 'member', id: null, label: actor.userName } })
  await needs.liveSessions.closeMemberSockets({ organizationId })
}
