import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'

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

const PersonRow = z.object({ name: z.string(), email: z.string() })

export async function findPerson(db: Database, userId: string): Promise<z.infer<typeof PersonRow> | undefined> {
  const rows = await queryRows(db, sql`select name, email from users where id = ${userId}`)
  return rows[0] && PersonRow.parse(rows[0])
}

export interface NewOrganization {
  id: string
  memberId: string
  userId: string
  name: string
  slug: string
}

/** Makes an organization and its owner in one statement. Safe to repeat: what is there already stays as it is. */
export async function insertOwnOrganization(db: Database, own: NewOrganization): Promise<void> {
  await queryRows(
    db,
    sql`with organization as (
          insert into organizations (id, name, slug, is_personal)
          values (${own.id}, ${own.name}, ${own.slug}, true)
          on conflict (id) do nothing
        )
        insert into members (id, organization_id, user_id, role)
        values (${own.memberId}, ${own.id}, ${own.userId}, 'owner')
        on conflict (organization_id, user_id) do nothing`,
  )
}

/** Changes a person's name or picture; what is undefined stays. */
export async function updatePerson(
  db: Database,
  userId: string,
  change: { name?: string | undefined; image?: string | null | undefined },
): Promise<void> {
  await queryRows(
    db,
    sql`update users set
          name = coalesce(${change.name ?? null}::text, name),
          image = case when ${change.image !== undefined} then ${change.image ?? null}::text else image end,
          updated_at = now()
        where id = ${userId}`,
  )
}

/** Which of these people are still members, with their role texts. */
export async function findRoles(
  db: Database,
  organizationId: string,
  userIds: readonly string[],
): Promise<{ userId: string; role: string }[]> {
  const rows = await queryRows(
    db,
    sql`select user_id as "userId", role from members
        where organization_id = ${organizationId}
          and user_id in (select jsonb_array_elements_text(${JSON.stringify(userIds)}::jsonb))`,
  )
  return rows.map((row) => z.object({ userId: z.string(), role: z.string() }).parse(row))
}
