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
  'The service asks for patience',
)
export const ProviderUnauthorized = defineError(
  'provider.unauthorized',
  'unprocessable',
  'The service does not accept the credential',
)
/** The credential is a good one, yet not for this: it lacks a permission, or the account may not. */
export const ProviderForbidden = defineError(
  'provider.forbidden',
  'unprocessable',
  'The service does not allow this with the credential',
)
export const ProviderUnavailable = defineError(
  'provider.unavailable',
  'unavailable',
  'The service did not answer as it should',
)
