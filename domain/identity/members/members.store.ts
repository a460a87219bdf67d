import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'
import type { Role } from '#schema/contracts/common'
import type { AuditRow } from '../audit/audit-row.ts'
import { auditedFrom } from '../audit/audit.store.ts'
import { behind, positionOf } from '../position.store.ts'

const MemberRow = z.object({
  id: z.string(),
  userId: z.string(),
  name: z.string(),
  email: z.string(),
  image: z.string().nullable(),
  role: z.string(),
  joinedAt: z.coerce.date(),
})
export type MemberRow = z.infer<typeof MemberRow>
const ListedMember = MemberRow.extend({ position: z.string() })
export type ListedMember = z.infer<typeof ListedMember>

const columns = sql`members.id, members.user_id as "userId", users.name, users.email, users.image, members.role,
                    members.created_at as "joinedAt"`

/** Members from the oldest on, up to `limit`, behind the position that `cursor` names. */
export async function listMembers(
  db: Database,
  organizationId: string,
  page: { cursor: string | null; limit: number },
): Promise<ListedMember[]> {
  const rows = await queryRows(
    db,
    sql`select ${columns}, ${positionOf('members')} as position from members join users on users.id = members.user_id
        where members.organization_id = ${organizationId} ${behind('members', page.cursor, 'oldest first')}
        order by members.created_at, members.id limit ${page.limit}::int`,
  )
  return rows.map((row) => ListedMember.parse(row))
}

export async function findMember(
  db: Database,
  organizationId: string,
  memberId: string,
): Promise<MemberRow | undefined> {
  const rows = await queryRows(
    db,
    sql`select ${columns} from members join users on users.id = members.user_id
        where members.organization_id = ${organizationId} and members.id = ${memberId}`,
  )
  return rows[0] && MemberRow.parse(rows[0])
}

/**
 * The owners of an organization, locked in one order: a second statement that changes owners waits here, and then sees
 * who is left. A count beside the lock would not: it belongs to the moment in which the statement began.
 */
const lockedOwners = (organizationId: string) => sql`owners as (
  select id from members where organization_id = ${organizationId} and role = 'owner' order by id for update
)`
const isNotLastOwner = sql`(members.id not in (select id from owners) or (select count(*) from owners) > 1)`

/**
 * Gives a member another role, with the entry of it, unless that would leave no owner, or the role is not `unchanged`
 * any more (null: whatever it is). False when nothing was changed.
 */
export async function changeRole(
  db: Database,
  organizationId: string,
  change: { memberId: string; role: Role; unchanged: string | null; audit: AuditRow },
): Promise<boolean> {
  const rows = await queryRows(
    db,
    sql`with ${lockedOwners(organizationId)}, changed as (
          update members set role = ${change.role}
          where organization_id = ${organizationId} and id = ${change.memberId} and ${isNotLastOwner}
            and (${change.unchanged}::text is null or role = ${change.unchanged}::text)
          returning id
        ), audited as (${auditedFrom('changed', change.audit)})
        select id from changed`,
  )
  return rows.length > 0
}

/**
 * Removes a member, unless that would leave no owner, and in the same statement their keys for the organization; their
 * sign-ins stand on it no longer, and the entry of it is there. False when nobody was removed.
 */
export async function deleteMember(
  db: Database,
  organizationId: string,
  member: ({ id: string } | { userId: string }) & { audit: AuditRow },
): Promise<boolean> {
  const who = 'id' in member ? sql`id = ${member.id}` : sql`user_id = ${member.userId}`
  const rows = await queryRows(
    db,
    sql`with ${lockedOwners(organizationId)}, removed as (
          delete from members where organization_id = ${organizationId} and ${who} and ${isNotLastOwner}
          returning id, user_id
        ), keys as (
          delete from api_keys
          where organization_id = ${organizationId} and user_id in (select user_id from removed)
        ), sign_ins as (
          update auth_sessions set active_organization_id = null
          where active_organization_id = ${organizationId} and user_id in (select user_id from removed)
        ), audited as (${auditedFrom('removed', member.audit, { subjectId: sql`(select id from removed)` })})
        select id from removed`,
  )
  return rows.length > 0
}

/**
 * Makes a member the owner in the place of the one who gives it away, who becomes an admin, with the entry of it. False when that one is no
 * owner (any more), or the other no member.
 */
export async function transferOwnership(
  db: Database,
  organizationId: string,
  move: { userId: string; memberId: string; audit: AuditRow },
): Promise<boolean> {
  const rows = await queryRows(
    db,
    sql`with locked as (
          select id, user_id, role from members
          where organization_id = ${organizationId} and (user_id = ${move.userId} or id = ${move.memberId})
          order by id for update
        ), moved as (
          update members set role = case when user_id = ${move.userId} then 'admin' else 'owner' end
          where organization_id = ${organizationId} and id in (select id from locked)
            and exists (select 1 from locked where user_id = ${move.userId} and role = 'owner')
            and exists (select 1 from locked where id = ${move.memberId} and user_id <> ${move.userId})
          returning id
        ), audited as (${auditedFrom('moved', move.audit)})
        select id from moved`,
  )
  return rows.length > 0
}
