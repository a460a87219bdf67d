import type { IntegrationTokens, ProviderHttp } from '#domain/integrations'
import type { ModelGateway } from '#domain/llm'
import type { SandboxProvider } from '#domain/sandboxes'
import type { AccessSettings, LiveSessions, Mailer, RateLimits } from '#domain/identity'
import { liveSessionsOf, type SessionObjects, type SessionQuota } from '#domain/sessions'
import type { EffectQueue, RunQueue } from '#domain/automations'
import type { DrainQueue, EndpointCopies, PollQueue, SecretSource } from '#domain/triggers'
import type { Log } from '#kernel/log'
import type { Kernel } from '#kernel/needs'
import type { Blobs, Digest, Vault } from '#kernel/ports'
import type { KeptMail } from '#schema/contracts/identity'
import { inBackground } from './cloudflare/background.ts'
import { r2Blobs } from './cloudflare/blobs.ts'
import { kvEndpointCopies } from './cloudflare/endpoint-copies.ts'
import { type ParkedMessages, r2ParkedMessages } from './cloudflare/parked-messages.ts'
import { rememberedCopies } from './cloudflare/remembered-copies.ts'
import { drainQueue, effectQueue, pollQueue, runQueue } from './cloudflare/queues.ts'
import { cloudflareRateLimits, rateLimiterPing } from './cloudflare/rate-limits.ts'
import { durableSessionObjects } from './cloudflare/session-objects.ts'
import { durableSessionQuota } from './cloudflare/session-quota.ts'
import { systemDigest } from './crypto/digest.ts'
import { systemSecrets } from './crypto/secrets.ts'
import { aesVault } from './crypto/vault.ts'
import { type Config, configOf, type Env } from './env.ts'
import { type AuthSettings, betterAuthIdentity, type Identity } from './identity/identity.ts'
import { accessSettingsOf, socialAppsOf } from './identity/settings.ts'
import { configuredModels } from './llm/models.ts'
import { structuredLog } from './log.ts'
import { configuredMailer } from './mail/configured.ts'
import { listKeptMails } from './mail/kept-mails.store.ts'
import { openDatabase } from './postgres/neon.ts'
import { providerHttp } from './providers/http.ts'
import { integrationTokens } from './providers/tokens.ts'
import { NOBODY, type ReadinessCheck, readinessChecks } from './readiness.ts'
import { localSandboxes } from './sandboxes/local.ts'
import { answerCanary } from './readiness/canaries.store.ts'
import { otlpTelemetry, readHeaders } from './telemetry/otlp.ts'
import { noTelemetry, type Telemetry } from '#kernel/telemetry'
import { systemClock, systemIds } from './system.ts'

/** Everything the product needs of the world; use cases take the part they ask for. */
export interface Platform extends Kernel {
  config: Config
  digest: Digest
  vault: Vault
  secrets: SecretSource
  blobs: Blobs
  endpointCopies: EndpointCopies
  drainQueue: DrainQueue
  pollQueue: PollQueue
  /** How modules reach their providers. */
  providerHttp: ProviderHttp
  integrationTokens: IntegrationTokens
  runQueue: RunQueue
  effectQueue: EffectQueue
  sandboxes: SandboxProvider
  sessionObjects: SessionObjects
  sessionQuota: SessionQuota
  rateLimits: RateLimits
  models: ModelGateway
  identity: Identity
  access: AccessSettings
  mailer: Mailer
  liveSessions: LiveSessions
  /** What the mailbox of development kept, newest first. */
  keptMails: () => Promise<KeptMail[]>
  /** What has to answer for the Worker to do its work. */
  readiness: ReadinessCheck[]
  /** Where the consumers of queues tell that a canary of /readyz came round. */
  canaries: { cameRound(canary: { queue: string; sentAt: Date }): Promise<void> }
  /** What the dead letter queues gave up on. */
  parked: ParkedMessages
  /** What this invocation did, for the observability backend; flushed by whoever opened the platform. */
  telemetry: Telemetry
}

/**
 * The composition root: the one place where ports meet vendors. Cheap enough to open per request, message or alarm.
 * `bound` fields stand in every log line.
 */
