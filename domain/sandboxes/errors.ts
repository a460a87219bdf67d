import { defineError } from '#kernel/errors'

export const SandboxProviderUnavailable = defineError(
  'sandbox.provider_unavailable',
  'unavailable',
  'The sandbox provider does not answer',
)
export const SandboxRefused = defineError('sandbox.refused', 'internal', 'The sandbox provider refused the sandbox')
