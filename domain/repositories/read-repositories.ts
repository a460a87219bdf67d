import { type Actor, authorize } from '#domain/identity'
import type { Kernel } from '#kernel/needs'
import { type Page, pageOf } from '#kernel/page'
import type { Repository } from '#schema/contracts/repositories'
import { RepositoryNotFound } from './errors.ts'
import { findRepositoryRow, listRepositoryRows } from './repositories.store.ts'
import { repositoryView } from './repository.view.ts'

/** A page of the organization's repositories, newest first. */
export async function listRepositories(
  needs: Pick<Kernel, 'db'>,
  input: { actor: Actor; cursor?: string | undefined; limit: number },
): Promise<Page<Repository>> {
  authorize(input.actor, 'read', 'repository')
  const rows = await listRepositoryRows(needs.db, input.actor.organizationId, input)
  return pageOf(rows, input.limit, repositoryView)
}

/** Throws `repository.not_found`, also for a repository of another organization. */
export async function findRepository(
  needs: Pick<Kernel, 'db'>,
  input: { actor: Actor; repositoryId: string },
): Promise<Repository> {
  authorize(input.actor, 'read', 'repository')
  const row = await findRepositoryRow(needs.db, input.actor.organizationId, input.repositoryId)
  if (!row) throw RepositoryNotFound()
  return repositoryView(row)
}
