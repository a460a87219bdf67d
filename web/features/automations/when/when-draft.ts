import type { Provider, TriggerTypeInfo } from '#schema/contracts/providers'
import type { CreateTrigger, Trigger, TriggerMechanism, TriggerProvider } from '#schema/contracts/triggers'
import { openFilter, readFilter } from '../filter/filter-draft.ts'
import type { FilterState } from '../filter/filter-draft.ts'
import { knownOf } from '../schema-form/config-value.ts'
import type { Config } from '../schema-form/config-value.ts'
import { readSchema } from '../schema-form/read-schema.ts'
import { providerOf, typeOf } from '../when-words.ts'
import { ownTimeZone } from './schedule-presets.ts'

/** When an automation is to run, while it is written. */
export interface WhenDraft {
  provider: TriggerProvider | null
  eventType: string | null
  mechanism: TriggerMechanism | null
  config: Config
  filter: FilterState
  integrationId: string | null
  /** As typed; empty: what the provider has by itself. */
  intervalSeconds: string
}

export const EMPTY: WhenDraft = {
  provider: null,
  eventType: null,
  mechanism: null,
  config: {},
  filter: openFilter(null),
  integrationId: null,
  intervalSeconds: '',
}

export function openDraft(trigger: Trigger): WhenDraft {
  return {
    provider: trigger.provider,
    eventType: trigger.eventType,
    mechanism: trigger.triggerType,
    config: trigger.config,
    filter: openFilter(trigger.filter),
    integrationId: trigger.integrationId,
    intervalSeconds: trigger.pollingIntervalSeconds === null ? '' : String(trigger.pollingIntervalSeconds),
  }
}

/** A beginning with this provider: its only event, when there is but one. */
export function withProvider(provider: Provider): WhenDraft {
  const begun = { ...EMPTY, provider: provider.id }
  const [only, ...others] = provider.triggerTypes
  return only !== undefined && others.length === 0 ? withType(begun, only) : begun
}

/** The draft about another event: what both ask for stays, and how it comes about where that is possible. */
export function withType(draft: WhenDraft, type: TriggerTypeInfo): WhenDraft {
  const config = knownOf(readSchema(type.configSchema), draft.config)
  const keeps = draft.mechanism !== null && type.mechanisms.includes(draft.mechanism)
  const mechanism = keeps ? draft.mechanism : (type.mechanisms[0] ?? null)
  const isScheduled = mechanism === 'scheduled' && draft.mechanism !== 'scheduled'
  const scheduled = { cronExpression: '0 9 * * MON-FRI', timezone: ownTimeZone() }
  return { ...draft, eventType: type.id, mechanism, config: isScheduled ? { ...config, ...scheduled } : config }
}

/** The fields of the draft's event. */
export function fieldsOf(providers: readonly Provider[], draft: Pick<WhenDraft, 'provider' | 'eventType'>) {
  if (draft.provider === null || draft.eventType === null) return []
  const type = typeOf(providerOf(providers, draft.provider), draft.eventType)
  return type === undefined ? [] : readSchema(type.configSchema)
}

export type WhenRequest = Omit<CreateTrigger, 'automationId' | 'externalWebhookId' | 'enabled'>

/** What is asked of the API, or null while something is missing or cannot be read. */
export function requestOf(draft: WhenDraft): WhenRequest | null {
  const { provider, eventType, mechanism, config, integrationId } = draft
  const filter = readFilter(draft.filter)
  if (provider === null || eventType === null || mechanism === null || !filter.ok) return null
  const seconds = Number(draft.intervalSeconds)
  const isPolling = mechanism === 'polling'
  return {
    provider,
    eventType,
    triggerType: mechanism,
    config,
    filter: filter.filter,
    integrationId,
    ...(isPolling && draft.intervalSeconds.trim() !== '' ? { pollingIntervalSeconds: seconds } : {}),
  }
}

