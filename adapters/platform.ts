import type { ModelGateway } from '#domain/llm'
import type { SandboxProvider } from '#domain/sandboxes'
import type { SessionObjects } from '#domain/sessions'
import type { EffectQueue, RunQueue } from '#domain/automations'
import type { EndpointCopies, SecretSource } from '#domain/triggers'
import type { Kernel } from '#kernel/needs'
import type { Blobs, Digest, Vault } from '#kernel/ports'
import { r2Blobs } from './cloudflare/blobs.ts'
import { kvEndpointCopies } from './cloudflare/endpoint-copies.ts'
import { rememberedCopies } from './cloudflare/remembered-copies.ts'
import { effectQueue, runQueue } from './cloudflare/queues.ts'
import { durableSessionObjects } from './cloudflare/session-objects.ts'
import { systemDigest } from './crypto/digest.ts'
import { systemSecrets } from './crypto/secrets.ts'
import { aesVault } from './crypto/vault.ts'
import { type Config, configOf, type Env } from './env.ts'
import { type AuthSettings, betterAuthIdentity, type Identity } from './identity/identity.ts'
import { configuredModels } from './llm/models.ts'
import { openDatabase } from './postgres/neon.ts'
import { type ReadinessCheck, readinessChecks } from './readiness.ts'
import { localSandboxes } from './sandboxes/local.ts'
import { systemClock, systemIds, systemLog } from './system.ts'

/** Everything the product needs of the world; use cases take the part they ask for. */
export interface Platform extends Kernel {
  config: Config
  digest: Digest
  vault: Vault
  secrets: SecretSource
  blobs: Blobs
  endpointCopies: EndpointCopies
  runQueue: RunQueue
  effectQueue: EffectQueue
  sandboxes: SandboxProvider
  sessionObjects: SessionObjects
  models: ModelGateway
  identity: Identity
  /** What has to answer for the Worker to do its work. */
  readiness: ReadinessCheck[]
}

/**
 * The composition root: the one place where ports meet vendors. Cheap enough to open per request, message or alarm.
 * `bound` fields stand in every log line.
 */
export function openPlatform(env: Env, bound: Record<string, unknown> = {}): Platform {
  const config = configOf(env)
  const db = openDatabase(config.DATABASE_URL, config.NEON_LOCAL)
  const sandboxes = localSandboxes({ url: config.SANDBOX_HOST_URL ?? '', token: config.SANDBOX_HOST_TOKEN ?? '' })
  return {
    config,
    db,
    clock: systemClock,
    ids: systemIds,
    log: systemLog(bound),
    digest: systemDigest,
    vault: aesVault(config.ENCRYPTION_KEY),
    secrets: systemSecrets,
    blobs: r2Blobs(env.BLOBS),
    endpointCopies: rememberedCopies(kvEndpointCopies(env.ENDPOINTS), env.ENDPOINTS, Date.now),
    runQueue: runQueue(env.RUNS),
    effectQueue: effectQueue(env.EFFECTS),
    sandboxes,
    sessionObjects: durableSessionObjects(env.SESSION),
    models: configuredModels(config),
    identity: betterAuthIdentity(db, authSettings(config)),
    readiness: readinessChecks({ db, endpointCopies: env.ENDPOINTS, blobs: env.BLOBS, sandboxes }),
  }
}

function authSettings(config: Config): AuthSettings {
  const isDemoOwner = (email: string) => config.ENVIRONMENT === 'development' && email === config.DEV_OWNER_EMAIL
  return {
    secret: config.AUTH_SECRET,
    appUrl: config.APP_URL,
    limited: config.ENVIRONMENT === 'production',
    organizationNameOf: ({ name, email }) => (isDemoOwner(email) ? 'Demo' : `${name}'s Workspace`),
    log: systemLog(),
  }
}
