import { type Trigger, WebhookProvider } from '#schema/contracts/triggers'
import type { TriggerRow } from './triggers.store.ts'

/** A trigger as the API shows it. */
export const triggerView = (row: TriggerRow): Trigger => ({
  id: row.id,
  automationId: row.automationId,
  provider: WebhookProvider.parse(row.provider),
  eventType: row.eventType ?? '',
  config: row.config,
  enabled: row.enabled,
  createdAt: row.createdAt.toISOString(),
})
