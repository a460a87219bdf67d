export { deleteTrigger, updateTrigger } from './change-trigger.ts'
export { collectInbox, collectSkippedEvents } from './inbox/collect-inbox.ts'
export { createTrigger } from './create-trigger.ts'
export { createWebhookEndpoint, rotateWebhookEndpoint } from './endpoints/create-webhook-endpoint.ts'
export { disconnectIntegration } from './disconnect-integration.ts'
export { endpointReader } from './endpoints/endpoint-reader.ts'
export { WebhookTooLarge } from './errors.ts'
export { findDelivery, listDeliveries } from './ledger/list-deliveries.ts'
export { replayDeliveries, replayDelivery } from './ledger/replay-deliveries.ts'
export { testTrigger, testTriggerDraft } from './ledger/test-trigger.ts'
export { listTriggerEvents, skipTriggerEvent } from './events/trigger-events.ts'
export { listProviders, showProvider } from './list-providers.ts'
export { findTrigger, listTriggers } from './list-triggers.ts'
export { listWebhookEndpoints } from './endpoints/list-webhook-endpoints.ts'
export type { DeliveryQueue, DrainQueue, EndpointCopies, EndpointReader, PollQueue, SealedEndpoint, SecretSource } from './ports.ts'
export { drainInbox, type InboxNeeds } from './inbox/process-inbox.ts'
export { processDeliveries } from './inbox/process-deliveries.ts'
export { listPollGroups } from './polling/list-poll-groups.ts'
export { pollGroup, type PollNeeds } from './polling/poll-group.ts'
export { queueDuePolls } from './polling/queue-due-polls.ts'
export { receiveWebhook } from './endpoints/receive-webhook.ts'
export type { WebhookAddress } from './endpoints/received-webhook.ts'
export { renewWebhooks } from './renew-webhooks.ts'
export { runNow } from './run-now.ts'
export { fireSchedules } from './schedules/fire-schedules.ts'
export {
  createSchedule,
  deleteSchedule,
  listSchedules,
  previewSchedule,
  showSchedule,
  updateSchedule,
} from './schedules/manage-schedules.ts'
export { editableSchedule } from './schedules/schedule.view.ts'
export { sweepInbox } from './inbox/sweep-inbox.ts'
