import type { Kernel } from '#kernel/needs'
import type { Vault } from '#kernel/ports'
import { configurationRowExists, findConfigurationRow, listSealedCredentials } from './configurations.store.ts'
import { Credential, credentialContext, liesInside } from './credential.ts'
import { ConfigurationNotFound } from './errors.ts'

export interface ConfigurationRepositories {
  configuration: { id: string; name: string; setupCommands: string[] }
  /** By workspace path; `.` when there is one. */
  repositories: { repositoryId: string; name: string; url: string; defaultBranch: string; workspacePath: string }[]
}

/** What a session on this configuration boots. Throws `configuration.not_found`. */
export async function loadConfigurationRepositories(
  needs: Pick<Kernel, 'db'>,
  input: { organizationId: string; configurationId: string },
): Promise<ConfigurationRepositories> {
  const row = await findConfigurationRow(needs.db, input.organizationId, input.configurationId)
  if (!row) throw ConfigurationNotFound()
  return {
    configuration: { id: row.id, name: row.name, setupCommands: row.setup_commands },
    repositories: row.repositories,
  }
}

export function configurationExists(
  needs: Pick<Kernel, 'db'>,
  input: { organizationId: string; configurationId: string },
): Promise<boolean> {
  return configurationRowExists(needs.db, input.organizationId, input.configurationId)
}

/**
 * What git is told when it asks for a credential of `url`: the one of the repository of this configuration that the URL
 * lies inside (the innermost, if several); null when there is none.
 */
export async function readRepositoryCredential(
  needs: Pick<Kernel, 'db'> & { vault: Vault },
  input: { organizationId: string; configurationId: string; url: string },
): Promise<Credential | null> {
  const rows = await listSealedCredentials(needs.db, input.organizationId, input.configurationId)
  const matching = rows.filter((row) => liesInside(input.url, row.url))
  const innermost = matching.sort((a, b) => b.url.length - a.url.length)[0]
  if (!innermost) return null
  const context = credentialContext(input.organizationId, innermost.id)
  const text = await needs.vault.open(innermost.sealed_credential, context)
  return Credential.parse(JSON.parse(text))
}
