import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'
import type { AuditRow } from '../audit/audit-row.ts'
import { auditedFrom } from '../audit/audit.store.ts'

const DomainsRow = z.object({ domains: z.array(z.string()) })

export async function findDomains(db: Database, organizationId: string): Promise<string[]> {
  const rows = await queryRows(
    db,
    sql`select to_jsonb(allowed_domains) as domains from organizations where id = ${organizationId}`,
  )
  return rows[0] ? DomainsRow.parse(rows[0]).domains : []
}

/**
 * Sets the domains, with the entry of it; what they are already changes nothing, and with `unchanged` nothing does unless
 * they are still these. False when nothing was written.
 */
export async function writeDomains(
  db: Database,
  organizationId: string,
  { domains, unchanged, audit }: { domains: string[]; unchanged: string[] | null; audit: AuditRow },
): Promise<boolean> {
  const arrayOf = (texts: string[]) => sql`array(select jsonb_array_elements_text(${JSON.stringify(texts)}::jsonb))`
  const written = arrayOf(domains)
  const isUnchanged = unchanged ? sql`and allowed_domains = ${arrayOf(unchanged)}` : sql``
  const rows = await queryRows(
    db,
    sql`with changed as (
          update organizations set allowed_domains = ${written}
          where id = ${organizationId} and allowed_domains <> ${written} ${isUnchanged}
          returning id
        ), audited as (${auditedFrom('changed', audit)})
        select id from changed`,
  )
  return rows.length > 0
}

const SuggestionRow = z.object({ id: z.string(), name: z.string(), memberCount: z.coerce.number() })
export type SuggestionRow = z.infer<typeof SuggestionRow>

/** Organizations that let people of a domain in, without those that the person is in; the largest first. */
export async function listSuggestionsAcrossOrganizations(
  db: Database,
  person: { userId: string; domain: string; limit: number },
): Promise<SuggestionRow[]> {
  const rows = await queryRows(
    db,
    sql`select id, name, (select count(*) from members where organization_id = organizations.id) as "memberCount"
        from organizations
        where allowed_domains @> array[${person.domain}]
          and not exists (select 1 from members
                          where organization_id = organizations.id and user_id = ${person.userId})
        order by "memberCount" desc, id limit ${person.limit}::int`,
  )
  return rows.map((row) => SuggestionRow.parse(row))
}

/**
 * Makes a person a member of an organization that lets their domain in, with the entry of it; who is one stays as they
 * are. False when the organization does not let them in, or is none.
 */
export async function joinByDomain(
  db: Database,
  organizationId: string,
  person: { memberId: string; userId: string; domain: string; audit: AuditRow },
): Promise<boolean> {
  const rows = await queryRows(
    db,
    sql`with open as (
          select id from organizations where id = ${organizationId} and allowed_domains @> array[${person.domain}]
        ), joined as (
          insert into members (id, organization_id, user_id, role)
          select ${person.memberId}, open.id, ${person.userId}, 'member' from open
          on conflict (organization_id, user_id) do nothing
          returning id
        ), audited as (${auditedFrom('joined', person.audit)})
        select id from open`,
  )
  return rows.length > 0
}
