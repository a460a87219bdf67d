import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'
import type { AssignableRole } from '#schema/contracts/identity'
import type { AuditRow } from '../audit/audit-row.ts'
import { auditedFrom, jsonInstant } from '../audit/audit.store.ts'

const InvitationRow = z.object({
  id: z.string(),
  organizationId: z.string(),
  organizationName: z.string(),
  email: z.string(),
  role: z.string().nullable(),
  status: z.string(),
  inviterName: z.string(),
  expiresAt: z.coerce.date(),
  createdAt: z.coerce.date(),
})
export type InvitationRow = z.infer<typeof InvitationRow>

const columns = sql`invitations.id, invitations.organization_id as "organizationId",
  organizations.name as "organizationName", invitations.email, invitations.role, invitations.status,
  users.name as "inviterName", invitations.expires_at as "expiresAt", invitations.created_at as "createdAt"`
const source = sql`invitations
  join organizations on organizations.id = invitations.organization_id
  join users on users.id = invitations.inviter_id`
const at = (instant: Date) => sql`${instant.toISOString()}::timestamptz`

/** The open ones, newest first. */
export async function listOpenInvitations(
  db: Database,
  organizationId: string,
  page: { now: Date; limit: number },
): Promise<InvitationRow[]> {
  const rows = await queryRows(
    db,
    sql`select ${columns} from ${source}
        where invitations.organization_id = ${organizationId} and invitations.status = 'pending'
          and invitations.expires_at > ${at(page.now)}
        order by invitations.created_at desc, invitations.id desc limit ${page.limit}::int`,
  )
  return rows.map((row) => InvitationRow.parse(row))
}

/** By its id alone, as the invited person asks for it, who is no member yet. */
export async function findInvitationAcrossOrganizations(
  db: Database,
  invitationId: string,
): Promise<InvitationRow | undefined> {
  const rows = await queryRows(db, sql`select ${columns} from ${source} where invitations.id = ${invitationId}`)
  return rows[0] && InvitationRow.parse(rows[0])
}

export async function findInvitation(
  db: Database,
  organizationId: string,
  invitationId: string,
): Promise<InvitationRow | undefined> {
  const rows = await queryRows(
    db,
    sql`select ${columns} from ${source}
        where invitations.id = ${invitationId} and invitations.organization_id = ${organizationId}`,
  )
  return rows[0] && InvitationRow.parse(rows[0])
}

/** Makes room for a new invitation of an address whose old one has run out. */
export async function closeExpiredInvitations(
  db: Database,
  organizationId: string,
  closed: { email: string; now: Date },
): Promise<void> {
  await queryRows(
    db,
    sql`update invitations set status = 'canceled'
        where organization_id = ${organizationId} and lower(email) = lower(${closed.email})
          and status = 'pending' and expires_at <= ${at(closed.now)}`,
  )
}

const Made = z.object({ made: z.boolean(), isMember: z.boolean(), hasRoom: z.boolean() })

/**
 * Invites an address, with the entry of it, unless it is a member's, is invited already, or too many invitations are
 * open. The unique index decides when several invite it at once.
 */
export async function insertInvitation(
  db: Database,
  organizationId: string,
  made: {
    id: string
    email: string
    role: AssignableRole
    inviterId: string
    now: Date
    expiresAt: Date
    maxPending: number
    audit: AuditRow
  },
): Promise<z.infer<typeof Made>> {
  const rows = await queryRows(
    db,
    sql`with member as (
          select 1 from members join users on users.id = members.user_id
          where members.organization_id = ${organizationId} and lower(users.email) = lower(${made.email})
        ), open as (
          select email from invitations where organization_id = ${organizationId} and status = 'pending'
            and expires_at > ${at(made.now)}
        ), made as (
          insert into invitations (id, organization_id, email, role, status, inviter_id, expires_at, sent_at, created_at)
          select ${made.id}, ${organizationId}, ${made.email}, ${made.role}, 'pending', ${made.inviterId},
                 ${at(made.expiresAt)}, ${at(made.now)}, ${at(made.now)}
          where not exists (select 1 from member) and (select count(*) from open) < ${made.maxPending}::int
          on conflict (organization_id, lower(email)) where status = 'pending' do nothing
          returning id
        ), audited as (${auditedFrom('made', made.audit)})
        select exists (select 1 from made) as made, exists (select 1 from member) as "isMember",
               (select count(*) from open) < ${made.maxPending}::int as "hasRoom"`,
  )
  return Made.parse(rows[0])
}

/** Takes an open invitation back, with the entry of it. False when there is none. */
export async function cancelInvitation(
  db: Database,
  organizationId: string,
  canceled: { id: string; audit: AuditRow },
): Promise<boolean> {
  const rows = await queryRows(
    db,
    sql`with canceled as (
          update invitations set status = 'canceled'
          where id = ${canceled.id} and organization_id = ${organizationId} and status = 'pending'
          returning id, email
        ), audited as (${auditedFrom('canceled', canceled.audit, { subjectLabel: sql`(select email from canceled)` })})
        select id from canceled`,
  )
  return rows.length > 0
}

/** Prolongs an open invitation that was not sent since `sentBefore`, with the entry of it. False when there is none. */
export async function prolongInvitation(
  db: Database,
  organizationId: string,
  prolonged: { id: string; now: Date; sentBefore: Date; expiresAt: Date; audit: AuditRow },
): Promise<boolean> {
  const known = {
    subjectLabel: sql`(select email from known)`,
    before: sql`(select jsonb_build_object('expiresAt', ${jsonInstant(sql`expires_at`)}) from known)`,
  }
  const rows = await queryRows(
    db,
    sql`with known as (
          select id, email, expires_at from invitations
          where id = ${prolonged.id} and organization_id = ${organizationId} and status = 'pending'
            and sent_at <= ${at(prolonged.sentBefore)}
          for update
        ), prolonged as (
          update invitations set sent_at = ${at(prolonged.now)}, expires_at = ${at(prolonged.expiresAt)}
          from known where invitations.id = known.id
          returning invitations.id
        ), audited as (${auditedFrom('prolonged', prolonged.audit, known)})
        select id from prolonged`,
  )
  return rows.length > 0
}
