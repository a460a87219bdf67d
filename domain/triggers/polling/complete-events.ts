import { findIntegrationModule, type IntegrationRow } from '#domain/integrations'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import { listRecordedKeys } from '../hand-off.store.ts'
import { hydrateEvents, type HydrateNeeds } from '../inbox/hydrate-events.ts'
import type { ConfiguredTrigger } from '../match-events.ts'
import type { LeasedGroup } from './poll-groups.store.ts'

/** After so many cycles in vain an event is taken as it came: one that cannot be completed must not hold up its group. */
const MAX_CYCLES = 5

/** Why a cycle ends before its cursor may move. */
export interface Stopped {
  error: string
  /** Not before. */
  until: Date | null
}

/**
 * Completes what a poll found, as a webhook's events are (a2 §2.8): one call for each event that is new to somebody, where
 * the module has something to ask. `stopped`: some could not be completed now; the events returned are those that are.
 * Throws when the database is away.
 */
export async function completeEvents(
  needs: HydrateNeeds,
  input: {
    group: LeasedGroup
    credential: { integration: IntegrationRow; token: string } | null
    events: NormalizedEvent[]
    listening: ConfiguredTrigger[]
  },
): Promise<{ events: NormalizedEvent[]; stopped: Stopped | null }> {
  const { group, credential, events, listening } = input
  const hydrate = findIntegrationModule(group.provider)?.triggers.hydrate
  if (!hydrate || credential === null || events.length === 0) return { events, stopped: null }
  const { integration, token } = credential
  const fresh = await freshOf(needs, { group, events, listening })
  const thin = fresh.map((event, at) => ({ key: `${at}`, hydrate, integration, events: [event] }))
  const tokens = { tokenOf: () => Promise.resolve(token) }
  const results = await hydrateEvents({ ...needs, integrationTokens: tokens }, thin)
  const complete: NormalizedEvent[] = []
  let stopped: Stopped | null = null
  fresh.forEach((event, at) => {
    const result = results.get(`${at}`)
    if (result?.kind === 'events') complete.push(...result.events)
    // A mistake of the module is one tomorrow, too.
    else if (result?.error === 'hydrate_failed' || group.consecutiveFailures >= MAX_CYCLES) complete.push(event)
    else stopped ??= { error: result?.error ?? 'hydrate_postponed', until: result?.kind === 'put_off' ? result.until : null }
  })
  return { events: complete, stopped }
}

/** Those that some trigger has not had: a cycle whose cursor did not move tells of the others again. */
async function freshOf(
  needs: Pick<HydrateNeeds, 'db'>,
  input: { group: LeasedGroup; events: NormalizedEvent[]; listening: ConfiguredTrigger[] },
): Promise<NormalizedEvent[]> {
  const { group, events, listening } = input
  const triggerIds = listening.map(({ trigger }) => trigger.id)
  const keys = events.map(({ dedupKey }) => dedupKey)
  const recorded = await listRecordedKeys(needs.db, group.organizationId, { triggerIds, keys })
  const known = Map.groupBy(recorded, ({ dedupKey }) => dedupKey)
  return events.filter(({ dedupKey }) => (known.get(dedupKey)?.length ?? 0) < triggerIds.length)
}