export function openPlatform(env: Env, bound: Record<string, unknown> = {}): Platform {
  const config = configOf(env)
  const db = openDatabase(config.DATABASE_URL, config.NEON_LOCAL)
  const telemetry = telemetryOf(config)
  const log = structuredLog(bound, { level: config.LOG_LEVEL, telemetry })
  const sandboxes = localSandboxes({ url: config.SANDBOX_HOST_URL ?? '', token: config.SANDBOX_HOST_TOKEN ?? '' })
  const http = providerHttp({ clock: systemClock })
  const vault = aesVault(config.ENCRYPTION_KEY)
  const mailer = configuredMailer(config, { db, ids: systemIds, clock: systemClock, log }, env.EMAIL)
  const sessionObjects = durableSessionObjects(env.SESSION)
  return {
    config,
    db,
    clock: systemClock,
    ids: systemIds,
    log,
    digest: systemDigest,
    vault,
    providerHttp: http,
    integrationTokens: integrationTokens({ vault, http, nango: nangoOf(config) }),
    secrets: systemSecrets,
    blobs: r2Blobs(env.BLOBS),
    endpointCopies: rememberedCopies(kvEndpointCopies(env.ENDPOINTS), env.ENDPOINTS, Date.now),
    ...queuesOf(env),
    sandboxes,
    sessionObjects,
    sessionQuota: durableSessionQuota(env.ORGANIZATION, {
      limits: { concurrent: config.SESSIONS_CONCURRENT, perDay: config.SESSIONS_PER_DAY },
      clock: systemClock,
    }),
    rateLimits: cloudflareRateLimits({
      bindings: { address: env.RATE_ADDRESS, user: env.RATE_USER, organization: env.RATE_ORGANIZATION },
      counters: env.RATE_LIMITER,
      apiKeyLimit: config.API_KEY_REQUESTS_PER_MINUTE,
      log,
    }),
    models: configuredModels(config),
    identity: betterAuthIdentity(db, authSettings(config, { log, mailer })),
    access: accessSettingsOf(config),
    mailer,
    liveSessions: liveSessionsOf({ db, log, sessionObjects }),
    keptMails: () => listKeptMails(db),
    readiness: readinessChecks({
      db,
      clock: systemClock,
      endpointCopies: env.ENDPOINTS,
      blobs: env.BLOBS,
      sandboxes,
      queues: queuesByName(env),
      objects: {
        Session: pingOf(env.SESSION),
        Organization: pingOf(env.ORGANIZATION),
        RateLimiter: rateLimiterPing(env.RATE_LIMITER),
      },
    }),
    parked: r2ParkedMessages(env.BLOBS, queuesByName(env)),
    canaries: { cameRound: (canary) => answerCanary(db, { ...canary, now: systemClock.now() }) },
    telemetry,
  }
}

function authSettings(config: Config, { log, mailer }: { log: Log; mailer: Mailer }): AuthSettings {
  const isDemoOwner = (email: string) => config.ENVIRONMENT === 'development' && email === config.DEV_OWNER_EMAIL
  return {
    secret: config.AUTH_SECRET,
    appUrl: config.APP_URL,
    limited: config.ENVIRONMENT === 'production',
    organizationNameOf: ({ name, email }) => (isDemoOwner(email) ? 'Demo' : `${name}'s Workspace`),
    log,
    clock: systemClock,
    ids: systemIds,
    digest: systemDigest,
    mailer,
    verificationEnforced: config.ENFORCE_EMAIL_VERIFICATION,
    social: socialAppsOf(config),
    background: config.ENVIRONMENT === 'production' ? inBackground : undefined,
  }
}

const queuesOf = (env: Env) => ({
  drainQueue: drainQueue(env.DRAINS),
  pollQueue: pollQueue(env.POLLS),
  runQueue: runQueue(env.RUNS),
  effectQueue: effectQueue(env.EFFECTS),
})

const queuesByName = (env: Env) => ({
  deliveries: env.DELIVERIES,
  drains: env.DRAINS,
  polls: env.POLLS,
  runs: env.RUNS,
  effects: env.EFFECTS,
})

const nangoOf = ({ NANGO_URL, NANGO_SECRET_KEY }: Config) =>
  NANGO_SECRET_KEY === undefined ? undefined : { url: NANGO_URL, secretKey: NANGO_SECRET_KEY }

function telemetryOf(config: Config): Telemetry {
  if (config.OTLP_ENDPOINT === undefined) return noTelemetry
  return otlpTelemetry({
    endpoint: config.OTLP_ENDPOINT,
    headers: readHeaders(config.OTLP_HEADERS),
    resource: { 'service.name': 'proliferate-edge', 'deployment.environment.name': config.ENVIRONMENT },
  })
}

/** An object of a class that belongs to nobody: that it answers shows that the class is deployed and can be reached. */
const pingOf = (namespace: DurableObjectNamespace) => ({
  ping: () => (namespace.getByName(NOBODY) as unknown as { ping(): Promise<unknown> }).ping(),
})
