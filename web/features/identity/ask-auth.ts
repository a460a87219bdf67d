import { z } from 'zod'
import { fetchInTime, SUSPENDED } from '../../client.ts'
import { explainFailure } from './sign-in-failure.ts'

/** Why nothing came of it: a code to decide by, and words for a person. */
export class AuthRefusal extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'AuthRefusal'
    this.code = code
  }
}

/** Refusals come from the identity library in its own words, or from the API as problem documents. */
const Refused = z.object({
  code: z.string().optional(),
  message: z.string().optional(),
  detail: z.string().optional(),
  title: z.string().optional(),
})

const WORDS: Record<string, string> = {
  INVALID_EMAIL_OR_PASSWORD: 'The email or the password is wrong.',
  EMAIL_NOT_VERIFIED: 'This address is not verified yet. Open the link in the email we sent you.',
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: 'There is an account with this email already. Sign in instead.',
  PASSWORD_TOO_SHORT: 'The password needs at least 8 characters.',
  PASSWORD_TOO_LONG: 'The password may have at most 128 characters.',
  INVALID_TOKEN: 'The link is not valid any more.',
  [SUSPENDED]: explainFailure(SUSPENDED),
  TOKEN_EXPIRED: 'The link has expired.',
}

/** Asks one of the identity library's routes; a body makes it a POST. Throws an `AuthRefusal`. */
export async function askAuth(path: string, body?: Record<string, unknown>): Promise<unknown> {
  const response = await fetchInTime(`/api/auth/${path}`, requestOf(body)).catch(() => {
    throw new AuthRefusal('unreachable', 'The server cannot be reached. Check your connection and try again.')
  })
  const answer: unknown = await response.json().catch(() => null)
  if (!response.ok) throw refusalOf(response.status, answer)
  return answer
}

function requestOf(body: Record<string, unknown> | undefined): RequestInit {
  if (body === undefined) return { headers: { accept: 'application/json' } }
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  return { method: 'POST', headers, body: JSON.stringify(body) }
}

function refusalOf(status: number, answer: unknown): AuthRefusal {
  const { code = `status_${status}`, message, detail, title } = Refused.safeParse(answer).data ?? {}
  if (status === 429) return new AuthRefusal(code, 'Too many tries. Wait a few minutes, then try again.')
  if (status >= 500) return new AuthRefusal(code, 'The server could not do this. Try again in a moment.')
  return new AuthRefusal(code, WORDS[code] ?? message ?? detail ?? title ?? 'The server refused.')
}

/** The code by which the server refused; null for other errors and for none. */
export function codeOf(error: unknown): string | null {
  return error instanceof AuthRefusal ? error.code : null
}
