import {
  type ChangedConnection,
  changeConnections,
  findIntegrationModule,
  identifyConnections,
  type IntegrationRow,
  type NamedConnection,
} from '#domain/integrations'
import { hydrateEvents, type Hydrated, type HydrateNeeds, type Thin } from './hydrate-events.ts'
import type { Known } from './inbox.store.ts'
import { type ConfiguredTrigger, configureTrigger, matchEvents, type Verdict } from '../match-events.ts'
import type { Reading } from './read-row.ts'
import { listActiveTriggersAcrossOrganizations } from '../active-triggers.store.ts'

/** A row of the batch with everything that was found out about it. */
export interface Judged {
  reading: Reading
  verdicts: Verdict[]
  known: Known
  /** Why nothing could match at all. */
  reason: 'no_integration' | 'ambiguous_integration' | 'no_trigger' | null
  /** Set when its events could not be completed. */
  stopped: Exclude<Hydrated, { kind: 'events' }> | null
}

/**
 * Finds out whose the rows are, who listens, and what each trigger says; at most one statement for each of these
 * questions, however many rows there are. What a row says about its connection is noted on the way.
 */
export async function judgeReadings(needs: HydrateNeeds, readings: Reading[]): Promise<Judged[]> {
  const owners = await ownersOf(needs, readings)
  await noteChanges(needs, readings)
  const ownerOf = (reading: Reading) => owners.get(reading) as Owner
  const listening = await listenersOf(needs, readings.map((reading) => ({ reading, owner: ownerOf(reading) })))
  const hydrated = await hydrateEvents(needs, [...listening].flatMap(([reading, heard]) => thinOf(reading, ownerOf(reading), heard)))
  return readings.map((reading) => {
    const owner = ownerOf(reading)
    const heard = listening.get(reading) ?? []
    const complete = hydrated.get(reading.row.id)
    const stopped = complete && complete.kind !== 'events' ? complete : null
    const events = complete?.kind === 'events' ? complete.events : reading.kind === 'events' ? reading.events : []
    return {
      reading,
      verdicts: stopped ? [] : matchEvents(events, heard),
      known: owner.known,
      reason: owner.refusal ?? (heard.length === 0 ? ('no_trigger' as const) : null),
      stopped,
    }
  })
}

interface Owner {
  known: Known
  integrations: IntegrationRow[]
  refusal: 'no_integration' | 'ambiguous_integration' | null
}

/** An organization that its address tells is certain; otherwise the connections that the row names must be of one. */
async function ownersOf(needs: HydrateNeeds, readings: Reading[]): Promise<Map<Reading, Owner>> {
  const named = readings.flatMap((reading) => nameOf(reading))
  const found = await identifyConnections(needs, named)
  const integrationsOf = new Map([...found].map(([{ reading }, rows]) => [reading, rows]))
  return new Map(readings.map((reading) => [reading, ownerOf(reading, integrationsOf.get(reading) ?? [])]))
}

function nameOf(reading: Reading): (NamedConnection & { reading: Reading })[] {
  const { identity, row } = reading
  if (identity === null || identity.kind === 'trigger') return []
  const { provider, organizationId } = row
  return [{ reading, kind: identity.kind, value: identity.value, provider, organizationId }]
}

function ownerOf({ row, identity }: Reading, integrations: IntegrationRow[]): Owner {
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

/** What comes to an organization's own address speaks of its own connections only. */
async function noteChanges(needs: HydrateNeeds, readings: Reading[]): Promise<void> {
  const changes = new Map<string, ChangedConnection>()
  for (const reading of readings.toSorted((a, b) => (a.row.receivedAt < b.row.receivedAt ? -1 : 1))) {
    if (reading.kind !== 'events' || reading.change === null) continue
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

async function listenersOf(
  needs: HydrateNeeds,
  rows: { reading: Reading; owner: Owner }[],
): Promise<Map<Reading, ConfiguredTrigger[]>> {
  const asking = rows.filter(
    ({ reading, owner }) => reading.kind === 'events' && reading.events.length > 0 && owner.refusal === null,
  )
  if (asking.length === 0) return new Map()
  const triggers = await listActiveTriggersAcrossOrganizations(needs.db, {
    organizationIds: [...new Set(asking.flatMap(({ owner }) => owner.known.organizationId ?? []))],
    providers: [...new Set(asking.map(({ reading }) => reading.row.provider))],
  })
  const configured = Map.groupBy(triggers.map(configureTrigger), ({ trigger }) => groupOf(trigger))
  return new Map(
    asking.map(({ reading, owner }) => {
      const { organizationId } = owner.known
      const all = configured.get(groupOf({ organizationId, provider: reading.row.provider })) ?? []
      return [reading, all.filter(({ trigger }) => listensTo(trigger, reading, owner))]
    }),
  )
}

const groupOf = (one: { organizationId: string | null; provider: string }) => `${one.provider} ${one.organizationId}`

/** What came for one trigger is heard by it alone; one that is bound to a connection hears only that one (G14). */
function listensTo(trigger: ConfiguredTrigger['trigger'], { identity }: Reading, { integrations }: Owner): boolean {
  if (identity?.kind === 'trigger') return identity.value === trigger.id
  return trigger.integrationId === null || integrations.some(({ id }) => id === trigger.integrationId)
}

/** Asked only for somebody, and only by a connection of ours. */
function thinOf(reading: Reading, { integrations }: Owner, heard: ConfiguredTrigger[]): Thin[] {
  const hydrate = findIntegrationModule(reading.row.provider)?.triggers.hydrate
  const [integration] = integrations
  if (!hydrate || !integration || heard.length === 0 || reading.kind !== 'events') return []
  return [{ key: reading.row.id, hydrate, integration, events: reading.events }]
}
