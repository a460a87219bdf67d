import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, queryRows } from '#kernel/database'

const ConfigurationRow = z.object({
  id: z.string(),
  name: z.string(),
  setup_commands: z.array(z.string()),
  repositories: z.array(
    z.object({
      repositoryId: z.string(),
      name: z.string(),
      url: z.string(),
      defaultBranch: z.string(),
      workspacePath: z.string(),
    }),
  ),
})

/** A configuration with its repositories, by workspace path. */
export async function findConfigurationRow(
  db: Database,
  organizationId: string,
  configurationId: string,
): Promise<z.infer<typeof ConfigurationRow> | undefined> {
  const rows = await queryRows(
    db,
    sql`select configuration.id, configuration.name, configuration.setup_commands,
               coalesce(
                 (select jsonb_agg(
                           jsonb_build_object('repositoryId', repository.id, 'name', repository.name,
                             'url', repository.url, 'defaultBranch', repository.default_branch,
                             'workspacePath', link.workspace_path)
                           order by link.workspace_path)
                  from configuration_repositories link
                  join repositories repository on repository.id = link.repository_id
                  where link.configuration_id = configuration.id),
                 '[]'::jsonb) as repositories
        from configurations configuration
        where configuration.organization_id = ${organizationId} and configuration.id = ${configurationId}`,
  )
  return rows[0] && ConfigurationRow.parse(rows[0])
}

export async function configurationRowExists(
  db: Database,
  organizationId: string,
  configurationId: string,
): Promise<boolean> {
  const rows = await queryRows(
    db,
    sql`select 1 as one from configurations where organization_id = ${organizationId} and id = ${configurationId}`,
  )
  return rows.length > 0
}

const SealedRow = z.object({ id: z.string(), url: z.string(), sealed_credential: z.string() })

/** The repositories of a configuration that have a credential, with it still sealed. */
export async function listSealedCredentials(
  db: Database,
  organizationId: string,
  configurationId: string,
): Promise<z.infer<typeof SealedRow>[]> {
  const rows = await queryRows(
    db,
    sql`select repository.id, repository.url, repository.sealed_credential
        from configurations configuration
        join configuration_repositories link on link.configuration_id = configuration.id
        join repositories repository on repository.id = link.repository_id
        where configuration.organization_id = ${organizationId} and configuration.id = ${configurationId}
          and repository.organization_id = ${organizationId} and repository.sealed_credential is not null`,
  )
  return rows.map((row) => SealedRow.parse(row))
}
