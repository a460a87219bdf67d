import { defineError } from '#kernel/errors'

export const RouteNotFound = defineError('route.not_found', 'not_found', 'There is no such route')
export const RequestInvalid = defineError('request.invalid', 'invalid', 'The request is not valid')
export const RequestTooLarge = defineError('request.too_large', 'too_large', 'The body is too large')
export const UnsupportedMediaType = defineError(
  'request.unsupported_media_type',
  'invalid',
  'Send the body as application/json',
)
export const BadOrigin = defineError('request.bad_origin', 'forbidden', 'This origin may not act with your cookie')
export const UpgradeRequired = defineError('request.upgrade_required', 'invalid', 'This route is a WebSocket')
export const Unexpected = defineError('internal.unexpected', 'internal', 'Something went wrong on our side')
