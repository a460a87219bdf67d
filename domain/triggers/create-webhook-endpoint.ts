import type { z } from 'zod'
import { type Actor, type AuditNeeds, authorize, recordAudit, userIdOf } from '#domain/identity'
import { describeError } from '#kernel/errors'
import type { Vault } from '#kernel/ports'
import type { WebhookEndpointWithSecret, WebhookProvider } from '#schema/contracts/triggers'
import { endpointView, sealedEndpoint, secretContext } from './endpoint.view.ts'
import { saveEndpoint } from './endpoints.store.ts'
import { EndpointCopyStale } from './errors.ts'
import type { EndpointCopies, SecretSource } from './ports.ts'

type Needs = AuditNeeds & {
  vault: Vault
  endpointCopies: EndpointCopies
  secrets: SecretSource
}

/**
 * Makes the organization's endpoint for a provider, or gives it a new secret; the secret is told this once.
 * After a rotation the old secret may verify for about a minute more, until every copy at the edge is replaced.
 * Throws `auth.forbidden`, and `webhook.copy_stale` when the old copy stands: asking again rotates again.
 */
export async function createWebhookEndpoint(
  needs: Needs,
  input: { actor: Actor; provider: WebhookProvider },
): Promise<z.infer<typeof WebhookEndpointWithSecret>> {
  const { actor, provider } = input
  authorize(actor, 'create', 'webhook_endpoint')
  const { organizationId } = actor
  const secret = needs.secrets.next()
  const id = needs.ids.next()
  const row = await saveEndpoint(needs.db, {
    id,
    organizationId,
    provider,
    sealedSecret: await needs.vault.seal(secret, secretContext({ organizationId, provider })),
    createdBy: userIdOf(actor),
    now: needs.clock.now(),
  })
  // Before the copies: the secret is the new one already, whether or not they follow.
  const verb = row.id === id ? 'create' : 'rotate_secret'
  await recordAudit(needs, { actor, verb, subject: { kind: 'webhook_endpoint', id: row.id, label: provider } })
  try {
    await needs.endpointCopies.put(sealedEndpoint(row))
  } catch (error) {
    needs.log.error('webhook.copy_stale', { endpointId: row.id, error: describeError(error) })
    throw EndpointCopyStale({ cause: error })
  }
  return { ...endpointView(row), secret }
}
