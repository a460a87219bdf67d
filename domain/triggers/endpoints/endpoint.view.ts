import { type WebhookEndpoint, WebhookProvider } from '#schema/contracts/triggers'
import type { EndpointRow } from './endpoints.store.ts'
import type { SealedEndpoint } from '../ports.ts'

/** Where the provider sends its webhooks; the origin is the deployment's. */
export const webhookPath = (provider: string, endpointId: string): string =>
  `/webhooks/direct/${provider}/${endpointId}`

/** The row as the API shows it: never with its secret. */
export const endpointView = (row: EndpointRow): WebhookEndpoint => ({
  id: row.id,
  provider: WebhookProvider.parse(row.provider),
  path: webhookPath(row.provider, row.id),
  createdAt: row.createdAt.toISOString(),
})

/** The row as the edge keeps it: sealed. */
export const sealedEndpoint = (row: EndpointRow): SealedEndpoint => ({
  id: row.id,
  organizationId: row.organizationId,
  provider: WebhookProvider.parse(row.provider),
  triggerId: row.triggerId,
  sealedSecret: row.sealedSecret,
  signatureRequired: row.signatureRequired,
  previous:
    row.previousSealedSecret === null || row.previousValidUntil === null
      ? null
      : { sealedSecret: row.previousSealedSecret, validUntil: row.previousValidUntil.toISOString() },
})

/** What a sealed secret is bound to, so that it opens for no other organization or provider. */
export const secretContext = (endpoint: { organizationId: string; provider: string }): string =>
  `webhook_endpoints/${endpoint.organizationId}/${endpoint.provider}`
