import type { Kernel } from '#kernel/needs'
import {
  changeConnectionsAcrossOrganizations,
  type ChangedConnection,
  listNamedAcrossOrganizations,
  nameAccountsAcrossOrganizations,
  type NamedConnection,
} from './identities.store.ts'
import type { IntegrationRow } from './integrations.store.ts'

/** The connections that each name means, in one statement for all of them; active ones unless it says otherwise. */
export async function identifyConnections<Named extends NamedConnection>(
  needs: Pick<Kernel, 'db'>,
  named: Named[],
): Promise<Map<Named, IntegrationRow[]>> {
  if (named.length === 0) return new Map()
  const rows = await listNamedAcrossOrganizations(needs.db, named)
  return new Map(named.map((one) => [one, meantBy(one, rows)]))
}

/**
 * Where the organization is known, a name that nobody has means its only connection, when that does not know yet what
 * it is called: a credential does not always tell.
 */
function meantBy(one: NamedConnection, rows: IntegrationRow[]): IntegrationRow[] {
  const known = rows.filter((row) => isMeant(row, one))
  if (known.length > 0) return known.filter(({ status }) => one.mayRest || status === 'active')
  if (one.organizationId === null || one.kind !== 'integration' || one.mayRest) return []
  const own = rows.filter((row) => row.status === 'active' && isOf(row, one))
  return own.length === 1 ? own.filter(({ externalId }) => externalId === null) : []
}

const isOf = (row: IntegrationRow, { provider, organizationId }: NamedConnection) =>
  row.integrationId === provider && (organizationId === null || row.organizationId === organizationId)

function isMeant(row: IntegrationRow, one: NamedConnection): boolean {
  if (!isOf(row, one)) return false
  const { kind, value } = one
  return kind === 'integration' ? row.externalId === value : row.provider === 'nango' && row.connectionId === value
}

/** Notes what the accounts of connections are called, where that is not known yet; in one statement. */
export async function learnAccounts(
  needs: Pick<Kernel, 'db' | 'clock' | 'log'>,
  told: { row: IntegrationRow; externalId: string }[],
): Promise<void> {
  const news = told.filter(({ row }) => row.externalId === null)
  const accounts = [...new Map(news.map(({ row: { id }, externalId }) => [id, { id, externalId }])).values()]
  if (accounts.length === 0) return
  await nameAccountsAcrossOrganizations(needs.db, { accounts, now: needs.clock.now() })
  needs.log.info('integration.account_learned', { integrationIds: accounts.map(({ id }) => id) })
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
