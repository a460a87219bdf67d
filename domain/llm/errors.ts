import { defineError } from '#kernel/errors'

export const ModelNotFound = defineError('model.not_found', 'invalid', 'This deployment does not offer that model')
export const ModelUnavailable = defineError('model.unavailable', 'unavailable', 'The model provider does not answer')
export const ModelCallUnknown = defineError(
  'model.call_unknown',
  'not_found',
  'The model gateway does not forward this call',
)
