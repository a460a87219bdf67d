import { type Actor, type AuditNeeds, auditRowOf, authorize, Forbidden, can, userIdOf } from '#domain/identity'
import type { Vault } from '#kernel/ports'
import type { CreateRepository, Repository } from '#schema/contracts/repositories'
import { credentialContext } from './credential.ts'
import { RepositoryContended } from './errors.ts'
import { findRepositoryIdByName, upsertRepository } from './repositories.store.ts'
import { repositoryView } from './repository.view.ts'

type Needs = AuditNeeds & { vault: Vault }

/** How often a name that changes hands meanwhile is tried again. */
const ATTEMPTS = 3

/**
 * Adds a repository and the configuration that boots it; one of that name is made what is given, the credential
 * included: a URL that changes never inherits the credential of the earlier one. Members may add; changing one that is
 * there and handing in a credential is for admins. `created` tells the two apart. Throws `auth.forbidden`.
 */
export async function createRepository(
  needs: Needs,
  input: { actor: Actor } & CreateRepository,
): Promise<{ repository: Repository; created: boolean }> {
  const { actor, name, url, defaultBranch, credential } = input
  const { organizationId } = actor
  authorize(actor, 'create', 'repository')
  if (credential) authorize(actor, 'set', 'repository_credential')
  const mayUpdate = can(actor, 'update', 'repository')
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const knownId = await findRepositoryIdByName(needs.db, organizationId, name)
    const id = knownId ?? needs.ids.next()
    const context = credentialContext(organizationId, id)
    const written = await upsertRepository(needs.db, organizationId, {
      id,
      configurationId: needs.ids.next(),
      name,
      url,
      defaultBranch,
      sealedCredential: credential ? await needs.vault.seal(JSON.stringify(credential), context) : null,
      createdBy: userIdOf(actor),
      mayUpdate,
      audit: auditRowOf(needs, {
        actor,
        verb: 'create',
        subject: { kind: 'repository', id, label: name },
        after: { url, defaultBranch, hasCredential: credential !== undefined && credential !== null },
      }),
    })
    if (written) return { repository: repositoryView(written.row), created: written.created }
    if (knownId && !mayUpdate) throw Forbidden({ detail: 'Only admins may change a repository that is there already' })
  }
  throw RepositoryContended()
}
