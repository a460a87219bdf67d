import { z } from 'zod'
import { countAttempt, forgetAttempts } from '#domain/identity'
import type { Clock } from '#kernel/clock'
import type { Database } from '#kernel/database'
import { MINUTE_MS } from '#kernel/durations'
import type { Digest } from '#kernel/ports'

/** Failed sign-ins per address and e-mail, accounts per address (b6 §6.4), and how often a mail may be asked for (b6 §6.3). */
const SIGN_IN = { max: 10, windowMs: 15 * MINUTE_MS }
const SIGN_UP = { max: 5, windowMs: MINUTE_MS }
const MAIL = { max: 1, windowMs: MINUTE_MS }

const SIGN_IN_PATH = '/api/auth/sign-in/email'
const SIGN_UP_PATH = '/api/auth/sign-up/email'
const MAIL_PATHS = ['/api/auth/send-verification-email', '/api/auth/request-password-reset']

interface Needs {
  db: Database
  clock: Clock
  digest: Digest
  /** Whether accounts are counted by address; off outside production, where tests sign up by the dozen. */
  limited: boolean
}

const Body = z.object({ email: z.string().toLowerCase() })

/** Empty where there is none that can be read: such tries count together, so that none goes uncounted. */
async function emailOf(request: Request): Promise<string> {
  const parsed = Body.safeParse(await request.clone().json().catch(() => null))
  return parsed.success ? parsed.data.email : ''
}

const addressOf = (request: Request) => request.headers.get('cf-connecting-ip') ?? ''

/**
 * Slows guessing down, the making of accounts, and the sending of mails to others: counted in the database, so exact
 * whichever isolate answers. Throws `auth.too_many_attempts`. A sign-in that succeeds clears its count.
 */
export async function throttled(needs: Needs, request: Request, answer: () => Promise<Response>): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (request.method !== 'POST') return answer()
  if (pathname === SIGN_IN_PATH) return signInThrottled(needs, request, answer)
  if (pathname === SIGN_UP_PATH && needs.limited) {
    await countAttempt(needs, { name: `sign-up:${addressOf(request)}`, ...SIGN_UP })
  }
  if (MAIL_PATHS.includes(pathname)) {
    await countAttempt(needs, { name: `mail:${pathname}:${await emailOf(request)}`, ...MAIL })
  }
  return answer()
}

async function signInThrottled(needs: Needs, request: Request, answer: () => Promise<Response>): Promise<Response> {
  const name = `sign-in:${addressOf(request)}:${await emailOf(request)}`
  await countAttempt(needs, { name, ...SIGN_IN })
  const response = await answer()
  if (response.ok) await forgetAttempts(needs, name)
  return response
}
