export type { Configured, FieldIssue, IntegrationModule, Parsed, WebhookReader } from './contract.ts'
export { findIntegrationModule, findTriggerType } from './registry.ts'
