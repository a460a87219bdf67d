import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'
import type { AuditRow } from '../audit/audit-row.ts'
import { auditedFrom } from '../audit/audit.store.ts'

const OrganizationRow = z.object({
  id: z.string(),
  name: z.string(),
  slug: z.string(),
  logo: z.string().nullable(),
  isPersonal: z.boolean(),
  role: z.string(),
  memberCount: z.coerce.number(),
  createdAt: z.coerce.date(),
})
/** An organization as one of its members sees it. */
export type OrganizationRow = z.infer<typeof OrganizationRow>

/** What a person is a member of, the oldest membership first; only that one when `organizationId` is given. */
export async function listOrganizationsOf(
  db: Database,
  userId: string,
  organizationId: string | null = null,
): Promise<OrganizationRow[]> {
  const only = organizationId === null ? sql`` : sql`and organizations.id = ${organizationId}`
  const rows = await queryRows(
    db,
    sql`select organizations.id, organizations.name, organizations.slug, organizations.logo,
               organizations.is_personal as "isPersonal", organizations.created_at as "createdAt", members.role,
               (select count(*) from members others where others.organization_id = organizations.id) as "memberCount"
        from members join organizations on organizations.id = members.organization_id
        where members.user_id = ${userId} ${only}
        order by members.created_at, members.id`,
  )
  return rows.map((row) => OrganizationRow.parse(row))
}

/**
 * Makes an organization with its owner, and the entry of it, unless the slug is taken or the person owns `maxOwned`
 * already. False when nothing was made. Two at once may exceed the limit by one, which harms nobody.
 */
export async function insertOrganization(
  db: Database,
  made: { id: string; memberId: string; userId: string; name: string; slug: string; maxOwned: number; audit: AuditRow },
): Promise<boolean> {
  const rows = await queryRows(
    db,
    sql`with organization as (
          insert into organizations (id, name, slug)
          select ${made.id}, ${made.name}, ${made.slug}
          where (select count(*) from members where user_id = ${made.userId} and role = 'owner') < ${made.maxOwned}::int
          on conflict do nothing
          returning id
        ), owner as (
          insert into members (id, organization_id, user_id, role)
          select ${made.memberId}, organization.id, ${made.userId}, 'owner' from organization
        ), audited as (${auditedFrom('organization', made.audit)})
        select id from organization`,
  )
  return rows.length > 0
}

export async function countOwned(db: Database, userId: string): Promise<number> {
  const rows = await queryRows(
    db,
    sql`select count(*)::int as count from members where user_id = ${userId} and role = 'owner'`,
  )
  return z.object({ count: z.number() }).parse(rows[0]).count
}

/**
 * Changes an organization, with the entry of it; what is undefined stays. False when the organization is gone, or is not what `unchanged` says (null: whatever it is).
 * Throws the driver's error when the slug is taken.
 */
export async function updateOrganization(
  db: Database,
  organizationId: string,
  edit: {
    change: { name?: string | undefined; slug?: string | undefined; logo?: string | null | undefined }
    unchanged: { name: string; slug: string; logo: string | null } | null
    audit: AuditRow
  },
): Promise<boolean> {
  const { change, unchanged, audit } = edit
  const isUnchanged = unchanged
    ? sql`and name = ${unchanged.name} and slug = ${unchanged.slug} and logo is not distinct from ${unchanged.logo}::text`
    : sql``
  const rows = await queryRows(
    db,
    sql`with changed as (
          update organizations set
            name = coalesce(${change.name ?? null}::text, name),
            slug = coalesce(${change.slug ?? null}::text, slug),
            logo = case when ${change.logo !== undefined} then ${change.logo ?? null}::text else logo end
          where id = ${organizationId} ${isUnchanged}
          returning id
        ), audited as (${auditedFrom('changed', audit)})
        select id from changed`,
  )
  return rows.length > 0
}

/**
 * Deletes an organization with everything in it, when it has that name and its owner has another one to be in. The entry
 * of it must belong to no organization, to outlive this one.
 */
export async function deleteOrganization(
  db: Database,
  organizationId: string,
  by: { userId: string; name: string; audit: AuditRow },
): Promise<boolean> {
  const rows = await queryRows(
    db,
    sql`with deleted as (
          delete from organizations
          where id = ${organizationId} and name = ${by.name}
            and exists (select 1 from members
                        where organization_id = ${organizationId} and user_id = ${by.userId} and role = 'owner')
            and exists (select 1 from members where organization_id <> ${organizationId} and user_id = ${by.userId})
          returning id
        ), audited as (${auditedFrom('deleted', by.audit)})
        select id from deleted`,
  )
  return rows.length > 0
}

/** Stands a sign-in on an organization, with the entry of it; one that stands there already stays as it is. */
export async function activateOrganization(
  db: Database,
  organizationId: string,
  { signInId, audit }: { signInId: string; audit: AuditRow },
): Promise<void> {
  await queryRows(
    db,
    sql`with changed as (
          update auth_sessions set active_organization_id = ${organizationId}
          where id = ${signInId} and active_organization_id is distinct from ${organizationId}::text
          returning id
        ), audited as (${auditedFrom('changed', audit)})
        select id from changed`,
  )
}

/** Every table whose rows would go with an organization and are somebody's work; an invitation counts while it is open. */
export const WORK_TABLES = [
  'api_keys',
  'automations',
  'automation_runs',
  'configurations',
  'integrations',
  'outbox',
  'repositories',
  'schedules',
  'session_tool_invocations',
  'sessions',
  'trigger_events',
  'trigger_poll_groups',
  'triggers',
  'webhook_endpoints',
  'webhook_inbox',
] as const

/**
 * Deletes the workspace that a person got on signing up, with the entry of it, when nobody ever used it: nothing in it,
 * nobody else in it, and the person is a member elsewhere.
 */
export async function deleteUnusedPersonalOrganization(
  db: Database,
  own: { organizationId: string; userId: string; audit: AuditRow },
): Promise<void> {
  const { organizationId, userId, audit } = own
  const isUnused = WORK_TABLES.map(
    (table) => sql`and not exists (select 1 from ${sql.identifier(table)} where organization_id = own.id)`,
  )
  const name = sql`(select jsonb_build_object('name', name) from deleted)`
  await queryRows(
    db,
    sql`with deleted as (
          delete from organizations as own
          where own.id = ${organizationId} and own.is_personal
            and exists (select 1 from members where user_id = ${userId} and role = 'owner' and organization_id = own.id)
            and exists (select 1 from members where user_id = ${userId} and organization_id <> own.id)
            and (select count(*) from members where organization_id = own.id) = 1
            and not exists (select 1 from invitations where organization_id = own.id and status = 'pending')
            ${sql.join(isUnused, sql` `)}
          returning own.id, own.name
        ), audited as (${auditedFrom('deleted', audit, { before: name })})
        select id from deleted`,
  )
}
