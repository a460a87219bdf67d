import { and, eq, inArray, ne, or, sql } from 'drizzle-orm'
import { type Database, queryRows } from '#kernel/database'
import { integrations } from '#schema/tables/index'
import type { ConnectionChange } from '../contract.ts'
import type { IntegrationRow } from './integrations.store.ts'

/** How a delivery names the connection that it belongs to. */
export interface NamedConnection {
  /** `integration`: as the service calls the account; `connection`: as the broker calls the connection. */
  kind: 'integration' | 'connection'
  value: string
  /** The service. */
  provider: string
  /** Null while it is not known whose the delivery is. */
  organizationId: string | null
  /** Whether one that is not active is meant too; never one that was taken away. */
  mayRest: boolean
}

/** What a service or a broker says of a connection; `provider` is null where the broker's name says it all. */
export interface ChangedConnection extends Omit<NamedConnection, 'provider' | 'mayRest'> {
  provider: string | null
  status: ConnectionChange['status']
}

/**
 * Connections that any of these names may mean: by the service's name of the account, by the broker's, or because the
 * organization is known.
 */
export function listNamedAcrossOrganizations(db: Database, named: NamedConnection[]): Promise<IntegrationRow[]> {
  const valuesOf = (kind: NamedConnection['kind']) => [
    ...new Set(named.flatMap((one) => (one.kind === kind ? [one.value] : []))),
  ]
  const providers = [...new Set(named.map(({ provider }) => provider))]
  const organizationIds = [...new Set(named.flatMap(({ organizationId }) => organizationId ?? []))]
  return db
    .select()
    .from(integrations)
    .where(
      and(
        ne(integrations.status, 'deleted'),
        inArray(integrations.integrationId, providers),
        or(
          inArray(integrations.externalId, valuesOf('integration')),
          and(eq(integrations.provider, 'nango'), inArray(integrations.connectionId, valuesOf('connection'))),
          inArray(integrations.organizationId, organizationIds),
        ),
      ),
    )
    .orderBy(integrations.id)
}

/**
 * Moves connections to what their services or their broker say of them. A connection that was taken away stays so, and
 * only an active one expires.
 */
export async function changeConnectionsAcrossOrganizations(
  db: Database,
  input: { changes: ChangedConnection[]; now: Date },
): Promise<number> {
  const rows = await queryRows(
    db,
    sql`
      update integrations i
      set status = c.status, auth_failures = case when c.status = 'active' then 0 else i.auth_failures end,
        updated_at = ${input.now.toISOString()}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(input.changes)}::jsonb) as c(
        kind text, value text, provider text, "organizationId" text, status text)
      where ((c.kind = 'integration' and i.integration_id = c.provider and i.external_id = c.value)
          or (c.kind = 'connection' and i.provider = 'nango' and i.connection_id = c.value))
        and (c."organizationId" is null or i.organization_id = c."organizationId")
        and i.status not in ('deleted', c.status) and (c.status <> 'expired' or i.status = 'active')
      returning i.id`,
  )
  return rows.length
}

/** Notes what accounts are called, of connections that did not know yet. */
export async function nameAccountsAcrossOrganizations(
  db: Database,
  input: { accounts: { id: string; externalId: string }[]; now: Date },
): Promise<void> {
  await queryRows(
    db,
    sql`
      update integrations i set external_id = a."externalId", updated_at = ${input.now.toISOString()}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(input.accounts)}::jsonb) as a(id uuid, "externalId" text)
      where i.id = a.id and i.external_id is null`,
  )
}
