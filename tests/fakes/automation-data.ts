import type { Automation } from '#schema/contracts/automations'
import type { Integration } from '#schema/contracts/integrations'
import type { PollGroup } from '#schema/contracts/poll-groups'
import type { TriggerListItem } from '#schema/contracts/triggers'
import { idOf, minutesAgo } from './api-data.ts'

export function anAutomation(number: number, change: Partial<Automation> = {}): Automation {
  return {
    id: idOf(number),
    name: 'Fix labelled issues',
    description: null,
    enabled: true,
    agentInstructions: 'Find the cause, write a failing test, fix it, and open a pull request.',
    modelId: null,
    defaultConfigurationId: idOf(901),
    triggerCount: 0,
    createdBy: 'user-ada',
    createdAt: minutesAgo(9_000),
    updatedAt: minutesAgo(42),
    ...change,
  }
}

/** Something that an automation runs on: an issue that gets the label `agent`, unless told otherwise. */
export function aWhen(number: number, change: Partial<TriggerListItem> = {}): TriggerListItem {
  return {
    id: idOf(number),
    automationId: idOf(801),
    provider: 'github',
    triggerType: 'webhook',
    eventType: 'issue_labeled',
    config: { labels: ['agent'] },
    filter: null,
    integrationId: null,
    pollingIntervalSeconds: null,
    externalWebhookId: null,
    enabled: true,
    webhook: null,
    schedule: null,
    createdBy: 'user-ada',
    createdAt: minutesAgo(9_000),
    updatedAt: minutesAgo(42),
    integration: null,
    pollGroup: null,
    nextRunAt: null,
    pendingEventCount: 0,
    ...change,
  }
}

export function aSchedule(number: number, change: Partial<TriggerListItem> = {}): TriggerListItem {
  const config = { cronExpression: '0 9 * * MON-FRI', timezone: 'Europe/Berlin' }
  return aWhen(number, {
    provider: 'scheduled',
    triggerType: 'scheduled',
    eventType: 'schedule_fired',
    config,
    schedule: { id: idOf(number + 1), ...config },
    nextRunAt: minutesAgo(-125),
    ...change,
  })
}

export function anIntegration(number: number, change: Partial<Integration> = {}): Integration {
  return {
    id: idOf(number),
    integrationId: 'linear',
    provider: 'stored',
    displayName: 'Acme in Linear',
    externalId: 'acme-workspace',
    status: 'active',
    rateLimitedUntil: null,
    createdAt: minutesAgo(4_000),
    updatedAt: minutesAgo(4_000),
    ...change,
  }
}

export function aPollGroup(number: number, change: Partial<PollGroup> = {}): PollGroup {
  return {
    id: idOf(number),
    provider: 'linear',
    integrationId: idOf(501),
    integrationName: 'Acme in Linear',
    intervalSeconds: 60,
    triggerCount: 1,
    lastPolledAt: minutesAgo(0.5),
    nextPollAt: minutesAgo(-0.6),
    consecutiveFailures: 0,
    lastError: null,
    ...change,
  }
}
