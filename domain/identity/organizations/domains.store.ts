import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'

const DomainsRow = z.object({ domains: z.array(z.string()) })

export async function findDomains(db: Database, organizationId: string): Promise<string[]> {
  const rows = await queryRows(
    db,
    sql`select to_jsonb(allowed_domains) as domains from organizations where id = ${organizationId}`,
  )
  return rows[0] ? DomainsRow.parse(rows[0]).domains : []
}

export async function writeDomains(db: Database, organizationId: string, domains: string[]): Promise<void> {
  await queryRows(
    db,
    sql`update organizations
        set allowed_domains = array(select jsonb_array_elements_text(${JSON.stringify(domains)}::jsonb))
        where id = ${organizationId}`,
  )
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

/** Makes a person a member of an organization that lets their domain in. False when it does not, or is none. */
export async function joinByDomain(
  db: Database,
  organizationId: string,
  person: { memberId: string; userId: string; domain: string },
): Promise<boolean> {
  const rows = await queryRows(
    db,
    sql`with open as (
          select id from organizations where id = ${organizationId} and allowed_domains @> array[${person.domain}]
        ), joined as (
          insert into members (id, organization_id, user_id, role)
          select ${person.memberId}, open.id, ${person.userId}, 'member' from open
          on conflict (organization_id, user_id) do nothing
        )
        select id from open`,
  )
  return rows.length > 0
}
