import { sql } from 'drizzle-orm'
import { type Database, queryRows } from '#kernel/database'
import type { AuditRow } from '../audit/audit-row.ts'
import { auditedFrom } from '../audit/audit.store.ts'

interface Answer {
  invitationId: string
  /** Of whoever answers: an invitation is its address's. */
  email: string
  now: Date
  audit: AuditRow
}

const isOpenFor = ({ invitationId, email, now }: Answer) => sql`id = ${invitationId} and status = 'pending'
  and expires_at > ${now.toISOString()}::timestamptz and lower(email) = lower(${email})`

/**
 * Accepts an open invitation of that address: the membership, where the sign-in stands, and the entry of it come in the
 * same statement. False when it is not open (any more). Who is a member already stays what they are.
 */
export async function acceptInvitationAcrossOrganizations(
  db: Database,
  accepted: Answer & { userId: string; memberId: string; signInId: string | null },
): Promise<boolean> {
  const after = sql`(select jsonb_build_object('status', 'accepted', 'role', role) from accepted)`
  const rows = await queryRows(
    db,
    sql`with accepted as (
          update invitations set status = 'accepted' where ${isOpenFor(accepted)}
          returning organization_id, coalesce(role, 'member') as role
        ), member as (
          insert into members (id, organization_id, user_id, role)
          select ${accepted.memberId}, organization_id, ${accepted.userId}, role from accepted
          on conflict (organization_id, user_id) do nothing
        ), standing as (
          update auth_sessions set active_organization_id = accepted.organization_id
          from accepted where auth_sessions.id = ${accepted.signInId}
        ), audited as (${auditedFrom('accepted', accepted.audit, { after })})
        select organization_id from accepted`,
  )
  return rows.length > 0
}

/** Declines an open invitation of that address, with the entry of it. False when it is not open (any more). */
export async function rejectInvitationAcrossOrganizations(db: Database, rejected: Answer): Promise<boolean> {
  const rows = await queryRows(
    db,
    sql`with rejected as (
          update invitations set status = 'rejected' where ${isOpenFor(rejected)} returning id
        ), audited as (${auditedFrom('rejected', rejected.audit)})
        select id from rejected`,
  )
  return rows.length > 0
}
