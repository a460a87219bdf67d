import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'
import type { AssignableRole } from '#schema/contracts/identity'

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
 * Invites an address, unless it is a member's, is invited already, or too many invitations are open. The unique index
 * decides when several invite it at once.
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
        )
        select exists (select 1 from made) as made, exists (select 1 from member) as "isMember",
               (select count(*) from open) < ${made.maxPending}::int as "hasRoom"`,
  )
  return Made.parse(rows[0])
}

export async function cancelInvitation(db: Database, organizationId: string, invitationId: string): Promise<boolean> {
  const rows = await queryRows(
    db,
    sql`update invitations set status = 'canceled'
        where id = ${invitationId} and organization_id = ${organizationId} and status = 'pending' returning id`,
  )
  return rows.length > 0
}

/** Prolongs an open invitation that was not sent since `sentBefore`. */
export async function prolongInvitation(
  db: Database,
  organizationId: string,
  prolonged: { id: string; now: Date; sentBefore: Date; expiresAt: Date },
): Promise<boolean> {
  const rows = await queryRows(
    db,
    sql`update invitations set sent_at = ${at(prolonged.now)}, expires_at = ${at(prolonged.expiresAt)}
        where id = ${prolonged.id} and organization_id = ${organizationId} and status = 'pending'
          and sent_at <= ${at(prolonged.sentBefore)}
        returning id`,
  )
  return rows.length > 0
}

/**
 * Accepts an open invitation of that address: the membership, and where the sign-in stands, change in the same
 * statement. False when it is not open (any more). Who is a member already stays what they are.
 */
export async function acceptInvitationAcrossOrganizations(
  db: Database,
  accepted: {
    invitationId: string
    email: string
    userId: string
    memberId: string
    signInId: string | null
    now: Date
  },
): Promise<boolean> {
  const rows = await queryRows(
    db,
    sql`with accepted as (
          update invitations set status = 'accepted'
          where id = ${accepted.invitationId} and status = 'pending' and expires_at > ${at(accepted.now)}
            and lower(email) = lower(${accepted.email})
          returning organization_id, coalesce(role, 'member') as role
        ), member as (
          insert into members (id, organization_id, user_id, role)
          select ${accepted.memberId}, organization_id, ${accepted.userId}, role from accepted
          on conflict (organization_id, user_id) do nothing
        ), standing as (
          update auth_sessions set active_organization_id = accepted.organization_id
          from accepted where auth_sessions.id = ${accepted.signInId}
        )
        select organization_id from accepted`,
  )
  return rows.length > 0
}

export async function rejectInvitationAcrossOrganizations(
  db: Database,
  rejected: { invitationId: string; email: string; now: Date },
): Promise<boolean> {
  const rows = await queryRows(
    db,
    sql`update invitations set status = 'rejected'
        where id = ${rejected.invitationId} and status = 'pending' and expires_at > ${at(rejected.now)}
          and lower(email) = lower(${rejected.email})
        returning id`,
  )
  return rows.length > 0
}
