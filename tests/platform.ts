import type { EffectQueue, RunQueue } from '#domain/automations'
import type { Clock } from '#kernel/clock'
import type { Ids } from '#kernel/ids'
import type { Log } from '#kernel/log'
import type { Kernel } from '#kernel/needs'
import type { Blobs, Digest, Vault } from '#kernel/ports'
import { systemDigest } from '../adapters/crypto/digest.ts'
import { aesVault } from '../adapters/crypto/vault.ts'
import { openDatabase } from '../adapters/postgres/neon.ts'
import { noTelemetry, type Telemetry } from '#kernel/telemetry'
import { uuidV7 } from '../adapters/system.ts'
import { memorySessionObjects, type MemorySessionObjects } from './fakes/session-objects.ts'
import { memorySessionQuota } from './fakes/session-quota.ts'
import { openTestDatabase } from './setup/test-database.ts'

export const TEST_MODEL_ID = 'scripted/agent'
const ENCRYPTION_KEY = btoa('\u0007'.repeat(32))

export interface TestPlatform extends Kernel {
  clock: ReturnType<typeof handMovedClock>
  log: ReturnType<typeof recordingLog>
  digest: Digest
  vault: Vault
  blobs: ReturnType<typeof memoryBlobs>
  runQueue: ReturnType<typeof recordingQueue<Parameters<RunQueue['send']>[0][number]>>
  effectQueue: ReturnType<typeof recordingQueue<Parameters<EffectQueue['send']>[0][number]>>
  sessionObjects: MemorySessionObjects
  sessionQuota: ReturnType<typeof memorySessionQuota>
  models: { defaultModelId: string }
  sandboxes: { name: 'local' }
  telemetry: Telemetry
  /** For tests that need a second connection, for example to hold a lock. */
  databaseUrl: string
  /** Drops the database; optional, since it goes away with the server. */
  close(): Promise<void>
}

/**
 * The world for a test: a real, migrated PostgreSQL of its own through the product's driver, and everything else in
 * memory. About 0.1 s: open it once per file in `beforeAll`, and give each test its own organization
 * (`seedOrganization`).
 */
export async function testPlatform(): Promise<TestPlatform> {
  const database = await openTestDatabase()
  return {
    db: openDatabase(database.url, database.neonHost),
    clock: handMovedClock(),
    ids: sequentialIds(),
    log: recordingLog(),
    digest: systemDigest,
    vault: aesVault(ENCRYPTION_KEY),
    blobs: memoryBlobs(),
    runQueue: recordingQueue(),
    effectQueue: recordingQueue(),
    sessionObjects: memorySessionObjects(),
    sessionQuota: memorySessionQuota(),
    models: { defaultModelId: TEST_MODEL_ID },
    sandboxes: { name: 'local' },
    telemetry: noTelemetry,
    databaseUrl: database.url,
    close: database.drop,
  }
}

/** Stands still until a test moves it. */
export function handMovedClock(start = '2026-06-01T12:00:00.000Z') {
  let now = new Date(start)
  return {
    now: () => new Date(now),
    advance: (milliseconds: number) => void (now = new Date(now.getTime() + milliseconds)),
  } satisfies Clock & { advance(milliseconds: number): void }
}

/** Valid UUIDv7 that count up, so that rows sort in the order in which they were made. */
export function sequentialIds(start = Date.UTC(2026, 5, 1)): Ids {
  let count = 0
  return {
    next: () => {
      count += 1
      const tail = Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, count >>> 24, count >>> 16, count >>> 8, count, 0, 0])
      return uuidV7(start + count, tail)
    },
  }
}

/** Says nothing and remembers everything. */
export function recordingLog() {
  const entries: { level: 'info' | 'warn' | 'error'; event: string; fields: Record<string, unknown> }[] = []
  const record = (level: 'info' | 'warn' | 'error') => (event: string, fields: Record<string, unknown> = {}) =>
    void entries.push({ level, event, fields })
  const log: Log = { info: record('info'), warn: record('warn'), error: record('error') }
  return { ...log, entries }
}

export function memoryBlobs() {
  const stored = new Map<string, { bytes: Uint8Array; contentType: string; organizationId: string }>()
  const blobs: Blobs = {
    async put(key, body, options) {
      const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : Uint8Array.from(body)
      stored.set(key, { bytes, ...options })
    },
    async get(key) {
      return stored.get(key)?.bytes ?? null
    },
    async delete(keys) {
      for (const key of keys) stored.delete(key)
    },
  }
  return { ...blobs, stored }
}

/** Keeps what was sent; `failing = true` makes it refuse, as a queue that is away does. */
export function recordingQueue<Message>() {
  const queue = {
    sent: [] as Message[],
    delays: [] as number[],
    failing: false,
    async send(messages: Message[], options: { delaySeconds?: number } = {}) {
      if (queue.failing) throw new Error('The queue is away')
      queue.sent.push(...messages)
      queue.delays.push(...messages.map(() => options.delaySeconds ?? 0))
    },
  }
  return queue
}
