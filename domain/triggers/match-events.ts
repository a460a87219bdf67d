import { type Configured, type FieldIssue, findTriggerType } from '#domain/integrations'
import { describeError } from '#kernel/errors'
import type { TriggerDecision } from '#schema/contracts/deliveries'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import { type ConfiguredFilter, configureFilter } from './filters/configure-filter.ts'
import type { ActiveTrigger } from './active-triggers.store.ts'

/** What a trigger says to an event, before anything is written. */
export interface Verdict {
  trigger: ActiveTrigger
  event: NormalizedEvent
  decision: Exclude<TriggerDecision['decision'], 'duplicate'>
  reason: string | null
}

/** Whether a verdict is recorded as an event of its trigger. */
export const leadsToEvent = ({ decision }: Verdict) => decision === 'matched' || decision === 'automation_disabled'

/**
 * Asks every trigger about every event of one delivery. Pure. A trigger whose configuration no longer fits its type,
 * or whose rule fails, says so and never stops the others.
 */
export function matchEvents(events: NormalizedEvent[], triggers: ConfiguredTrigger[]): Verdict[] {
  return events.flatMap((event) => triggers.map((trigger) => verdictOf(event, trigger)))
}

export interface ConfiguredTrigger {
  trigger: ActiveTrigger
  /** Null when its provider or its type is not known any more. */
  configured: Configured | null
  /** Null when it has none. */
  filter: ConfiguredFilter | null
}

/** Reads the configuration and the filter of a trigger once, for all events of a batch. */
export function configureTrigger(trigger: ActiveTrigger): ConfiguredTrigger {
  const type = findTriggerType(trigger.provider, trigger.eventType ?? '')
  return {
    trigger,
    configured: type?.configure(trigger.config) ?? null,
    filter: trigger.filter === null ? null : configureFilter(trigger.filter),
  }
}

function verdictOf(event: NormalizedEvent, { trigger, configured, filter }: ConfiguredTrigger): Verdict {
  const about = { trigger, event }
  if (!configured) {
    return { ...about, decision: 'invalid_config', reason: `there is no automation event ${trigger.eventType ?? 'of no type'}` }
  }
  if (!configured.ok) return { ...about, decision: 'invalid_config', reason: wordsOf(configured.issues) }
  if (filter && !filter.ok) return { ...about, decision: 'invalid_config', reason: `filter: ${wordsOf(filter.issues)}` }
  try {
    const own = configured.matches(event)
    const match = own.matched && filter ? filter.matches(event) : own
    if (!match.matched) return { ...about, decision: 'not_matched', reason: match.reason }
  } catch (error) {
    return { ...about, decision: 'invalid_config', reason: describeError(error).slice(0, 300) }
  }
  if (trigger.automationEnabled) return { ...about, decision: 'matched', reason: null }
  return { ...about, decision: 'automation_disabled', reason: 'the automation is switched off' }
}

const wordsOf = (issues: FieldIssue[]) => issues.map(({ path, message }) => `${path}: ${message}`).join('; ')
