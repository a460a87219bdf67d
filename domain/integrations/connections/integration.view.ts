import { Integration } from '#schema/contracts/integrations'
import type { IntegrationRow } from './integrations.store.ts'

/** A connection as the API shows it: never its credential, nor the broker's name of it. */
export const integrationView = (row: IntegrationRow): Integration =>
  Integration.parse({
    id: row.id,
    integrationId: row.integrationId,
    provider: row.provider,
    displayName: row.displayName,
    externalId: row.externalId,
    status: row.status,
    rateLimitedUntil: row.rateLimitedUntil?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  })

/** What a stored credential is bound to, so that it opens for no other organization or service. */
export const tokenContext = (row: { organizationId: string; integrationId: string }): string =>
  `integrations/${row.organizationId}/${row.integrationId}`
