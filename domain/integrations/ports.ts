import type { IntegrationRow } from './connections/integrations.store.ts'

/**
 * The only boundary at which a connection becomes a credential (a4 §4.4). Throws `provider.unauthorized` when it has
 * none any more, and `provider.unavailable` when whoever keeps it does not answer.
 */
export interface IntegrationTokens {
  tokenOf(
    integration: Pick<IntegrationRow, 'id' | 'organizationId' | 'provider' | 'integrationId' | 'connectionId' | 'sealedToken'>,
  ): Promise<string>
}
