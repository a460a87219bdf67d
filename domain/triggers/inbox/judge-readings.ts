import { findIntegrationModule } from '#domain/integrations'
import { listActiveTriggersAcrossOrganizations } from '../active-triggers.store.ts'
import { type ConfiguredTrigger, configureTrigger, matchEvents, type Verdict } from '../match-events.ts'
import { findOwners, noteChanges, type Owner } from './find-owners.ts'
import type { Hydrated, HydrateNeeds, Thin } from './hydrate-events.ts'
import type { Known } from './inbox.store.ts'
import type { Reading } from './read-row.ts'

/** A row of the batch with everybody who listens to it. */
export interface Heard {
  reading: Reading
  owner: Owner
  triggers: ConfiguredTrigger[]
  /** Set when its events are to be completed before they are judged. */
  thin: Thin | null
}

/** A row of the batch with everything that was found out about it. */
export interface Judged {
  reading: Reading
  verdicts: Verdict[]
  known: Known
  /** Why nothing could match at all. */
  reason: 'no_integration' | 'ambiguous_integration' | 'no_trigger' | null
  /** Set when its events could not be completed, or have to wait. */
  stopped: Exclude<Hydrated, { kind: 'events' }> | null
}

/**
 * Finds out whose the rows are and who listens; at most one statement for each of these questions, however many rows
 * there are. What a row says about its connection is noted on the way.
 */
export async function hearReadings(
  needs: Pick<HydrateNeeds, 'db' | 'clock' | 'log'>,
  readings: Reading[],
): Promise<Heard[]> {
  const owners = await findOwners(needs, readings)
  await noteChanges(needs, readings)
  const rows = readings.map((reading) => ({ reading, owner: owners.get(reading) as Owner }))
  const listening = await listenersOf(needs, rows)
  return rows.map((row) => {
    const triggers = listening.get(row.reading) ?? []
    return { ...row, triggers, thin: thinOf(row, triggers) }
  })
}

/** What each trigger says to the events of a row, as far as they are complete. Pure. */
export function judge({ reading, owner, triggers }: Heard, hydrated: Hydrated | null): Judged {
  const stopped = hydrated && hydrated.kind !== 'events' ? hydrated : null
  const events = hydrated?.kind === 'events' ? hydrated.events : reading.kind === 'events' ? reading.events : []
  return {
    reading,
    verdicts: stopped ? [] : matchEvents(events, triggers),
    known: owner.known,
    reason: owner.refusal ?? (triggers.length === 0 ? 'no_trigger' : null),
    stopped,
  }
}

async function listenersOf(
  needs: Pick<HydrateNeeds, 'db'>,
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

/**
 * What came for one trigger is heard by it alone. One that is bound to a connection hears only that one, and what names
 * no connection at all (a2 §2.8, G14).
 */
export function listensTo(trigger: ConfiguredTrigger['trigger'], { identity }: Reading, { integrations }: Owner): boolean {
  if (identity?.kind === 'trigger') return identity.value === trigger.id
  if (identity === null || trigger.integrationId === null) return true
  return integrations.some(({ id }) => id === trigger.integrationId)
}

/** Asked only for somebody, and only by a connection of ours. */
export function thinOf({ reading, owner }: Pick<Heard, 'reading' | 'owner'>, triggers: ConfiguredTrigger[]): Thin | null {
  const hydrate = findIntegrationModule(reading.row.provider)?.triggers.hydrate
  const [integration] = owner.integrations
  if (!hydrate || !integration || triggers.length === 0 || reading.kind !== 'events') return null
  return { key: reading.row.id, hydrate, integration, events: reading.events }
}
