import { type WebhookEndpoint, WebhookProvider } from '#schema/contracts/triggers'
import type { EndpointRow } from './endpoints.store.ts'
import type { SealedEndpoint } from './ports.ts'

/** The row as the API shows it: never with its secret. */
export const endpointView = (row: EndpointRow): WebhookEndpoint => ({
  id: row.id,
  provider: WebhookProvider.parse(row.provider),
  path: `/webhooks/direct/${row.provider}/${row.id}`,
  createdAt: row.createdAt.toISOString(),
})

/** The row as the edge keeps it: sealed. */
export const sealedEndpoint = (row: EndpointRow): SealedEndpoint => ({
  id: row.id,
  organizationId: row.organizationId,
  provider: WebhookProvider.parse(row.provider),
  sealedSecret: row.sealedSecret,
})

/** What a sealed secret is bound to, so that it opens for no other organization or provider. */
export const secretContext = (endpoint: { organizationId: string; provider: string }): string =>
  `webhook_endpoints/${endpoint.organizationId}/${endpoint.provider}`
