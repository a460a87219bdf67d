import { defineError } from '#kernel/errors'

export const IdempotencyKeyReused = defineError(
  'idempotency.key_reused',
  'unprocessable',
  'This Idempotency-Key came with another request before',
)
export const IdempotencyInFlight = defineError(
  'idempotency.in_flight',
  'conflict',
  'The first request with this Idempotency-Key is still being answered; try again',
)
