import { SUSPENDED } from '../../client.ts'

const SUSPENDED_WORDS = 'Your account is suspended. Ask whoever runs this deployment.'
const STALE = 'The sign-in took too long, or was begun in another browser. Begin again.'
const AWAY = 'The other side could not be asked who you are. Try again in a moment.'
const NOT_ALLOWED_HERE = 'This way to sign in is not available here. Choose another one.'
const NO_EMAIL = 'No email address came back. Sign in with email and password instead.'
const UNVERIFIED = 'That email address is not verified there. Verify it, or sign in with email and password.'
const KNOWN_EMAIL = 'There is an account with this email already. Sign in with its password.'
const OTHERS_SIGN_IN = 'That sign-in belongs to another account here.'
const OURS = 'The sign-in could not be finished on our side. Try again in a moment.'

/** What the identity library, or the other side, puts into the address when a sign-in through others fails. */
const WORDS: Record<string, string> = {
  [SUSPENDED]: SUSPENDED_WORDS,
  access_denied: 'The sign-in was canceled.',
  state_not_found: STALE,
  state_mismatch: STALE,
  state_invalid: STALE,
  state_generation_error: OURS,
  no_code: STALE,
  invalid_code: STALE,
  nonce_binding_missing: STALE,
  no_callback_url: STALE,
  issuer_missing: AWAY,
  issuer_mismatch: AWAY,
  unable_to_get_user_info: AWAY,
  oauth_provider_not_found: NOT_ALLOWED_HERE,
  signup_disabled: 'New accounts are not made this way here. Ask for an invitation.',
  email_not_found: NO_EMAIL,
  email_not_verified: UNVERIFIED,
  EMAIL_NOT_VERIFIED: UNVERIFIED,
  email_does_not_match: 'The email there is not the one of your account here.',
  account_not_linked: KNOWN_EMAIL,
  account_already_linked_to_different_user: OTHERS_SIGN_IN,
  account_ownership_conflict: OTHERS_SIGN_IN,
  unable_to_link_account: 'The sign-in could not be connected to your account. Try again.',
  account_hook_binding_conflict: OURS,
  session_hook_user_conflict: OURS,
  user_hook_selection_conflict: OURS,
  user_not_found: 'That account does not exist any more.',
  unable_to_create_user: OURS,
  unable_to_create_session: OURS,
  unable_to_update_account: OURS,
  internal_server_error: OURS,
}

/** The `error` in the address of the sign-in, in words. */
export function explainFailure(failure: string): string {
  return WORDS[failure] ?? 'The sign-in did not work. Try again, or sign in another way.'
}
