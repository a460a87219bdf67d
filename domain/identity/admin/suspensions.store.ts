import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'
import type { AuditRow } from '../audit/audit-row.ts'
import { allAuditedFrom } from '../audit/audit.store.ts'

const Target = z.object({
  email: z.string(),
  emailVerified: z.boolean(),
  suspendedAt: z.coerce.date().nullable(),
  organizationIds: z.array(z.string()),
})

/** A person, whether suspended or not, and every organization they are a member of. */
export async function findSuspensionTarget(
  db: Database,
  userId: string,
): Promise<z.infer<typeof Target> | undefined> {
  const rows = await queryRows(
    db,
    sql`select email, email_verified as "emailVerified", suspended_at as "suspendedAt",
               (select coalesce(jsonb_agg(organization_id order by created_at, id), '[]'::jsonb)
                from members where user_id = users.id) as "organizationIds"
        from users where id = ${userId}`,
  )
  return rows[0] && Target.parse(rows[0])
}

/** Suspends a person with the entries of it, or lifts the suspension (null). Nothing when it is so already. */
export async function moveSuspension(
  db: Database,
  userId: string,
  move: { suspendedAt: Date | null; entries: readonly AuditRow[] },
): Promise<void> {
  const suspendedAt = move.suspendedAt?.toISOString() ?? null
  await queryRows(
    db,
    sql`with changed as (
          update users set suspended_at = ${suspendedAt}::timestamptz, updated_at = now()
          where id = ${userId} and (suspended_at is null) <> (${suspendedAt}::timestamptz is null)
          returning id
        )${allAuditedFrom('changed', move.entries)}
        select id from changed`,
  )
}

/** Ends every sign-in of a person. */
export async function deleteSignIns(db: Database, userId: string): Promise<void> {
  await queryRows(db, sql`delete from auth_sessions where user_id = ${userId}`)
}
