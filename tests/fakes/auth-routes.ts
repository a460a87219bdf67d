import { z } from 'zod'
import type { FakePerson } from './account-state.ts'
import type { Answer } from './api-answers.ts'
import { ApiProblem } from './api-state.ts'
import type { ApiState } from './api-state.ts'

const MINUTE_MS = 60_000

/** What an answer does to the sign-in of whoever asked. */
type AuthAnswer = Answer & { signs?: 'in' | 'out' }

const refused = (status: number, code: string, message: string): AuthAnswer => ({ status, body: { code, message } })

const Password = z.string().min(8).max(128)
const SignIn = z.strictObject({ email: z.email(), password: z.string() })
const SignUp = z.strictObject({ name: z.string().trim().min(1), email: z.email(), password: Password })
const Email = z.strictObject({ email: z.email() })
const Reset = z.strictObject({ token: z.string(), newPassword: Password })
const Social = z.strictObject({
  provider: z.enum(['github', 'google']),
  callbackURL: z.url(),
  errorCallbackURL: z.url(),
})

type AuthRoute = (state: ApiState, asked: { body: unknown; query: URLSearchParams }) => AuthAnswer

/** The identity library's ways in, in its own words; what each answers the tests of the API prove. */
const ROUTES: Record<string, AuthRoute> = {
  'sign-in/email': (state, { body }) => {
    const { email, password } = SignIn.parse(body)
    const person = personOf(state, email)
    if (person?.password !== password) return refused(401, 'INVALID_EMAIL_OR_PASSWORD', 'Invalid email or password')
    if (state.accounts.options.verificationEnforced && !person.emailVerified) {
      return refused(403, 'EMAIL_NOT_VERIFIED', 'Email not verified')
    }
    return signedIn(state, person)
  },
  'sign-up/email': (state, { body }) => {
    const { name, email, password } = SignUp.parse(body)
    const { verificationEnforced } = state.accounts.options
    if (personOf(state, email) !== undefined && !verificationEnforced) {
      const code = 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL'
      return refused(422, code, 'User already exists. Use another email.')
    }
    const person = { id: 'user-new', name, email, password, emailVerified: false }
    if (personOf(state, email) === undefined) state.accounts.people.push(person)
    state.accounts.verifications.set(`verify-${email}`, email)
    return verificationEnforced ? { status: 200, body: { token: null, user: { email } } } : signedIn(state, person)
  },
  'sign-in/social': (_, { body }) => {
    const { provider } = Social.parse(body)
    return { status: 200, body: { url: `https://${provider}.test/authorize?state=1`, redirect: true } }
  },
  'sign-out': () => ({ status: 200, body: { success: true }, signs: 'out' }),
  'send-verification-email': (state, { body }) => mailed(state, 'verify', Email.parse(body).email),
  'request-password-reset': (state, { body }) => mailed(state, 'reset', Email.parse(body).email),
  'verify-email': (state, { query }) => {
    const token = query.get('token') ?? ''
    const { verifications, expiredTokens } = state.accounts
    if (expiredTokens.has(token)) return refused(401, 'TOKEN_EXPIRED', 'Token expired')
    const person = personOf(state, verifications.get(token) ?? '')
    if (person === undefined) return refused(401, 'INVALID_TOKEN', 'Invalid token')
    if (person.emailVerified) return { status: 200, body: { status: true, user: null } }
    person.emailVerified = true
    return { ...signedIn(state, person), body: { status: true, user: null } }
  },
  'reset-password': (state, { body }) => {
    const { token, newPassword } = Reset.parse(body)
    const person = personOf(state, state.accounts.resets.get(token) ?? '')
    state.accounts.resets.delete(token)
    if (person === undefined) return refused(400, 'INVALID_TOKEN', 'Invalid token')
    person.password = newPassword
    return { status: 200, body: { status: true }, signs: 'out' }
  },
}

/** Answers what stands below `/api/auth/`. */
export function answerAuth(state: ApiState, url: URL, body: unknown): AuthAnswer {
  const fault = state.takeFault(url.pathname)
  if (fault !== null) return { status: fault.status, body: fault.document }
  const route = ROUTES[url.pathname.slice('/api/auth/'.length)]
  return route?.(state, { body, query: url.searchParams }) ?? { status: 404, body: null }
}

function personOf(state: ApiState, email: string): FakePerson | undefined {
  return state.accounts.people.find((person) => person.email === email.toLowerCase())
}

/** The cookie does not tell who: the one that signed in last is who the API answers for. */
function signedIn(state: ApiState, person: FakePerson): AuthAnswer {
  const { id, name, email, emailVerified } = person
  state.personal.profile = { id, name, email, emailVerified, image: null }
  return { status: 200, body: { redirect: false, token: 'token', user: { email } }, signs: 'in' }
}

/** Once a minute for an address; the answer does not depend on whether anybody has it. */
function mailed(state: ApiState, kind: 'verify' | 'reset', email: string): AuthAnswer {
  const { mailedAt, verifications, resets } = state.accounts
  const name = `${kind}-${email}`
  if (Date.now() - (mailedAt.get(name) ?? 0) < MINUTE_MS) {
    const { status, document } = new ApiProblem(429, 'auth.too_many_attempts', 'Too many attempts; wait')
    return { status, body: document }
  }
  mailedAt.set(name, Date.now())
  const links = kind === 'verify' ? verifications : resets
  if (personOf(state, email) !== undefined) links.set(name, email)
  return { status: 200, body: { status: true } }
}
