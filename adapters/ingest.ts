import { endpointReader, type DeliveryQueue, type EndpointReader } from '#domain/triggers'
import type { Kernel } from '#kernel/needs'
import type { Blobs, Digest, Vault } from '#kernel/ports'
import { r2Blobs } from './cloudflare/blobs.ts'
import { kvEndpointCopies } from './cloudflare/endpoint-copies.ts'
import { rememberedCopies } from './cloudflare/remembered-copies.ts'
import { systemDigest } from './crypto/digest.ts'
import { aesVault } from './crypto/vault.ts'
import { type Config, configOf, type Env } from './env.ts'
import { openDatabase } from './postgres/neon.ts'
import { structuredLog } from './log.ts'
import { systemClock, systemIds } from './system.ts'

/** Senders give up after about ten seconds; each step leaves time for an answer that says "try again". */
const COPY_MS = 1_500
const DATABASE_MS = 4_000
const BLOB_MS = 8_000
const QUEUE_MS = 4_000

/** All that the webhook edge may hold: it can look up an endpoint, store bytes and send a message, and reach nobody. */
export interface Ingest extends Pick<Kernel, 'clock' | 'ids' | 'log'> {
  endpoints: EndpointReader
  digest: Digest
  vault: Vault
  blobs: Blobs
  deliveries: DeliveryQueue
  appSecrets: Readonly<Record<string, string | undefined>>
}

/** Opens it for one request; `bound` fields stand in every log line. */
export function openIngest(env: Env, bound: Record<string, unknown>): Ingest {
  const config = configOf(env)
  return {
    clock: systemClock,
    ids: systemIds,
    log: structuredLog(bound, { level: config.LOG_LEVEL }),
    digest: systemDigest,
    vault: aesVault(config.ENCRYPTION_KEY),
    endpoints: timedReader(
      endpointReader({
        db: openDatabase(config.DATABASE_URL, config.NEON_LOCAL),
        endpointCopies: rememberedCopies(kvEndpointCopies(env.ENDPOINTS), env.ENDPOINTS, Date.now),
      }),
    ),
    blobs: timedBlobs(r2Blobs(env.BLOBS)),
    deliveries: {
      // v8 keeps the bytes bytes; as JSON they would not fit into a message.
      async send(message) {
        const taken = env.DELIVERIES.send(message, { contentType: 'v8' }).then(() => 'taken' as const)
        return soon(QUEUE_MS, taken, () => 'unanswered' as const)
      },
    },
    appSecrets: appSecretsOf(config),
  }
}

/** By provider; the broker stands among them. */
const appSecretsOf = (config: Config) => ({
  github: config.GITHUB_WEBHOOK_SECRET,
  linear: config.LINEAR_WEBHOOK_SECRET,
  sentry: config.SENTRY_WEBHOOK_SECRET,
  jira: config.JIRA_WEBHOOK_SECRET,
  slack: config.SLACK_SIGNING_SECRET,
  nango: config.NANGO_WEBHOOK_SECRET,
})

const timedReader = (reader: EndpointReader): EndpointReader => ({
  copied: (id) => within(COPY_MS, reader.copied(id), 'The copy of the endpoint'),
  stored: (id) => within(DATABASE_MS, reader.stored(id), 'The database'),
  keepCopy: (endpoint) => within(COPY_MS, reader.keepCopy(endpoint), 'The copy of the endpoint'),
})

const timedBlobs = (blobs: Blobs): Blobs => ({
  ...blobs,
  put: (...put) => within(BLOB_MS, blobs.put(...put), 'The blob storage'),
})

const within = <T>(milliseconds: number, work: Promise<T>, who: string): Promise<T> =>
  soon<T, never>(milliseconds, work, () => {
    throw new Error(`${who} did not answer within ${milliseconds} ms`)
  })

/** Bindings take no signal: a call that is late is left to itself, and its result is not waited for. */
async function soon<T, Late>(milliseconds: number, work: Promise<T>, late: () => Late): Promise<T | Late> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLate = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), milliseconds)
  })
  try {
    const first = await Promise.race([work.then((value) => ({ value })), tooLate])
    return first ? first.value : late()
  } finally {
    if (timer !== undefined) clearTimeout(timer)
  }
}
