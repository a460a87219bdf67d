import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { betterAuth } from 'better-auth/minimal'
import { bearer } from 'better-auth/plugins/bearer'
import { existingAccountMail, type Mail, resetMail, verificationMail } from '#domain/identity'
import type { Database } from '#kernel/database'
import { describeError } from '#kernel/errors'
import type { Digest } from '#kernel/ports'
import * as tables from '#schema/tables/index'
import { presentCall } from './auth-call.ts'
import { type HookSettings, hooksOf } from './hooks.ts'

export interface AuthSettings extends HookSettings {
  /** Signs cookies. */
  secret: string
  /** Origin of the dashboard, which reaches the API on its own origin (decision D25). */
  appUrl: string
  /** Whether requests are limited by address; off outside production, where tests sign up by the dozen. */
  limited: boolean
  digest: Digest
  /** Whether an address must be verified before the first sign-in. */
  verificationEnforced: boolean
  /** Sign-in through others, where it is configured. */
  social: { github?: SocialApp | undefined; google?: SocialApp | undefined }
  /**
   * Keeps work going that the answer does not wait for, so that its time tells nobody whether an address is known;
   * without it, as in tests, the answer waits.
   */
  background?: ((work: Promise<unknown>) => void) | undefined
}

export interface SocialApp {
  clientId: string
  clientSecret: string
}

/** What the library calls one thing, we call by the plural. */
const TABLES = {
  user: tables.users,
  session: tables.authSessions,
  account: tables.accounts,
  verification: tables.verifications,
}

const HOUR_SECONDS = 60 * 60
const DAY_SECONDS = 24 * HOUR_SECONDS

/**
 * The library counts requests by address, each isolate for itself. Of signing in and up it must not: everybody behind one
 * router has the same address, and we count what matters there exactly (throttle.ts).
 */
const COUNTED_BY_US = { '/sign-in/*': false, '/sign-up/*': false } as const

const pageOf = (settings: AuthSettings, path: string) => new URL(path, settings.appUrl).href

/** Links lead to the dashboard's own pages; the origin is the configured one, never a header's. */
function mailLink(settings: AuthSettings, path: string, token: string): string {
  const url = new URL(path, settings.appUrl)
  url.searchParams.set('token', token)
  return url.href
}

/** E-mail and password, with the mails around them. The letters are of the domain; a lost one can be asked for again. */
function emailOptions(settings: AuthSettings, onPasswordReset: ReturnType<typeof hooksOf>['onPasswordReset']) {
  const { verificationEnforced } = settings
  const send = (mail: Mail) => presentCall(settings).mailer.send(mail)
  return {
    emailAndPassword: {
      enabled: true,
      minPasswordLength: 8,
      maxPasswordLength: 128,
      requireEmailVerification: verificationEnforced,
      resetPasswordTokenExpiresIn: HOUR_SECONDS,
      revokeSessionsOnPasswordReset: true,
      onPasswordReset,
      sendResetPassword: ({ user, token }: MailedTo) =>
        send(resetMail({ ...user, url: mailLink(settings, '/reset-password', token) })),
      onExistingUserSignUp: ({ user }: Pick<MailedTo, 'user'>) =>
        send(existingAccountMail({ ...user, url: pageOf(settings, '/sign-in') })),
    },
    emailVerification: {
      sendOnSignUp: settings.mailer.enabled,
      autoSignInAfterVerification: true,
      expiresIn: DAY_SECONDS,
      sendVerificationEmail: ({ user, token }: MailedTo) =>
        send(verificationMail({ ...user, url: mailLink(settings, '/verify-email', token) })),
    },
  }
}

interface MailedTo {
  user: { email: string; name: string }
  token: string
}

/**
 * The identity library with the product's numbers (b6 §6.3): e-mail and password of 8 to 128 characters, sign-ins of 7
 * days that are prolonged when older than 24 hours, tokens of 24 hours for verification and one hour for a reset. Its
 * tables are ours by name; `transaction: false`, because the HTTP driver has none. Organizations, members, invitations
 * and keys are statements of our own (docs/decisions/006).
 */
export function createAuthServer(db: Database, settings: AuthSettings) {
  const { databaseHooks, onPasswordReset } = hooksOf(db, settings)
  const secure = settings.appUrl.startsWith('https://')
  return betterAuth({
    appName: 'Proliferate Edge',
    baseURL: settings.appUrl,
    basePath: '/api/auth',
    secret: settings.secret,
    trustedOrigins: (request) => [settings.appUrl, ...(request ? [new URL(request.url).origin] : [])],
    database: drizzleAdapter(db, { provider: 'pg', transaction: false, schema: TABLES }),
    ...emailOptions(settings, onPasswordReset),
    socialProviders: socialProvidersOf(settings),
    account: { encryptOAuthTokens: true, accountLinking: { enabled: true, trustedProviders: [] } },
    verification: { storeIdentifier: 'hashed' },
    // Read along with each sign-in; nobody sets it from outside.
    user: { additionalFields: { suspendedAt: { type: 'date', required: false, input: false } } },
    session: {
      expiresIn: 7 * DAY_SECONDS,
      updateAge: DAY_SECONDS,
      additionalFields: { activeOrganizationId: { type: 'string', required: false, input: false } },
    },
    rateLimit: { enabled: settings.limited, customRules: COUNTED_BY_US },
    advanced: {
      // Said, because the library leaves these checks out where it believes to be under test.
      disableOriginCheck: false,
      disableCSRFCheck: false,
      // `__Host-` binds a cookie to this one host; the library's own switch knows `__Secure-` only.
      cookiePrefix: secure ? '__Host-proliferate' : 'proliferate',
      useSecureCookies: false,
      defaultCookieAttributes: { secure },
      ipAddress: { ipAddressHeaders: ['cf-connecting-ip'] },
      database: { joins: true, validateSchema: false },
      ...(settings.background ? { backgroundTasks: { handler: settings.background } } : {}),
    },
    telemetry: { enabled: false },
    // Its own way is to print the error, and with a failed statement every parameter of it. A sign-in through others that
    // fails leads back to the page it began on.
    onAPIError: { throw: true, errorURL: pageOf(settings, '/sign-in') },
    logger: {
      log: (level, message, ...causes) => {
        const fields = { message, causes: causes.filter((cause) => cause instanceof Error).map(describeError) }
        presentCall(settings).log[level === 'debug' ? 'info' : level]('auth.log', fields)
      },
    },
    // Unsigned, what stands in the database would be a credential to whoever reads it there.
    plugins: [bearer({ requireSignature: true })],
    // A profile is changed by a route of our own, which has bounds and leaves an entry in the log.
    disabledPaths: ['/update-user'],
    databaseHooks,
  })
}

function socialProvidersOf({ social }: AuthSettings) {
  const { github, google } = social
  return { ...(github ? { github } : {}), ...(google ? { google } : {}) }
}

export type AuthServer = ReturnType<typeof createAuthServer>
