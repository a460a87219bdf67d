import { z } from 'zod'
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
  previous: previousOf(row),
  version: row.updatedAt.getTime(),
})

const Previous = z.array(z.object({ sealedSecret: z.string(), validUntil: z.coerce.date() }))

/** Rows of before hold one secret as it is. */
function previousOf({ previousSealedSecret: stored, previousValidUntil: until }: EndpointRow): SealedEndpoint['previous'] {
  if (stored === null || until === null) return []
  const known = stored.startsWith('[') ? Previous.parse(JSON.parse(stored)) : [{ sealedSecret: stored, validUntil: until }]
  return known.map(({ sealedSecret, validUntil }) => ({ sealedSecret, validUntil: validUntil.toISOString() }))
}

/** What a sealed secret is bound to, so that it opens for no other organization or provider. */
export const secretContext = (endpoint: { organizationId: string; provider: string }): string =>
  `webhook_endpoints/${endpoint.organizationId}/${endpoint.provider}`
