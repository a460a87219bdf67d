import type { Repository } from '#schema/contracts/repositories'
import type { RepositoryRow } from './repositories.store.ts'

export function repositoryView(row: RepositoryRow): Repository {
  return {
    id: row.id,
    name: row.name,
    url: row.url,
    defaultBranch: row.default_branch,
    hasCredential: row.has_credential,
    configurationId: row.configuration_id,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
