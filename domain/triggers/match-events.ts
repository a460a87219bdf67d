import { type Configured, findTriggerType } from '#domain/integrations'
import { describeError } from '#kernel/errors'
import type { TriggerDecision } from '#schema/contracts/deliveries'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import type { ActiveTrigger } from './triggers.store.ts'

/** What a trigger says to an event, before anything is written. */
export interface Verdict {
  trigger: ActiveTrigger
  event: NormalizedEvent
  decision: Exclude<TriggerDecision['decision'], 'duplicate'>
  reason: string | null
}

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
}

/** Reads the configuration of a trigger once, for all events of a batch. */
export function configureTrigger(trigger: ActiveTrigger): ConfiguredTrigger {
  const type = findTriggerType(trigger.provider, trigger.eventType ?? '')
  return { trigger, configured: type?.configure(trigger.config) ?? null }
}

function verdictOf(event: NormalizedEvent, { trigger, configured }: ConfiguredTrigger): Verdict {
  const about = { trigger, event }
  if (!configured) {
    return { ...about, decision: 'invalid_config', reason: `there is no trigger ${trigger.eventType ?? 'of no type'}` }
  }
  if (!configured.ok) {
    const reason = configured.issues.map(({ path, message }) => `${path}: ${message}`).join('; ')
    return { ...about, decision: 'invalid_config', reason }
  }
  try {
    const match = configured.matches(event)
    if (!match.matched) return { ...about, decision: 'not_matched', reason: match.reason }
  } catch (error) {
    return { ...about, decision: 'invalid_config', reason: describeError(error).slice(0, 300) }
  }
  if (trigger.automationEnabled) return { ...about, decision: 'matched', reason: null }
  return { ...about, decision: 'automation_disabled', reason: 'the automation is switched off' }
}
