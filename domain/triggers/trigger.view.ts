import { type Trigger, type TriggerListItem, TriggerMechanism, TriggerProvider } from '#schema/contracts/triggers'
import { webhookPath } from './endpoints/endpoint.view.ts'
import type { ShownTrigger, TriggerWithParts } from './triggers.store.ts'

/** A trigger as the API shows it. */
export function triggerView({ trigger, endpoint, schedule }: TriggerWithParts): Trigger {
  const provider = TriggerProvider.parse(trigger.provider)
  return {
    id: trigger.id,
    automationId: trigger.automationId,
    provider,
    triggerType: TriggerMechanism.parse(trigger.triggerType),
    eventType: trigger.eventType ?? '',
    config: trigger.config,
    filter: trigger.filter,
    integrationId: trigger.integrationId,
    pollingIntervalSeconds: trigger.pollingIntervalSeconds,
    externalWebhookId: trigger.externalWebhookId,
    enabled: trigger.enabled,
    webhook: endpoint && {
      endpointId: endpoint.id,
      path: webhookPath(provider, endpoint.id),
      signatureRequired: endpoint.signatureRequired,
    },
    schedule: schedule && {
      id: schedule.id,
      cronExpression: schedule.cronExpression,
      timezone: schedule.timezone,
    },
    createdBy: trigger.createdBy,
    createdAt: trigger.createdAt.toISOString(),
    updatedAt: trigger.updatedAt.toISOString(),
  }
}

/** The same as lists show it. */
export function triggerListView(row: ShownTrigger): TriggerListItem {
  const { integration, pollGroup, schedule } = row
  return {
    ...triggerView(row),
    integration,
    pollGroup: pollGroup && {
      id: pollGroup.id,
      lastPolledAt: pollGroup.lastPolledAt?.toISOString() ?? null,
      nextPollAt: pollGroup.nextPollAt.toISOString(),
      lastError: pollGroup.lastError,
    },
    nextRunAt: schedule?.nextRunAt?.toISOString() ?? null,
    pendingEventCount: row.pendingEventCount,
  }
}
