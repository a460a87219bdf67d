import { APIError } from 'better-auth/api'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { betterAuth } from 'better-auth/minimal'
import { bearer } from 'better-auth/plugins/bearer'
import {
  existingAccountMail,
  type Mailer,
  openOrganization,
  resetMail,
  Suspended,
  verificationMail,
} from '#domain/identity'
import type { Clock } from '#kernel/clock'
import type { Database } from '#kernel/database'
import { describeError } from '#kernel/errors'
import type { Log } from '#kernel/log'
import type { Digest } from '#kernel/ports'
import * as tables from '#schema/tables/index'

export interface AuthSettings {
  /** Signs cookies. */
  secret: string
  /** Origin of the dashboard, which reaches the API on its own origin (decision D25). */
  appUrl: string
  /** Whether sign-in and sign-up are limited by address; off outside production, where tests sign up by the dozen. */
  limited: boolean
  /** How the organization is named that a person gets on the first sign-in. */
  organizationNameOf: (person: { name: string; email: string }) => string
  log: Log
  clock: Clock
  digest: Digest
  mailer: Mailer
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

const MINUTE_SECONDS = 60
const HOUR_SECONDS = 60 * MINUTE_SECONDS
const DAY_SECONDS = 24 * HOUR_SECONDS

/** Attempts by address (b6 §6.4); each isolate counts for itself, which slows guessing down and cannot be exact. */
const LIMITS = {
  '/sign-up/email': { window: MINUTE_SECONDS, max: 5 },
  '/sign-in/email': { window: 15 * MINUTE_SECONDS, max: 10 },
}

const pageOf = (settings: AuthSettings, path: string) => new URL(path, settings.appUrl).href

/** Links lead to the dashboard's own pages; the origin is the configured one, never a header's. */
function mailLink(settings: AuthSettings, path: string, token: string): string {
  const url = new URL(path, settings.appUrl)
  url.searchParams.set('token', token)
  return url.href
}

/** E-mail and password, with the mails around them. The letters are of the domain; a lost one can be asked for again. */
function emailOptions(settings: AuthSettings) {
  const { mailer, verificationEnforced } = settings
  return {
    emailAndPassword: {
      enabled: true,
      minPasswordLength: 8,
      maxPasswordLength: 128,
      requireEmailVerification: verificationEnforced,
      resetPasswordTokenExpiresIn: HOUR_SECONDS,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: ({ user, token }: MailedTo) =>
        mailer.send(resetMail({ ...user, url: mailLink(settings, '/reset-password', token) })),
      onExistingUserSignUp: ({ user }: Pick<MailedTo, 'user'>) =>
        mailer.send(existingAccountMail({ ...user, url: pageOf(settings, '/sign-in') })),
    },
    emailVerification: {
      sendOnSignUp: mailer.enabled,
      autoSignInAfterVerification: true,
      expiresIn: DAY_SECONDS,
      sendVerificationEmail: ({ user, token }: MailedTo) =>
        mailer.send(verificationMail({ ...user, url: mailLink(settings, '/verify-email', token) })),
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
  const secure = settings.appUrl.startsWith('https://')
  return betterAuth({
    appName: 'Proliferate Edge',
    baseURL: settings.appUrl,
    basePath: '/api/auth',
    secret: settings.secret,
    trustedOrigins: (request) => [settings.appUrl, ...(request ? [new URL(request.url).origin] : [])],
    database: drizzleAdapter(db, { provider: 'pg', transaction: false, schema: TABLES }),
    ...emailOptions(settings),
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
    rateLimit: { enabled: settings.limited, customRules: LIMITS },
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
        settings.log[level === 'debug' ? 'info' : level]('auth.log', fields)
      },
    },
    plugins: [bearer()],
    databaseHooks: organizationHooks(db, settings),
  })
}

/**
 * Everybody gets an organization when their account is made. The driver has no transaction around the two, so whoever is
 * left without one, because something broke off in between, gets it on the next sign-in. There the suspended are refused
 * too, whichever way they came.
 */
function organizationHooks(db: Database, settings: AuthSettings) {
  const open = (userId: string) => openOrganization({ db }, { userId, nameOf: settings.organizationNameOf })
  return {
    user: {
      create: {
        after: async ({ id }: { id: string }) => {
          // The account's password is stored after this: a failure here must not leave the person without one.
          await open(id).catch((error: unknown) =>
            settings.log.warn('auth.organization_not_opened', { userId: id, error: describeError(error) }),
          )
        },
      },
    },
    session: {
      create: {
        before: async <Session extends { userId: string }>(session: Session) => {
          const activeOrganizationId = await open(session.userId).catch(refusedByLibrary)
          return { data: { ...session, activeOrganizationId } }
        },
      },
    },
  }
}

/** The library answers its own kind of error, and leads a browser that comes back from elsewhere to a page with it. */
function refusedByLibrary(error: unknown): never {
  if (!Suspended.is(error)) throw error
  throw new APIError('FORBIDDEN', { code: error.code, message: error.title })
}

function socialProvidersOf({ social }: AuthSettings) {
  const { github, google } = social
  return { ...(github ? { github } : {}), ...(google ? { google } : {}) }
}

export type AuthServer = ReturnType<typeof createAuthServer>
