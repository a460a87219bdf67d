import { AuthUnavailable, type Credentials, type SignIn, type SignInReader, Suspended } from '#domain/identity'
import type { Database } from '#kernel/database'
import { AppError } from '#kernel/errors'
import type { Origin } from '#kernel/origin'
import { during } from './auth-call.ts'
import { type AuthServer, type AuthSettings, createAuthServer } from './auth-server.ts'
import { throttled } from './throttle.ts'

export type { AuthSettings }

/** Who people are: what the edge asks of it besides reading sign-ins. */
export interface Identity extends SignInReader {
  /**
   * Answers everything below /api/auth: sign-up, sign-in, sign-out, verification, passwords, sign-in through others.
   * `origin` is where the request came from, for the log.
   */
  handle(request: Request, origin?: Origin): Promise<Response>
  /**
   * Signs a person in whose password the configuration knows, making the account on first use; gives the Set-Cookie
   * values. For the demo owner of development only. A password that was changed in the configuration is taken over.
   */
  signInConfigured(person: { email: string; password: string; name: string }): Promise<string[]>
}

const SIGN_OUT_PATH = '/api/auth/sign-out'

const opened = new WeakMap<Database, AuthServer>()

/**
 * Identity by better-auth. Its server is kept for the life of an isolate: setting it up costs as much as a request, and
 * over HTTP it holds no connection (toolchain: about twice the requests per second).
 */
export function betterAuthIdentity(db: Database, settings: AuthSettings): Identity {
  const server = opened.get(db) ?? createAuthServer(db, settings)
  opened.set(db, server)
  const { log, mailer, clock, digest, limited } = settings
  return {
    handle: (request, origin) =>
      during({ log, mailer, ...(origin ? { origin } : {}) }, () =>
        throttled({ db, clock, digest, limited }, request, async () => {
          await refuseSuspended(server, request)
          return server.handler(request)
        }).catch(unavailable),
      ),
    readSignIn: (credentials) => during({ log, mailer }, () => readSignIn(server, credentials)),
    signInConfigured: (person) => during({ log, mailer }, () => signInConfigured(server, person)),
  }
}

/** The library answers what it expects; what it throws comes from below, where people are stored. */
function unavailable(cause: unknown): never {
  if (cause instanceof AppError) throw cause
  throw AuthUnavailable({ cause, retryAfterMs: 1_000 })
}

/**
 * A request that carries both is judged by its Authorization header alone, so that a browser's cookie cannot help it
 * out.
 */
function headersOf(credentials: Credentials): Headers | null {
  const { authorization, cookie } = credentials
  if (authorization !== null) return new Headers({ authorization })
  return cookie === null ? null : new Headers({ cookie })
}

async function readSignIn(server: AuthServer, credentials: Credentials): Promise<SignIn | null> {
  const headers = headersOf(credentials)
  if (!headers) return null
  const { headers: answered, response: found } = await server.api
    .getSession({ headers, returnHeaders: true })
    .catch(unavailable)
  if (!found) return null
  if (found.user.suspendedAt) throw Suspended()
  const { id, name, email, emailVerified, image } = found.user
  return {
    id: found.session.id,
    user: { id, name, email, emailVerified, image: image ?? null },
    activeOrganizationId: found.session.activeOrganizationId ?? null,
    cookies: credentials.authorization === null ? answered.getSetCookie() : [],
  }
}

/**
 * A suspension ends every sign-in; one that was made in that very moment is worth nothing, on the library's own routes
 * either. Throws `auth.suspended`. To sign out is for everybody.
 */
async function refuseSuspended(server: AuthServer, request: Request): Promise<void> {
  if (new URL(request.url).pathname === SIGN_OUT_PATH) return
  const { headers } = request
  const known = headersOf({ authorization: headers.get('authorization'), cookie: headers.get('cookie') })
  if (!known) return
  const found = await server.api.getSession({ headers: known, query: { disableRefresh: true } })
  if (found?.user.suspendedAt) throw Suspended()
}

async function signInConfigured(
  server: AuthServer,
  person: { email: string; password: string; name: string },
): Promise<string[]> {
  const { email, password } = person
  const { internalAdapter, password: passwords } = await server.$context
  const known = await internalAdapter.findUserByEmail(email)
  if (known) await internalAdapter.updatePassword(known.user.id, await passwords.hash(password))
  const made = known ? null : await server.api.signUpEmail({ body: person, returnHeaders: true }).catch(() => null)
  // The configuration vouches for the address: where verification is enforced, they could not enter otherwise.
  if (!known?.user.emailVerified) await internalAdapter.updateUserByEmail(email, { emailVerified: true })
  const cookies = made?.headers.getSetCookie() ?? []
  if (cookies.length > 0) return cookies
  // Also the way of whoever lost a race for the first use: the account is there by now.
  return (await server.api.signInEmail({ body: { email, password }, returnHeaders: true })).headers.getSetCookie()
}
