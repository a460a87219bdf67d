import type { Kernel } from '#kernel/needs'
import {
  changeConnectionsAcrossOrganizations,
  type ChangedConnection,
  listNamedAcrossOrganizations,
  type NamedConnection,
} from './identities.store.ts'
import type { IntegrationRow } from './integrations.store.ts'

/** The active connections that each name means, in one statement for all of them. */
export async function identifyConnections<Named extends NamedConnection>(
  needs: Pick<Kernel, 'db'>,
  named: Named[],
): Promise<Map<Named, IntegrationRow[]>> {
  if (named.length === 0) return new Map()
  const rows = await listNamedAcrossOrganizations(needs.db, named)
  return new Map(named.map((one) => [one, rows.filter((row) => isMeant(row, one))]))
}

function isMeant(row: IntegrationRow, { kind, value, provider, organizationId }: NamedConnection): boolean {
  if (row.integrationId !== provider) return false
  if (organizationId !== null && row.organizationId !== organizationId) return false
  return kind === 'integration' ? row.externalId === value : row.provider === 'nango' && row.connectionId === value
}

/** Notes what services and brokers say of connections, in one statement. */
export async function changeConnections(
  needs: Pick<Kernel, 'db' | 'clock' | 'log'>,
  changes: ChangedConnection[],
): Promise<void> {
  if (changes.length === 0) return
  const changed = await changeConnectionsAcrossOrganizations(needs.db, { changes, now: needs.clock.now() })
  needs.log.info('integration.changed_outside', { said: changes.length, changed })
}
