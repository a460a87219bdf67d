import { z } from 'zod'
import { askAuth } from './ask-auth.ts'

const Made = z.object({ token: z.string().nullable() })

/** Makes an account. Says whether it is signed in already, or the address must be verified first. */
export async function signUp(input: { name: string; email: string; password: string }): Promise<'signed-in' | 'mailed'> {
  const { token } = Made.parse(await askAuth('sign-up/email', input))
  return token === null ? 'mailed' : 'signed-in'
}

/** Mails the link again; once a minute for an address. Whether there is such an account is not told. */
export async function mailVerification(email: string): Promise<void> {
  await askAuth('send-verification-email', { email })
}

/** Says that the address of this token is its owner's, which also signs in whoever was not verified before. */
export async function verifyEmail(token: string): Promise<void> {
  await askAuth(`verify-email?${new URLSearchParams({ token }).toString()}`)
}

/** Mails a link for a new password; once a minute for an address. Whether there is such an account is not told. */
export async function mailPasswordReset(email: string): Promise<void> {
  await askAuth('request-password-reset', { email })
}

/** Sets a new password once, and ends every sign-in of the account. */
export async function resetPassword(input: { token: string; newPassword: string }): Promise<void> {
  await askAuth('reset-password', input)
}
