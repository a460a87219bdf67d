import { z } from 'zod'
import { countAttempt, forgetAttempts } from '#domain/identity'
import type { Clock } from '#kernel/clock'
import type { Database } from '#kernel/database'
import { MINUTE_MS } from '#kernel/durations'
import type { Digest } from '#kernel/ports'

/** Failed sign-ins per address and e-mail (b6 §6.4), and how often a mail may be asked for (b6 §6.3). */
const SIGN_IN = { max: 10, windowMs: 15 * MINUTE_MS }
const MAIL = { max: 1, windowMs: MINUTE_MS }

const SIGN_IN_PATH = '/api/auth/sign-in/email'
const MAIL_PATHS = ['/api/auth/send-verification-email', '/api/auth/request-password-reset']

const Body = z.object({ email: z.string().max(320).toLowerCase() })

async function emailOf(request: Request): Promise<string | null> {
  const parsed = Body.safeParse(await request.clone().json().catch(() => null))
  return parsed.success ? parsed.data.email : null
}

/**
 * Slows guessing down, and the sending of mails to others: counted in the database, so exact whichever isolate answers.
 * Throws `auth.too_many_attempts`. A sign-in that succeeds clears its count.
 */
export async function throttled(
  needs: { db: Database; clock: Clock; digest: Digest },
  request: Request,
  answer: () => Promise<Response>,
): Promise<Response> {
  const { pathname } = new URL(request.url)
  const isSignIn = pathname === SIGN_IN_PATH
  if (request.method !== 'POST' || (!isSignIn && !MAIL_PATHS.includes(pathname))) return answer()
  const email = await emailOf(request)
  if (email === null) return answer()
  if (!isSignIn) {
    await countAttempt(needs, { name: `mail:${pathname}:${email}`, ...MAIL })
    return answer()
  }
  const name = `sign-in:${request.headers.get('cf-connecting-ip') ?? ''}:${email}`
  await countAttempt(needs, { name, ...SIGN_IN })
  const response = await answer()
  if (response.ok) await forgetAttempts(needs, name)
  return response
}
