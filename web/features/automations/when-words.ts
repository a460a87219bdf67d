import type { Provider, TriggerTypeInfo } from '#schema/contracts/providers'
import type { Trigger, TriggerMechanism, TriggerProvider } from '#schema/contracts/triggers'
import { configInWords } from './schema-form/config-words.ts'
import { readSchema } from './schema-form/read-schema.ts'
import { cronInWords } from './when/schedule-presets.ts'

type Said = Pick<Trigger, 'provider' | 'eventType' | 'config' | 'schedule'>

export function providerOf(providers: readonly Provider[], id: TriggerProvider): Provider | undefined {
  return providers.find((provider) => provider.id === id)
}

export function typeOf(provider: Provider | undefined, eventType: string): TriggerTypeInfo | undefined {
  return provider?.triggerTypes.find(({ id }) => id === eventType)
}

/** What it waits for: `GitHub: Issue labeled`; a schedule says when. */
export function whenTitle(providers: readonly Provider[], trigger: Said): string {
  if (trigger.schedule !== null) return `Schedule: ${cronInWords(trigger.schedule.cronExpression)}`
  const provider = providerOf(providers, trigger.provider)
  const event = typeOf(provider, trigger.eventType)?.title ?? trigger.eventType
  return `${provider?.name ?? trigger.provider}: ${event}`
}

/** What of the event it is picky about, a phrase for each field. */
export function whenDetails(providers: readonly Provider[], trigger: Said): string[] {
  if (trigger.schedule !== null) return [`Time zone: ${trigger.schedule.timezone}`]
  const type = typeOf(providerOf(providers, trigger.provider), trigger.eventType)
  return type === undefined ? [] : configInWords(readSchema(type.configSchema), trigger.config)
}

/** How its events come about. */
export const MECHANISMS: Record<TriggerMechanism, { label: string; hint: string }> = {
  webhook: { label: 'Webhook (instant)', hint: 'The service sends each event here.' },
  polling: { label: 'Polling', hint: 'The service is asked for new events at an interval.' },
  scheduled: { label: 'Schedule', hint: 'At set times.' },
  manual: { label: 'Manual', hint: 'Somebody starts it.' },
}

const UNITS = [
  { seconds: 86_400, one: 'day', many: 'days' },
  { seconds: 3_600, one: 'hour', many: 'hours' },
  { seconds: 60, one: 'minute', many: 'minutes' },
  { seconds: 1, one: 'second', many: 'seconds' },
] as const

/** `every minute`, `every 90 seconds`. */
export function everyInWords(seconds: number): string {
  const unit = UNITS.find((candidate) => seconds % candidate.seconds === 0) ?? UNITS[3]
  const count = seconds / unit.seconds
  return count === 1 ? `every ${unit.one}` : `every ${count} ${unit.many}`
}
