export { apiKeys, attempts, deviceCodes, keptMails } from '#schema/tables/access'
export { auditLog } from '#schema/tables/audit'
export {
  accounts,
  authSessions,
  invitations,
  members,
  organizations,
  users,
  verifications,
} from '#schema/tables/identity'
export {
  accountRelations,
  authSessionRelations,
  invitationRelations,
  memberRelations,
  organizationRelations,
  userRelations,
} from '#schema/tables/identity-relations'
export { configurationRepositories, configurations, repositories } from '#schema/tables/repositories'
export { integrations } from '#schema/tables/integrations'
export {
  schedules,
  triggerEvents,
  triggerPollGroups,
  triggers,
  webhookEndpoints,
  webhookInbox,
} from '#schema/tables/triggers'
export { automations } from '#schema/tables/automations'
export { automationRunEvents, automationRuns, outbox } from '#schema/tables/runs'
export { sessions, sessionToolInvocations } from '#schema/tables/sessions'
export { readinessCanaries } from '#schema/tables/readiness'
export { idempotencyKeys } from '#schema/tables/idempotency'
