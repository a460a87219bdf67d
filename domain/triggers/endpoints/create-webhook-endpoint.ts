import type { z } from 'zod'
import { type Actor, type AuditNeeds, auditRowOf, authorize, userIdOf } from '#domain/identity'
import { later } from '#kernel/clock'
import { SECOND_MS } from '#kernel/durations'
import { describeError } from '#kernel/errors'
import type { Vault } from '#kernel/ports'
import {
  DEFAULT_OVERLAP_SECONDS,
  type WebhookEndpointWithSecret,
  type WebhookProvider,
} from '#schema/contracts/triggers'
import { endpointView, sealedEndpoint, secretContext } from './endpoint.view.ts'
import { type EndpointRow, findEndpointRow, rotateSecret, saveEndpoint } from './endpoints.store.ts'
import { WebhookEndpointNotFound } from '../errors.ts'
import type { EndpointCopies, SecretSource } from '../ports.ts'

type Needs = AuditNeeds & {
  vault: Vault
  endpointCopies: EndpointCopies
  secrets: SecretSource
}

type WithSecret = z.infer<typeof WebhookEndpointWithSecret>

/**
 * Makes the organization's endpoint for a provider, or gives it a new secret; the secret is told this once. After a
 * rotation the old secret verifies for a day more. Throws `auth.forbidden`.
 */
export async function createWebhookEndpoint(
  needs: Needs,
  input: { actor: Actor; provider: WebhookProvider },
): Promise<WithSecret> {
  const { actor, provider } = input
  authorize(actor, 'create', 'webhook_endpoint')
  const { organizationId } = actor
  const secret = needs.secrets.next()
  const id = needs.ids.next()
  const now = needs.clock.now()
  const row = await saveEndpoint(needs.db, {
    id,
    organizationId,
    provider,
    sealedSecret: await needs.vault.seal(secret, secretContext({ organizationId, provider })),
    createdBy: userIdOf(actor),
    previousUntil: later(now, DEFAULT_OVERLAP_SECONDS * SECOND_MS),
    now,
    audit: auditRowOf(needs, { actor, verb: 'create', subject: { kind: 'webhook_endpoint', id, label: provider } }),
  })
  const areCopiesStale = await replaceCopy(needs, row)
  return { ...endpointView(row), secret, areCopiesStale }
}

/**
 * Gives an endpoint a new secret, told this once; the old one verifies for `overlapSeconds` more, so that the sender can
 * be told meanwhile, and those before it as long as each was given. With 0 all of them stop at once, apart from the
 * minute or so that copies at the edge take. Throws `webhook.endpoint_not_found` and `auth.forbidden`.
 */
export async function rotateWebhookEndpoint(
  needs: Needs,
  input: { actor: Actor; webhookEndpointId: string; overlapSeconds: number },
): Promise<WithSecret> {
  const { actor, webhookEndpointId: id, overlapSeconds } = input
  authorize(actor, 'read', 'webhook_endpoint')
  const { organizationId } = actor
  const known = await findEndpointRow(needs.db, organizationId, id)
  if (!known) throw WebhookEndpointNotFound()
  authorize(actor, 'rotate', 'webhook_endpoint')
  const secret = needs.secrets.next()
  const now = needs.clock.now()
  const subject = { kind: 'webhook_endpoint', id, label: known.provider }
  const row = await rotateSecret(needs.db, organizationId, {
    id,
    sealedSecret: await needs.vault.seal(secret, secretContext(known)),
    previousUntil: overlapSeconds === 0 ? null : later(now, overlapSeconds * SECOND_MS),
    now,
    audit: auditRowOf(needs, { actor, verb: 'rotate_secret', subject }),
  })
  if (!row) throw WebhookEndpointNotFound()
  const areCopiesStale = await replaceCopy(needs, row)
  return { ...endpointView(row), secret, areCopiesStale }
}

/**
 * The secret is the new one already, whether or not the copies follow, and is told either way. Returns whether they do
 * not: the edge asks the database about what an older copy refuses, so that the new secret
 * verifies at once, but takes what one accepts.
 */
async function replaceCopy(needs: Needs, row: EndpointRow): Promise<boolean> {
  try {
    await needs.endpointCopies.put(sealedEndpoint(row))
    return false
  } catch (error) {
    needs.log.error('webhook.copy_stale', { endpointId: row.id, error: describeError(error) })
    return true
  }
}
