import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { auditedFrom, type AuditRow } from '#domain/identity'
import { type Database, queryRows } from '#kernel/database'

const RepositoryRow = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string(),
  default_branch: z.string(),
  has_credential: z.boolean(),
  configuration_id: z.string(),
  created_at: z.coerce.date(),
  updated_at: z.coerce.date(),
})
export type RepositoryRow = z.infer<typeof RepositoryRow>

/**
 * The configuration made for a repository is the oldest that holds it at the root of the workspace; ids sort by age.
 */
const ownConfiguration = sql`
  (select link.configuration_id from configuration_repositories link
   where link.repository_id = repository.id and link.workspace_path = '.'
   order by link.configuration_id limit 1)`

const columns = sql`
  repository.id, repository.name, repository.url, repository.default_branch,
  repository.sealed_credential is not null as has_credential, repository.created_at,
  repository.updated_at`

export async function findRepositoryRow(
  db: Database,
  organizationId: string,
  repositoryId: string,
): Promise<RepositoryRow | undefined> {
  const rows = await queryRows(
    db,
    sql`select ${columns}, ${ownConfiguration} as configuration_id from repositories repository
        where repository.organization_id = ${organizationId} and repository.id = ${repositoryId}`,
  )
  return rows[0] && RepositoryRow.parse(rows[0])
}

/** Newest first, one more than asked for, so that the caller sees whether there is a next page. */
export async function listRepositoryRows(
  db: Database,
  organizationId: string,
  page: { cursor?: string | undefined; limit: number },
): Promise<RepositoryRow[]> {
  const before = page.cursor ?? null
  const rows = await queryRows(
    db,
    sql`select ${columns}, ${ownConfiguration} as configuration_id from repositories repository
        where repository.organization_id = ${organizationId}
          and (${before}::uuid is null or repository.id < ${before}::uuid)
        order by repository.id desc limit ${page.limit + 1}`,
  )
  return rows.map((row) => RepositoryRow.parse(row))
}

export async function findRepositoryIdByName(
  db: Database,
  organizationId: string,
  name: string,
): Promise<string | undefined> {
  const rows = await queryRows(
    db,
    sql`select id from repositories where organization_id = ${organizationId} and name = ${name}`,
  )
  return rows[0] && z.string().parse(rows[0].id)
}

export interface RepositoryChange {
  id: string
  configurationId: string
  name: string
  url: string
  defaultBranch: string
  sealedCredential: string | null
  createdBy: string | null
  /** Whether a repository that is there already may become what is given; otherwise it must be that already. */
  mayUpdate: boolean
  /** Stands in the audit log exactly when something was written; an `update` when the repository was there. */
  audit: AuditRow
}

/** What the audit log shows of a repository. */
const state = sql`
  jsonb_build_object('url', url, 'defaultBranch', default_branch, 'hasCredential', sealed_credential is not null)`

/** What a repository was before the statement this stands in: one statement sees the rows as they were. */
const earlierState = (organizationId: string, id: string) => sql`
  (select ${state}
   from repositories where organization_id = ${organizationId} and id = ${id}::uuid)`

/**
 * Repository, configuration and the link between them, in one statement; a repository of that name becomes what is
 * given. Undefined when nothing was written: the name belongs to another id than the one given (a credential is sealed
 * for one id), or the caller may not change what is there.
 */
export async function upsertRepository(
  db: Database,
  organizationId: string,
  change: RepositoryChange,
): Promise<{ row: RepositoryRow; created: boolean } | undefined> {
  // xmax is 0 only in a row version that an INSERT made: the way to tell which branch an upsert took.
  const rows = await queryRows(
    db,
    sql`with repository as (
          insert into repositories as known
            (id, organization_id, name, url, default_branch, sealed_credential, created_by)
          values (${change.id}, ${organizationId}, ${change.name}, ${change.url}, ${change.defaultBranch},
                  ${change.sealedCredential}, ${change.createdBy})
          on conflict (organization_id, name) do update
            set url = excluded.url, default_branch = excluded.default_branch,
                sealed_credential = excluded.sealed_credential, updated_at = now()
            where known.id = excluded.id
              and (${change.mayUpdate}::boolean
                   or (known.url = excluded.url and known.default_branch = excluded.default_branch
                       and known.sealed_credential is null and excluded.sealed_credential is null))
          returning known.*, known.xmax = 0 as created
        ), configuration as (
          insert into configurations (id, organization_id, name)
          select ${change.configurationId}, repository.organization_id, repository.name
          from repository where repository.created
          returning id
        ), link as (
          insert into configuration_repositories (configuration_id, repository_id)
          select configuration.id, repository.id from configuration, repository
        ), audited as (
          ${auditedFrom('repository', change.audit, {
            verb: sql`(select case when created then 'create' else 'update' end from repository)`,
            before: earlierState(organizationId, change.id),
          })}
        )
        select ${columns}, repository.created,
               coalesce((select configuration.id from configuration), ${ownConfiguration}) as configuration_id
        from repository`,
  )
  if (!rows[0]) return undefined
  return { row: RepositoryRow.parse(rows[0]), created: z.boolean().parse(rows[0].created) }
}

/**
 * Compare-and-set; a URL that changes loses its credential. Undefined when the row is gone, or was changed since
 * `unchangedSince` (null: whatever it is).
 */
export async function updateRepositoryRow(
  db: Database,
  organizationId: string,
  edit: {
    repositoryId: string
    url: string | null
    defaultBranch: string | null
    unchangedSince: Date | null
    audit: AuditRow
  },
): Promise<RepositoryRow | undefined> {
  const unchangedSince = edit.unchangedSince?.toISOString() ?? null
  // The instant moves strictly, so that two edits within one millisecond cannot look like one; it is compared in
  // milliseconds, because that is what was read.
  const rows = await queryRows(
    db,
    sql`with repository as (
          update repositories as known
          set url = coalesce(${edit.url}, known.url),
              default_branch = coalesce(${edit.defaultBranch}, known.default_branch),
              sealed_credential =
                case when coalesce(${edit.url}, known.url) = known.url then known.sealed_credential end,
              updated_at = greatest(now(), known.updated_at + interval '1 millisecond')
          where known.organization_id = ${organizationId} and known.id = ${edit.repositoryId}
            and (${unchangedSince}::timestamptz is null
                 or date_trunc('milliseconds', known.updated_at) = ${unchangedSince}::timestamptz)
          returning known.*
        ), audited as (
          ${auditedFrom('repository', edit.audit, {
            before: earlierState(organizationId, edit.repositoryId),
            after: sql`(select ${state} from repository)`,
          })}
        )
        select ${columns}, ${ownConfiguration} as configuration_id from repository`,
  )
  return rows[0] && RepositoryRow.parse(rows[0])
}
