import { defineError } from '#kernel/errors'

export const Unauthenticated = defineError('auth.unauthenticated', 'unauthenticated', 'Sign in first')
export const AuthUnavailable = defineError('auth.unavailable', 'unavailable', 'Signing in is not possible right now')
export const Forbidden = defineError('auth.forbidden', 'forbidden', 'Your role does not allow this')
export const TooManyAttempts = defineError('auth.too_many_attempts', 'rate_limited', 'Too many attempts; wait')
export const NotWhileImpersonating = defineError(
  'auth.impersonating',
  'forbidden',
  'Not while you see the product as somebody else',
)
export const NotForKeys = defineError('auth.person_only', 'forbidden', 'Only a person may do this, not an API key')
export const EmailNotVerified = defineError('auth.email_not_verified', 'forbidden', 'Verify your email address first')
export const NotAMember = defineError(
  'organization.not_a_member',
  'forbidden',
  'You are not a member of that organization',
)
export const OrganizationNotFound = defineError('organization.not_found', 'not_found', 'Organization not found')
export const SlugTaken = defineError('organization.slug_taken', 'conflict', 'That slug belongs to another organization')
export const TooManyOrganizations = defineError(
  'organization.too_many',
  'conflict',
  'You own as many organizations as one person may',
)
export const NameNotConfirmed = defineError(
  'organization.name_not_confirmed',
  'invalid',
  'Type the name of the organization to delete it',
)
export const LastOrganization = defineError('organization.last', 'conflict', 'This is your only organization')
export const DomainNotAllowed = defineError(
  'organization.domain_not_allowed',
  'invalid',
  'Only the domain of your own verified address, and no public mail domain',
)
export const MemberNotFound = defineError('member.not_found', 'not_found', 'Member not found')
export const LastOwner = defineError('member.last_owner', 'conflict', 'An organization needs an owner')
export const InvitationNotFound = defineError('invitation.not_found', 'not_found', 'Invitation not found')
export const AlreadyInvited = defineError('invitation.already_pending', 'conflict', 'That address is invited already')
export const AlreadyMember = defineError('invitation.already_member', 'conflict', 'That person is a member already')
export const TooManyInvitations = defineError('invitation.too_many', 'conflict', 'Too many invitations are pending')
export const InvitationSentJustNow = defineError(
  'invitation.sent_just_now',
  'rate_limited',
  'It was sent less than a minute ago',
)
export const WrongAccount = defineError(
  'invitation.wrong_account',
  'forbidden',
  'The invitation is for another email address',
)
export const InvitationEnded = defineError('invitation.ended', 'conflict', 'The invitation is not open any more')
export const InvitationGone = defineError('invitation.gone', 'conflict', 'The invitation has ended')
export const InvitationAnswered = defineError('invitation.answered', 'conflict', 'The invitation was answered already')
export const TooManyApiKeys = defineError('api_key.too_many', 'conflict', 'You have as many API keys as one person may')
export const ApiKeyNotFound = defineError('api_key.not_found', 'not_found', 'API key not found')
export const DeviceCodeInvalid = defineError('device.code_invalid', 'invalid', 'There is no such code')
export const DeviceCodeExpired = defineError('device.code_expired', 'invalid', 'The code has expired')
export const DeviceCodeUsed = defineError('device.code_used', 'conflict', 'The code was used already')
export const DeviceNotFound = defineError('device.not_found', 'not_found', 'There is no such code')
export const DevicePending = defineError('device.pending', 'invalid', 'The device has no key yet')
export const PersonNotFound = defineError('admin.person_not_found', 'not_found', 'Nobody by that id')
export const NotSuspendable = defineError(
  'admin.not_suspendable',
  'conflict',
  'Super admins cannot be suspended',
)
export const NotHere = defineError('admin.not_found', 'not_found', 'There is no such route')
export const MailNotSent = defineError('mail.not_sent', 'unavailable', 'The email could not be sent')
export const RateLimited = defineError('request.rate_limited', 'rate_limited', 'Too many requests')
export const Suspended = defineError('auth.suspended', 'forbidden', 'Your account is suspended')
