import { defineError } from '#kernel/errors'

export const OperatorUnauthenticated = defineError(
  'operator.unauthenticated',
  'unauthenticated',
  'The operator token is missing or not valid',
)
