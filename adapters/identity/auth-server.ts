import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { betterAuth } from 'better-auth/minimal'
import { bearer } from 'better-auth/plugins/bearer'
import { organization } from 'better-auth/plugins/organization'
import { adminAc, defaultAc, memberAc, ownerAc } from 'better-auth/plugins/organization/access'
import { openOrganization } from '#domain/identity'
import type { Database } from '#kernel/database'
import { describeError } from '#kernel/errors'
import type { Log } from '#kernel/log'
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
}

/** What the library calls one thing, we call by the plural. */
const TABLES = {
  user: tables.users,
  session: tables.authSessions,
  account: tables.accounts,
  verification: tables.verifications,
  organization: tables.organizations,
  member: tables.members,
  invitation: tables.invitations,
}

const MINUTE_SECONDS = 60
const DAY_SECONDS = 24 * 60 * MINUTE_SECONDS

/** Attempts by address (b6 §6.4); each isolate counts for itself, which slows guessing down and cannot be exact. */
const LIMITS = {
  '/sign-up/email': { window: MINUTE_SECONDS, max: 5 },
  '/sign-in/email': { window: 15 * MINUTE_SECONDS, max: 10 },
}

/** May look and nothing more; may also not leave traces in the organization by the identity library's own routes. */
const viewerAc = defaultAc.newRole({ organization: [], member: [], invitation: [], team: [], ac: [] })

/**
 * The identity library with the product's numbers (b6 §6.3): e-mail and password of 8 to 128 characters, sign-ins of 7
 * days that are prolonged when older than 24 hours, invitations of 7 days. Its tables are ours by name; `transaction:
 * false`, because the HTTP driver has none.
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
    emailAndPassword: { enabled: true, minPasswordLength: 8, maxPasswordLength: 128 },
    session: { expiresIn: 7 * DAY_SECONDS, updateAge: DAY_SECONDS },
    rateLimit: { enabled: settings.limited, customRules: LIMITS },
    advanced: {
      // `__Host-` binds a cookie to this one host; the library's own switch knows `__Secure-` only.
      cookiePrefix: secure ? '__Host-proliferate' : 'proliferate',
      useSecureCookies: false,
      defaultCookieAttributes: { secure },
      ipAddress: { ipAddressHeaders: ['cf-connecting-ip'] },
      database: { joins: true, validateSchema: false },
    },
    telemetry: { enabled: false },
    // Its own way is to print the error, and with a failed statement every parameter of it.
    onAPIError: { throw: true },
    logger: {
      log: (level, message, ...causes) => {
        const fields = { message, causes: causes.filter((cause) => cause instanceof Error).map(describeError) }
        settings.log[level === 'debug' ? 'info' : level]('auth.log', fields)
      },
    },
    plugins: [
      bearer(),
      organization({
        roles: { owner: ownerAc, admin: adminAc, member: memberAc, viewer: viewerAc },
        organizationLimit: 10,
        invitationExpiresIn: 7 * DAY_SECONDS,
        invitationLimit: 50,
      }),
    ],
    databaseHooks: {
      session: {
        create: {
          before: async (session) => {
            const input = { userId: session.userId, nameOf: settings.organizationNameOf }
            return { data: { ...session, activeOrganizationId: await openOrganization({ db }, input) } }
          },
        },
      },
    },
  })
}

export type AuthServer = ReturnType<typeof createAuthServer>
