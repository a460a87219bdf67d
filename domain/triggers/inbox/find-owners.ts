import {
  type ChangedConnection,
  changeConnections,
  findIntegrationModule,
  identifyConnections,
  type IntegrationRow,
  learnAccounts,
  type NamedConnection,
} from '#domain/integrations'
import type { Kernel } from '#kernel/needs'
import type { Known } from './inbox.store.ts'
import type { Reading } from './read-row.ts'

/** Whose a row is. */
export interface Owner {
  known: Known
  integrations: IntegrationRow[]
  refusal: 'no_integration' | 'ambiguous_integration' | null
}

type Needs = Pick<Kernel, 'db' | 'clock' | 'log'>

/**
 * An organization that its address tells is certain; otherwise the connections that the row names must be of one. What
 * a row tells about the account of a connection is learned.
 */
export async function findOwners(needs: Needs, readings: Reading[]): Promise<Map<Reading, Owner>> {
  const found = await identifyConnections(needs, readings.flatMap(nameOf))
  await learnAccounts(
    needs,
    [...found].flatMap(([named, rows]) => (isUnguessable(named) ? rows.map((row) => ({ row, externalId: named.value })) : [])),
  )
  const integrationsOf = new Map([...found].map(([{ reading }, rows]) => [reading, rows]))
  return new Map(readings.map((reading) => [reading, ownerOf(reading, integrationsOf.get(reading) ?? [])]))
}

/** The connection that a row names, as one or none to look for. */
export function nameOf(reading: Reading): (NamedConnection & { reading: Reading })[] {
  const { identity, row } = reading
  if (identity === null || identity.kind === 'trigger') return []
  const { provider, organizationId } = row
  // News of a connection concern it in whatever state it is.
  const mayRest = reading.kind === 'events' && reading.change !== null
  return [{ reading, kind: identity.kind, value: identity.value, provider, organizationId, mayRest }]
}

const isUnguessable = ({ kind, provider }: NamedConnection) =>
  kind === 'integration' && findIntegrationModule(provider)?.triggers.webhook?.identityIsUnguessable === true

/** Whose a row is that names these connections. */
export function ownerOf({ row, identity }: Reading, integrations: IntegrationRow[]): Owner {
  const integrationId = integrations[0]?.id ?? null
  if (row.organizationId !== null) {
    return { known: { organizationId: row.organizationId, integrationId, identity }, integrations, refusal: null }
  }
  const [organizationId = null, ...others] = new Set(integrations.map((one) => one.organizationId))
  if (others.length > 0 || organizationId === null) {
    const known = { organizationId: null, integrationId: null, identity }
    return { known, integrations: [], refusal: others.length > 0 ? 'ambiguous_integration' : 'no_integration' }
  }
  return { known: { organizationId, integrationId, identity }, integrations, refusal: null }
}

/**
 * Notes what rows say about connections. What comes to an organization's own address speaks of its own connections only,
 * and a replay of none: what was true then need not be true now.
 */
export async function noteChanges(needs: Needs, readings: Reading[]): Promise<void> {
  const changes = new Map<string, ChangedConnection>()
  for (const reading of readings.toSorted((a, b) => (a.row.receivedAt < b.row.receivedAt ? -1 : 1))) {
    if (reading.kind !== 'events' || reading.change === null || reading.row.ingress === 'replay') continue
    const { row, identity, change } = reading
    const byBroker = identity?.kind === 'connection'
    const said: ChangedConnection = {
      kind: byBroker ? 'connection' : 'integration',
      value: byBroker ? identity.value : change.externalId,
      provider: row.provider,
      organizationId: row.organizationId,
      status: change.status,
    }
    changes.set(`${said.kind} ${row.provider} ${said.organizationId} ${said.value}`, said)
  }
  await changeConnections(needs, [...changes.values()])
}
