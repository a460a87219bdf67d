import { type Actor, type AuditNeeds, auditRowOf, authorize } from '#domain/identity'
import { ResourceChanged } from '#kernel/errors'
import { requireUnchanged } from '#kernel/etag'
import type { Digest } from '#kernel/ports'
import type { Repository, UpdateRepository } from '#schema/contracts/repositories'
import { RepositoryNotFound } from './errors.ts'
import { findRepositoryRow, updateRepositoryRow } from './repositories.store.ts'
import { repositoryView } from './repository.view.ts'

/**
 * Changes the URL or the default branch of a repository; a URL that changes never inherits the credential of the
 * earlier one. `ifMatch` is the If-Match header, or null. Throws `repository.not_found`, `auth.forbidden` and
 * `resource.changed`.
 */
export async function updateRepository(
  needs: AuditNeeds & { digest: Digest },
  input: { actor: Actor; repositoryId: string; ifMatch: string | null; change: UpdateRepository },
): Promise<Repository> {
  const { actor, repositoryId, ifMatch, change } = input
  authorize(actor, 'update', 'repository')
  const { organizationId } = actor
  const known = await findRepositoryRow(needs.db, organizationId, repositoryId)
  if (!known) throw RepositoryNotFound()
  await requireUnchanged(needs, { view: repositoryView(known), ifMatch })
  const written = await updateRepositoryRow(needs.db, organizationId, {
    repositoryId,
    url: change.url ?? null,
    defaultBranch: change.defaultBranch ?? null,
    unchangedSince: ifMatch === null ? null : known.updated_at,
    audit: auditRowOf(needs, {
      actor,
      verb: 'update',
      subject: { kind: 'repository', id: repositoryId, label: known.name },
    }),
  })
  if (written) return repositoryView(written)
  throw (await findRepositoryRow(needs.db, organizationId, repositoryId)) ? ResourceChanged() : RepositoryNotFound()
}
