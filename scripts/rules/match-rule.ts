import { z } from 'zod'
import { findTriggerType } from '../../domain/integrations/registry.ts'
import { configureFilter } from '../../domain/triggers/filters/configure-filter.ts'
import { configureTrigger, matchEvents } from '../../domain/triggers/match-events.ts'
import { Filter } from '../../schema/contracts/filters.ts'
import { readPayload, Received } from './read-payload.ts'
import { Refused, rule, under } from './rule.ts'

const Line = Received.safeExtend({
  eventType: z.string().meta({ description: 'The trigger, for example issue_opened.' }),
  config: z.record(z.string(), z.unknown()).default({}),
  filter: Filter.nullable().default(null),
})

/** Whose trigger it is decides nothing here. */
const NOBODYS = {
  id: 'rules',
  organizationId: 'rules',
  integrationId: null,
  automationId: 'rules',
  automationName: 'rules',
  automationEnabled: true,
}

/** Whether a trigger wants what a provider sends: its own configuration is asked first, then its filter. */
export const matchRule = rule(Line, async ({ eventType, config, filter, ...received }) => {
  requireSavable({ module: received.module, eventType, config, filter })
  const { events, reason } = await readPayload(received)
  const trigger = configureTrigger({ ...NOBODYS, provider: received.module, eventType, config, filter })
  const decisions = matchEvents(events, [trigger]).map(({ event, decision, reason }) => ({
    eventType: event.eventType,
    dedupKey: event.dedupKey,
    matched: decision === 'matched',
    reason,
  }))
  return { events, decisions, reason }
})

interface Wanted {
  module: string
  eventType: string
  config: Record<string, unknown>
  filter: Filter | null
}

/** Throws `Refused` for a trigger that nobody could save. */
function requireSavable({ module, eventType, config, filter }: Wanted): void {
  const type = findTriggerType(module, eventType)
  if (!type) throw new Refused([{ path: 'eventType', message: `${module} has no trigger ${eventType}` }])
  const configured = type.configure(config)
  if (!configured.ok) throw new Refused(under('config', configured.issues))
  const filtered = filter === null ? null : configureFilter(filter)
  if (filtered?.ok === false) throw new Refused(under('filter', filtered.issues))
}
