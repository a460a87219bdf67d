import { type Actor, type AuditNeeds, auditRowOf, authorize, userIdOf } from '#domain/identity'
import { ResourceChanged } from '#kernel/errors'
import { requireUnchanged } from '#kernel/etag'
import type { Kernel } from '#kernel/needs'
import { type Page, pageOf } from '#kernel/page'
import type { Digest, Vault } from '#kernel/ports'
import type { PageQuery } from '#schema/contracts/common'
import type { CreateIntegration, Integration, UpdateIntegration } from '#schema/contracts/integrations'
import type { ProviderHttp } from '../contract.ts'
import {
  CredentialRefused,
  IntegrationConnected,
  IntegrationNotActive,
  IntegrationNotFound,
  ProviderForbidden,
  ProviderUnauthorized,
} from '../errors.ts'
import { findIntegrationModule } from '../registry.ts'
import { integrationView, tokenContext } from './integration.view.ts'
import {
  findIntegrationRow,
  type IntegrationRow,
  listIntegrationRows,
  saveIntegration,
  updateIntegrationRow,
} from './integrations.store.ts'

type Needs = AuditNeeds & { vault: Vault }

/** The organization's connections to external services, newest first. */
export async function listIntegrations(
  needs: Pick<Kernel, 'db'>,
  input: { actor: Actor } & PageQuery,
): Promise<Page<Integration>> {
  const { actor, ...page } = input
  authorize(actor, 'read', 'integration')
  return pageOf(await listIntegrationRows(needs.db, actor.organizationId, page), page.limit, integrationView)
}

/**
 * Connects a service by a credential, which is tried at once, sealed, and never shown again. Throws `auth.forbidden`,
 * `integration.credential_refused`, `integration.already_connected`, and `provider.unavailable` while the service
 * cannot be asked.
 */
export async function connectIntegration(
  needs: Needs & { providerHttp: ProviderHttp },
  input: { actor: Actor; integration: CreateIntegration },
): Promise<Integration> {
  const { actor, integration } = input
  authorize(actor, 'create', 'integration')
  const { organizationId } = actor
  const { integrationId, token } = integration
  const account = await accountOf(needs, { integrationId, token })
  const id = needs.ids.next()
  const displayName = integration.displayName || account.name
  const connected = { integrationId, provider: 'stored' as const, displayName, externalId: account.externalId }
  const subject = { kind: 'integration', id, label: displayName ?? integrationId }
  const after = auditedState({ ...connected, status: 'active' })
  const row = await saveIntegration(needs.db, {
    ...connected,
    id,
    organizationId,
    // One connection per account; a credential that does not tell whose it is stands for itself.
    connectionId: account.externalId === null ? id : `${integrationId}:${account.externalId}`,
    sealedToken: await needs.vault.seal(token, tokenContext({ organizationId, integrationId })),
    createdBy: userIdOf(actor),
    now: needs.clock.now(),
    audit: auditRowOf(needs, { actor, verb: 'create', subject, after }),
  })
  if (row === null) throw IntegrationConnected()
  return integrationView(row)
}

/** What the audit log shows of a connection. */
const auditedState = (
  connection: Pick<Integration, 'integrationId' | 'provider' | 'displayName' | 'externalId' | 'status'>,
) => {
  const { integrationId, provider, displayName, externalId, status } = connection
  return { integrationId, provider, displayName, externalId, status }
}

/** Asks the service whose the credential is. */
async function accountOf(
  { providerHttp }: { providerHttp: ProviderHttp },
  credential: { integrationId: string; token: string },
): Promise<{ externalId: string | null; name: string | null }> {
  const describe = findIntegrationModule(credential.integrationId)?.describeAccount
  if (!describe) return { externalId: null, name: null }
  try {
    return await describe({ http: providerHttp, token: credential.token })
  } catch (error) {
    if (ProviderUnauthorized.is(error)) throw CredentialRefused({ cause: error })
    if (ProviderForbidden.is(error)) {
      throw CredentialRefused({ detail: 'The credential lacks permissions that are needed here', cause: error })
    }
    throw error
  }
}

/** What an entry says of a new credential, which itself it must not. */
const NEW_CREDENTIAL = { status: 'active', hasNewCredential: true }

/** A new credential must be one of the same account: triggers and webhooks go on where they were. */
async function resealed(
  needs: Needs & { providerHttp: ProviderHttp },
  input: { organizationId: string; before: Integration; token: string },
): Promise<string> {
  const { organizationId, before, token } = input
  const { integrationId } = before
  const account = await accountOf(needs, { integrationId, token })
  // A credential that does not tell whose it is cannot say otherwise.
  if (account.externalId !== null && account.externalId !== before.externalId) {
    throw CredentialRefused({ detail: 'The credential belongs to another account; connect that one by itself' })
  }
  return needs.vault.seal(token, tokenContext({ organizationId, integrationId }))
}

/**
 * Names a connection, or gives it a new credential. `ifMatch` is the If-Match header, or null. Throws `auth.forbidden`,
 * `integration.not_found`, `integration.credential_refused` and `resource.changed`.
 */
export async function updateIntegration(
  needs: Needs & { providerHttp: ProviderHttp; digest: Digest },
  input: { actor: Actor; integrationId: string; ifMatch: string | null; change: UpdateIntegration },
): Promise<Integration> {
  const { actor, integrationId, ifMatch, change } = input
  const { organizationId } = actor
  const before = await findIntegration(needs, input)
  authorize(actor, 'update', 'integration')
  await requireUnchanged(needs, { view: before, ifMatch })
  const sealed =
    change.token === undefined
      ? {}
      : {
          sealedToken: await resealed(needs, { organizationId, before, token: change.token }),
          status: 'active' as const,
        }
  const named = change.displayName === undefined ? {} : { displayName: change.displayName }
  const after = { ...auditedState({ ...before, ...named }), ...(change.token !== undefined && NEW_CREDENTIAL) }
  const subject = { kind: 'integration', id: integrationId, label: after.displayName ?? before.integrationId }
  const row = await updateIntegrationRow(needs.db, {
    organizationId,
    id: integrationId,
    change: { ...named, ...sealed },
    unchangedSince: ifMatch === null ? null : new Date(before.updatedAt),
    now: needs.clock.now(),
    audit: auditRowOf(needs, { actor, verb: 'update', subject, before: auditedState(before), after }),
  })
  if (row === null) throw ifMatch === null ? IntegrationNotFound() : ResourceChanged()
  return integrationView(row)
}

/** One connection. Throws `integration.not_found`, also for another organization's and one that was taken away. */
export async function findIntegration(
  needs: Pick<Kernel, 'db'>,
  input: { actor: Actor; integrationId: string },
): Promise<Integration> {
  authorize(input.actor, 'read', 'integration')
  const row = await findIntegrationRow(needs.db, input.actor.organizationId, input.integrationId)
  if (row === null || row.status === 'deleted') throw IntegrationNotFound()
  return integrationView(row)
}

/**
 * The connection that a trigger is to listen to. Throws `integration.not_found`, also for another organization's or
 * another service's, and `integration.not_active` unless `mayRest`.
 */
export async function requireIntegration(
  needs: Pick<Kernel, 'db'>,
  input: { organizationId: string; integrationId: string; of: string; mayRest: boolean },
): Promise<IntegrationRow> {
  const row = await findIntegrationRow(needs.db, input.organizationId, input.integrationId)
  if (row === null || row.integrationId !== input.of) throw IntegrationNotFound()
  if (row.status !== 'active' && !input.mayRest) throw IntegrationNotActive()
  return row
}
