import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'
import type { AuditRow } from './audit/audit-row.ts'
import { auditedFrom } from './audit/audit.store.ts'

const MembershipRow = z.object({
  id: z.string(),
  name: z.string(),
  slug: z.string(),
  role: z.string(),
  suspended: z.boolean(),
})

/** An organization with the role text of one of its members. */
export type MembershipRow = z.infer<typeof MembershipRow>

/**
 * The membership that fits a request best: in the organization it names, else in the one its sign-in stands on, else
 * the oldest. The caller compares: a named organization that is not the one found is one the person is no member of.
 */
export async function findBestMembership(
  db: Database,
  userId: string,
  hints: { named: string | null; active: string | null },
): Promise<MembershipRow | undefined> {
  const rows = await queryRows(
    db,
    sql`select organizations.id, organizations.name, organizations.slug, members.role,
               users.suspended_at is not null as suspended
        from members join organizations on organizations.id = members.organization_id
        join users on users.id = members.user_id
        where members.user_id = ${userId}
        order by (organizations.id is not distinct from ${hints.named}) desc,
                 (organizations.id is not distinct from ${hints.active}) desc,
                 members.created_at, members.id
        limit 1`,
  )
  return rows[0] && MembershipRow.parse(rows[0])
}

const PersonRow = z.object({ name: z.string(), email: z.string(), suspended: z.boolean() })

export async function findPerson(db: Database, userId: string): Promise<z.infer<typeof PersonRow> | undefined> {
  const rows = await queryRows(db, sql`select name, email, suspended_at is not null as suspended from users where id = ${userId}`)
  return rows[0] && PersonRow.parse(rows[0])
}

const KnownPerson = z.object({ id: z.string(), email: z.string(), emailVerified: z.boolean(), suspended: z.boolean() })

/** Those of these people who exist, in whatever organizations. */
export async function findPeople(db: Database, userIds: readonly string[]): Promise<z.infer<typeof KnownPerson>[]> {
  const rows = await queryRows(
    db,
    sql`select id, email, email_verified as "emailVerified", suspended_at is not null as suspended from users
        where id in (select jsonb_array_elements_text(${JSON.stringify(userIds)}::jsonb))`,
  )
  return rows.map((row) => KnownPerson.parse(row))
}

export interface NewOrganization {
  id: string
  memberId: string
  userId: string
  name: string
  slug: string
}

/**
 * Makes an organization and its owner in one statement. Safe to repeat, also at the same moment: what is there already
 * stays as it is. The conflicts are not named, because id and slug are both unique and two of the same meet on either.
 */
export async function insertOwnOrganization(db: Database, own: NewOrganization): Promise<void> {
  await queryRows(
    db,
    sql`with organization as (
          insert into organizations (id, name, slug, is_personal)
          values (${own.id}, ${own.name}, ${own.slug}, true)
          on conflict do nothing
        )
        insert into members (id, organization_id, user_id, role)
        values (${own.memberId}, ${own.id}, ${own.userId}, 'owner')
        on conflict do nothing`,
  )
}

const ChangedPerson = z.object({ name: z.string(), image: z.string().nullable() })

/**
 * Changes a person's name or picture, with the entry of it; what is undefined stays. Undefined when they are not what
 * `unchanged` says any more (null: whatever they are).
 */
export async function updatePerson(
  db: Database,
  userId: string,
  edit: {
    change: { name?: string | undefined; image?: string | null | undefined }
    unchanged: { name: string; image: string | null } | null
    audit: AuditRow
  },
): Promise<z.infer<typeof ChangedPerson> | undefined> {
  const { change, unchanged, audit } = edit
  const isUnchanged = unchanged
    ? sql`and name = ${unchanged.name} and image is not distinct from ${unchanged.image}::text`
    : sql``
  const rows = await queryRows(
    db,
    sql`with changed as (
          update users set
            name = coalesce(${change.name ?? null}::text, name),
            image = case when ${change.image !== undefined} then ${change.image ?? null}::text else image end,
            updated_at = now()
          where id = ${userId} ${isUnchanged}
          returning name, image
        ), audited as (${auditedFrom('changed', audit)})
        select name, image from changed`,
  )
  return rows[0] && ChangedPerson.parse(rows[0])
}

/** Which of these people are still members and not suspended, with their role texts. */
export async function findRoles(
  db: Database,
  organizationId: string,
  userIds: readonly string[],
): Promise<{ userId: string; role: string }[]> {
  const rows = await queryRows(
    db,
    sql`select members.user_id as "userId", members.role
        from members join users on users.id = members.user_id and users.suspended_at is null
        where members.organization_id = ${organizationId}
          and members.user_id in (select jsonb_array_elements_text(${JSON.stringify(userIds)}::jsonb))`,
  )
  return rows.map((row) => z.object({ userId: z.string(), role: z.string() }).parse(row))
}
