import {
  findIntegrationModule,
  type IntegrationTokens,
  type ProviderHttp,
  requireIntegration,
} from '#domain/integrations'
import { later } from '#kernel/clock'
import { DAY_MS } from '#kernel/durations'
import { describeError } from '#kernel/errors'
import type { Kernel } from '#kernel/needs'
import { type ExpiringTrigger, listExpiringAcrossOrganizations, noteExpiries } from './registrations.store.ts'

/** What expires within so many days is renewed: a week of daily tries. */
const HORIZON_DAYS = 7
const MAX_PER_TICK = 1_000

type Needs = Pick<Kernel, 'db' | 'clock' | 'log'> & {
  providerHttp: ProviderHttp
  integrationTokens: IntegrationTokens
}

/**
 * Renews registrations that a provider would forget (Jira: after 30 days), one call per connection. A connection that
 * fails is told to the log as an alert and never stops the others; it is tried again the next day, and there are
 * several before a registration ends. Throws when the database is away.
 */
export async function renewWebhooks(needs: Needs): Promise<{ renewed: number; failed: number }> {
  const before = later(needs.clock.now(), HORIZON_DAYS * DAY_MS)
  const expiring = await listExpiringAcrossOrganizations(needs.db, { before, limit: MAX_PER_TICK })
  const report = { renewed: 0, failed: 0 }
  const connections = Map.groupBy(expiring, (one) => `${one.organizationId} ${one.provider} ${one.integrationId}`)
  for (const triggers of connections.values()) {
    try {
      report.renewed += await renewConnection(needs, triggers)
    } catch (error) {
      report.failed += triggers.length
      const [{ organizationId, provider } = { organizationId: '', provider: '' }] = triggers
      needs.log.error('webhook.not_renewed', { alert: true, organizationId, provider, error: describeError(error) })
    }
  }
  return report
}

async function renewConnection(needs: Needs, triggers: ExpiringTrigger[]): Promise<number> {
  const [first] = triggers
  const renewal = first && findIntegrationModule(first.provider)?.triggers.expiringWebhooks
  if (!renewal || first.integrationId === null) return 0
  const { organizationId, integrationId, provider } = first
  const integration = await requireIntegration(needs, { organizationId, integrationId, of: provider, mayRest: false })
  const token = await needs.integrationTokens.tokenOf(integration)
  const ids = [...new Set(triggers.flatMap(({ externalWebhookId }) => externalWebhookId ?? []))]
  const renewed = await renewal.renew(ids, { http: needs.providerHttp, token })
  if (renewed.length > 0) await noteExpiries(needs.db, organizationId, renewed)
  return renewed.length
}
