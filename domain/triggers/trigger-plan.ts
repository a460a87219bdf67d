import {
  findIntegrationModule,
  findTriggerType,
  type IntegrationModule,
  requireIntegration,
  type TriggerType,
} from '#domain/integrations'
import { storableJson } from '#kernel/json'
import type { Kernel } from '#kernel/needs'
import type { Filter } from '#schema/contracts/filters'
import type { CreateTrigger, TriggerMechanism } from '#schema/contracts/triggers'
import { configureFilter } from './filters/configure-filter.ts'
import { nextFirings } from './schedules/next-firings.ts'
import { invalidTrigger, validConfig } from './trigger-config.ts'

/** What of a trigger is decided before it is written: everything valid, and what must be made beside it. */
export interface TriggerPlan {
  triggerType: TriggerMechanism
  config: Record<string, unknown>
  filter: Filter | null
  integrationId: string | null
  pollingIntervalSeconds: number | null
  externalWebhookId: string | null
  schedule: { cronExpression: string; timezone: string; nextRunAt: Date | null } | null
  /** Whether it gets an address of its own, and whether that takes unsigned deliveries. */
  endpoint: { signatureRequired: boolean } | null
}

type Wanted = Pick<
  CreateTrigger,
  'provider' | 'triggerType' | 'eventType' | 'config' | 'filter' | 'integrationId' | 'externalWebhookId' | 'enabled'
> & {
  pollingIntervalSeconds?: number | null | undefined
}

/**
 * Reads a trigger that somebody wants against what its provider can do. Throws `trigger.invalid` with one issue per
 * field, `integration.not_found` and `integration.not_active`.
 */
export async function planTrigger(
  needs: Pick<Kernel, 'db' | 'clock'>,
  input: { organizationId: string; wanted: Wanted },
): Promise<TriggerPlan> {
  const { wanted } = input
  const config = storableJson(validConfig(wanted))
  const module = findIntegrationModule(wanted.provider) as IntegrationModule
  const type = findTriggerType(wanted.provider, wanted.eventType) as TriggerType
  const triggerType = mechanismOf(type, wanted)
  if (triggerType === 'polling') checkPollable(type, config)
  const pollingIntervalSeconds = triggerType === 'polling' ? intervalOf(module, wanted) : null
  await checkIntegration(needs, { ...input, module, triggerType })
  return {
    triggerType,
    config,
    filter: validFilter(wanted.filter),
    integrationId: wanted.integrationId,
    pollingIntervalSeconds,
    externalWebhookId: externalIdOf(module, wanted),
    schedule: triggerType === 'scheduled' ? scheduleOf(config, needs.clock.now()) : null,
    endpoint: triggerType === 'webhook' ? endpointOf(module, config) : null,
  }
}

function mechanismOf(type: TriggerType, { triggerType, provider }: Wanted): TriggerMechanism {
  const wanted = triggerType ?? type.mechanisms[0] ?? 'webhook'
  if (wanted === 'manual') {
    throw invalidTrigger([{ path: 'provider', message: 'is made by running the automation, not by itself' }])
  }
  if (type.mechanisms.includes(wanted)) return wanted
  const message = `${provider} ${type.id} comes by ${type.mechanisms.join(' or ')}, not by ${wanted}`
  throw invalidTrigger([{ path: 'triggerType', message }])
}

function checkPollable(type: TriggerType, config: Record<string, unknown>): void {
  const issues = type.pollingIssues(config)
  if (issues.length > 0) throw invalidTrigger(issues.map(({ path, message }) => ({ path: `config.${path}`, message })))
}

function intervalOf(module: IntegrationModule, wanted: Wanted): number {
  const { defaultIntervalSeconds = 60, minIntervalSeconds = 60 } = module.triggers.polling ?? {}
  const interval = wanted.pollingIntervalSeconds ?? defaultIntervalSeconds
  if (interval >= minIntervalSeconds) return interval
  const message = `${module.meta.name} is asked at most every ${minIntervalSeconds} seconds`
  throw invalidTrigger([{ path: 'pollingIntervalSeconds', message }])
}

function externalIdOf({ meta, triggers }: IntegrationModule, { externalWebhookId }: Wanted): string | null {
  if (externalWebhookId === null || triggers.expiringWebhooks) return externalWebhookId
  const message = `registrations at ${meta.name} do not expire`
  throw invalidTrigger([{ path: 'externalWebhookId', message }])
}

async function checkIntegration(
  needs: Pick<Kernel, 'db'>,
  input: { organizationId: string; wanted: Wanted; module: IntegrationModule; triggerType: TriggerMechanism },
): Promise<void> {
  const { organizationId, wanted, module, triggerType } = input
  const { integrationId } = wanted
  if (integrationId !== null) {
    // Also one that rests may be named by a trigger that is switched off.
    await requireIntegration(needs, { organizationId, integrationId, of: module.meta.id, mayRest: !wanted.enabled })
  } else if (triggerType === 'polling' && module.triggers.polling?.needsToken) {
    throw invalidTrigger([{ path: 'integrationId', message: `polling ${module.meta.name} takes a connected integration` }])
  }
}

function validFilter(filter: Filter | null): Filter | null {
  if (filter === null) return null
  const configured = configureFilter(filter)
  if (configured.ok) return filter
  throw invalidTrigger(
    configured.issues.map(({ path, message }) => ({ path: path === '' ? 'filter' : `filter.${path}`, message })),
  )
}

function scheduleOf(config: Record<string, unknown>, now: Date): TriggerPlan['schedule'] {
  const { cronExpression, timezone } = config as { cronExpression: string; timezone: string }
  const firings = nextFirings({ cron: cronExpression, zone: timezone, from: now, count: 1 })
  if (!firings.ok) throw invalidTrigger(firings.issues.map(({ message }) => ({ path: 'config', message })))
  return { cronExpression, timezone, nextRunAt: firings.instants[0] ?? null }
}

function endpointOf({ triggers }: IntegrationModule, config: Record<string, unknown>): TriggerPlan['endpoint'] {
  const { webhook } = triggers
  if (!webhook || webhook.addresses.some((address) => address !== 'trigger')) return null
  return { signatureRequired: webhook.takesUnsigned?.(config) !== true }
}
