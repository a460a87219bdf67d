import { defineError } from '#kernel/errors'

export const Unauthenticated = defineError('auth.unauthenticated', 'unauthenticated', 'Sign in first')
export const AuthUnavailable = defineError('auth.unavailable', 'unavailable', 'Signing in is not possible right now')
export const Forbidden = defineError('auth.forbidden', 'forbidden', 'Your role does not allow this')
export const NotAMember = defineError(
  'organization.not_a_member',
  'forbidden',
  'You are not a member of that organization',
)
