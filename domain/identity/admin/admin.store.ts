import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'
import { behind, positionOf } from '../position.store.ts'

export interface AdminPage {
  q: string
  cursor: string | null
  limit: number
}

/** A typed `%` or `_` means itself. */
const patternOf = (q: string) => `%${q.replace(/[\\%_]/g, (character) => `\\${character}`)}%`

const UserRow = z.object({
  id: z.string(),
  position: z.string(),
  name: z.string(),
  email: z.string(),
  emailVerified: z.boolean(),
  createdAt: z.coerce.date(),
  suspendedAt: z.coerce.date().nullable(),
  organizations: z.array(z.object({ id: z.string(), name: z.string(), role: z.string() })),
})
export type UserRow = z.infer<typeof UserRow>

/** Everybody, the newest first, or who has that in a name, an address or as an id. */
export async function listUsersAcrossOrganizations(db: Database, page: AdminPage): Promise<UserRow[]> {
  const rows = await queryRows(
    db,
    sql`select users.id, ${positionOf('users')} as position, users.name, users.email,
               users.email_verified as "emailVerified",
               users.created_at as "createdAt", users.suspended_at as "suspendedAt",
               coalesce((
                 select jsonb_agg(jsonb_build_object('id', organizations.id, 'name', organizations.name,
                                                     'role', members.role) order by members.created_at)
                 from members join organizations on organizations.id = members.organization_id
                 where members.user_id = users.id
               ), '[]'::jsonb) as organizations
        from users
        where (users.name ilike ${patternOf(page.q)} or users.email ilike ${patternOf(page.q)} or users.id = ${page.q})
              ${behind('users', page.cursor, 'newest first')}
        order by users.created_at desc, users.id desc limit ${page.limit}::int`,
  )
  return rows.map((row) => UserRow.parse(row))
}

const OrganizationRow = z.object({
  id: z.string(),
  position: z.string(),
  name: z.string(),
  slug: z.string(),
  isPersonal: z.boolean(),
  memberCount: z.coerce.number(),
  createdAt: z.coerce.date(),
})
export type AdminOrganizationRow = z.infer<typeof OrganizationRow>

export async function listAllOrganizationsAcrossOrganizations(
  db: Database,
  page: AdminPage,
): Promise<AdminOrganizationRow[]> {
  const rows = await queryRows(
    db,
    sql`select id, ${positionOf('organizations')} as position, name, slug, is_personal as "isPersonal", created_at as "createdAt",
               (select count(*) from members where organization_id = organizations.id) as "memberCount"
        from organizations
        where (name ilike ${patternOf(page.q)} or slug ilike ${patternOf(page.q)} or id = ${page.q})
              ${behind('organizations', page.cursor, 'newest first')}
        order by created_at desc, id desc limit ${page.limit}::int`,
  )
  return rows.map((row) => OrganizationRow.parse(row))
}

const PersonInOrganization = z.object({
  userId: z.string(),
  name: z.string(),
  email: z.string(),
  emailVerified: z.boolean(),
  image: z.string().nullable(),
  organizationId: z.string(),
  organizationName: z.string(),
  organizationSlug: z.string(),
  role: z.string(),
})
export type PersonInOrganization = z.infer<typeof PersonInOrganization>

/** A person as a member of one organization; undefined when they are none, or suspended. */
export async function findPersonInOrganization(
  db: Database,
  organizationId: string,
  userId: string,
): Promise<PersonInOrganization | undefined> {
  const rows = await queryRows(
    db,
    sql`select users.id as "userId", users.name, users.email, users.email_verified as "emailVerified", users.image,
               organizations.id as "organizationId", organizations.name as "organizationName",
               organizations.slug as "organizationSlug", members.role
        from members join users on users.id = members.user_id
        join organizations on organizations.id = members.organization_id
        where members.organization_id = ${organizationId} and members.user_id = ${userId}
          and users.suspended_at is null`,
  )
  return rows[0] && PersonInOrganization.parse(rows[0])
}
