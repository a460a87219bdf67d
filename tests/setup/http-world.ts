import { r2ParkedMessages } from '../../adapters/cloudflare/parked-messages.ts'
import { systemSecrets } from '../../adapters/crypto/secrets.ts'
import { betterAuthIdentity } from '../../adapters/identity/identity.ts'
import { accessSettingsOf, socialAppsOf } from '../../adapters/identity/settings.ts'
import { configuredMailer } from '../../adapters/mail/configured.ts'
import { listKeptMails } from '../../adapters/mail/kept-mails.store.ts'
import { type Config, type Env, Variables } from '../../adapters/env.ts'
import type { Platform } from '../../adapters/platform.ts'
import { ProviderUnavailable } from '#domain/integrations'
import { liveSessionsOf } from '#domain/sessions'
import type { Role } from '#schema/contracts/common'
import { createApp } from '../../workers/http/create-app.ts'
import { memoryRateLimits } from '../fakes/rate-limits.ts'
import { testPlatform } from '../platform.ts'
import { addMember, type SignedIn, signUp } from './sign-in.ts'

export const APP_ORIGIN = 'https://app.test'

export type HttpWorld = Awaited<ReturnType<typeof openHttpWorld>>

/**
 * The real app over a real database, with everything else in memory. `platform` is what routes see: a test may change
 * one of its members. `change` alters the configuration.
 */
export async function openHttpWorld(change: Partial<Config> = {}) {
  const test = await testPlatform()
  const config: Config = { ...CONFIG, ...change }
  const mailer = configuredMailer(config, test)
  const platform: Platform = {
    ...test,
    config,
    sandboxes: {
      name: 'local',
      ensureSandbox: () => Promise.reject(new Error('No sandboxes in this test')),
      terminate: () => Promise.resolve(),
      checkSandboxes: () => Promise.resolve(new Set<string>()),
      health: () => Promise.resolve(),
    },
    models: { ...test.models, describe: () => null, upstream: () => null },
    access: accessSettingsOf(config),
    mailer,
    liveSessions: liveSessionsOf(test),
    keptMails: () => listKeptMails(test.db),
    identity: betterAuthIdentity(test.db, {
      secret: config.AUTH_SECRET,
      appUrl: config.APP_URL,
      limited: false,
      organizationNameOf: ({ name, email }) => (email === config.DEV_OWNER_EMAIL ? 'Demo' : `${name}'s Workspace`),
      log: test.log,
      clock: test.clock,
      ids: test.ids,
      digest: test.digest,
      mailer,
      verificationEnforced: config.ENFORCE_EMAIL_VERIFICATION,
      social: socialAppsOf(config),
    }),
    readiness: [],
    rateLimits: memoryRateLimits(),
    canaries: { cameRound: async () => {} },
    parked: r2ParkedMessages({} as R2Bucket, {}),
    secrets: systemSecrets,
    drainQueue: { drain: async () => {} },
    pollQueue: { send: async () => {} },
    providerHttp: () => Promise.reject(ProviderUnavailable({ detail: 'No providers in this test' })),
    integrationTokens: { tokenOf: () => Promise.reject(new Error('No credentials in this test')) },
    endpointCopies: { get: async () => null, put: async () => {}, delete: async () => {} },
  }
  const upgrades: { sessionId: string; request: Request }[] = []
  const bounds: Record<string, unknown>[] = []
  const app = createApp((_env, bound) => {
    bounds.push(bound)
    return platform
  })
  const env = { SESSION: recordingObjects(upgrades) } as unknown as Env
  const request = (path: string, init?: RequestInit) => app.request(`https://api.test${path}`, init, env)
  /** A new person with a role in somebody else's organization; sends that organization's header by itself. */
  const memberOf = async (owner: SignedIn, role: Role): Promise<SignedIn> => {
    const person = await signUp(request, `A ${role}`)
    await addMember(test.db, { organizationId: owner.organizationId, userId: person.userId, role })
    const bearer = { ...person.bearer, 'x-organization-id': owner.organizationId }
    return { ...person, organizationId: owner.organizationId, bearer }
  }
  return { app, platform, test, request, bounds, upgrades, memberOf, signUp: (name?: string) => signUp(request, name) }
}

const CONFIG = Variables.parse({
  ENVIRONMENT: 'test',
  APP_URL: APP_ORIGIN,
  PLATFORM_URL: 'https://api.test',
  DATABASE_URL: 'postgres://unused',
  ENCRYPTION_KEY: btoa('\u0007'.repeat(32)),
  SERVICE_TOKEN: 'service-token-of-the-test-suite-0123456789',
  AUTH_SECRET: 'auth-secret-of-the-test-suite-0123456789',
})

/** Objects that keep the upgrades forwarded to them; Node cannot make the 101 that a runtime answers. */
function recordingObjects(upgrades: { sessionId: string; request: Request }[]) {
  return {
    getByName: (sessionId: string) => ({
      fetch: (url: string, init: RequestInit) => {
        upgrades.push({ sessionId, request: new Request(url, init) })
        return Promise.resolve(new Response(null, { status: 204 }))
      },
    }),
  }
}

/** A request with a JSON body. */
export const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})
