import { defineError } from '#kernel/errors'

export const IntegrationNotFound = defineError('integration.not_found', 'not_found', 'Integration not found')
export const IntegrationNotActive = defineError(
  'integration.not_active',
  'conflict',
  'The integration is not active; connect it again',
)
export const IntegrationConnected = defineError(
  'integration.already_connected',
  'conflict',
  'The same connection is there already',
)
export const CredentialRefused = defineError(
  'integration.credential_refused',
  'unprocessable',
  'The service does not accept this credential',
)

/** What calls to a provider end with; `retryAfterMs` is what the provider asked for. */
export const ProviderRateLimited = defineError(
  'provider.rate_limited',
  'rate_limited',
  'The provider asks for patience',
)
export const ProviderUnauthorized = defineError(
  'provider.unauthorized',
  'unprocessable',
  'The provider does not accept the credential',
)
export const ProviderUnavailable = defineError(
  'provider.unavailable',
  'unavailable',
  'The provider did not answer as it should',
)
