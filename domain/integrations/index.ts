export type { ChangedConnection, NamedConnection } from './connections/identities.store.ts'
export { changeConnections, identifyConnections, learnAccounts } from './connections/identify.ts'
export {
  connectIntegration,
  findIntegration,
  listIntegrations,
  requireIntegration,
  updateIntegration,
} from './connections/manage-integrations.ts'
export { noteAuthorized, noteRateLimits, noteUnauthorized } from './connections/note-health.ts'
export { tokenContext } from './connections/integration.view.ts'
export type { IntegrationRow } from './connections/integrations.store.ts'
export type {
  Hydrate,
  Polled,
  Polling,
  ProviderHttp,
  ProviderRequest,
  ProviderResponse,
} from './contract.ts'
export type {
  Configured,
  ConnectionChange,
  FieldIssue,
  ImmediateResponse,
  IntegrationModule,
  Parsed,
  TriggerType,
  Verification,
  WebhookReader,
} from './contract.ts'
export {
  IntegrationNotFound,
  ProviderForbidden,
  ProviderRateLimited,
  ProviderUnauthorized,
  ProviderUnavailable,
} from './errors.ts'
export { readNangoEnvelope } from './nango/envelope.ts'
export { verifyNango } from './nango/signature.ts'
export type { IntegrationTokens } from './ports.ts'
export { findIntegrationModule, findTriggerType, integrationModules } from './registry.ts'
