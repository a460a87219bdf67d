import { defineError } from '#kernel/errors'

export const TriggerNotFound = defineError('trigger.not_found', 'not_found', 'Trigger not found')
export const TriggerInvalid = defineError('trigger.invalid', 'invalid', 'The trigger is not valid')
export const TriggerInUse = defineError(
  'trigger.in_use',
  'conflict',
  'A run that it started has not ended; cancel it first',
)
export const AutomationSwitchedOff = defineError(
  'automation.switched_off',
  'conflict',
  'The automation is switched off',
)
export const ScheduleNotFound = defineError('schedule.not_found', 'not_found', 'Schedule not found')
export const TriggerEventNotFound = defineError('trigger_event.not_found', 'not_found', 'Trigger event not found')
export const TriggerEventStarted = defineError(
  'trigger_event.not_queued',
  'conflict',
  'Only an event whose run has not begun can be skipped',
)
export const TriggerNotTestable = defineError(
  'trigger.not_testable',
  'invalid',
  'The trigger cannot be tried on this',
)
export const DeliveryNotEnded = defineError(
  'delivery.not_ended',
  'conflict',
  'The delivery is being processed; replay it afterwards',
)
export const TooManyDeliveries = defineError('delivery.too_many', 'invalid', 'Too many deliveries at once')
export const DeliveryNotFound = defineError('delivery.not_found', 'not_found', 'Delivery not found')
export const WebhookEndpointNotFound = defineError(
  'webhook.endpoint_not_found',
  'not_found',
  'There is no such webhook endpoint',
)
export const WebhookNotVerified = defineError(
  'webhook.not_verified',
  'unauthenticated',
  'The signature is missing or wrong',
)
export const WebhookTooLarge = defineError('webhook.too_large', 'too_large', 'The webhook is too large')
export const WebhookNotAccepted = defineError(
  'webhook.not_accepted',
  'unavailable',
  'The webhook could not be stored; send it again',
)
