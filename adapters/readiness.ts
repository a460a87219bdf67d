import type { SandboxProvider } from '#domain/sandboxes'
import type { Clock } from '#kernel/clock'
import type { Database } from '#kernel/database'
import { MINUTE_MS, SECOND_MS } from '#kernel/durations'
import type { CanaryMessage } from '#schema/contracts/messages'
import journal from '../migrations/meta/_journal.json' with { type: 'json' }
import { lookAtCanary } from './readiness/canaries.store.ts'
import { lastMigrationAt } from './readiness/migrations.store.ts'

export interface Finding {
  ok: boolean
  /** For strangers too: nothing about the inside. */
  detail: string | null
}

/** One thing the Worker does its work with. `ask` throws, or says so, when it does not answer as it should. */
export interface ReadinessCheck {
  name: string
  /** Without it the Worker is not ready; otherwise it only works worse. */
  required: boolean
  ask(): Promise<Finding>
}

export interface ReadinessWorld {
  db: Database
  clock: Clock
  endpointCopies: Pick<KVNamespace, 'get'>
  blobs: Pick<R2Bucket, 'head'>
  sandboxes: Pick<SandboxProvider, 'health'>
  /** By name, as wrangler.toml calls them. */
  queues: Record<string, { send(message: CanaryMessage): Promise<unknown> }>
  /** One object of each class, by the name of the class. */
  objects: Record<string, { ping(): Promise<unknown> }>
}

/** A name that is never stored: asking for it proves that the store answers. */
export const NOBODY = 'readyz'

/** At most so often a canary is sent into each queue, however often somebody asks. */
const CANARY_EVERY_MS = MINUTE_MS
/** A canary that has not come round by then is late: consumers wait a second for a batch to fill, retries much longer. */
const CANARY_LATE_MS = 2 * MINUTE_MS

/** Requests pass when what counts them is away. */
const WORKS_WITHOUT = ['RateLimiter']

const FINE: Finding = { ok: true, detail: null }

/** What has to answer for the Worker to do its work (c2, Health). */
export function readinessChecks(world: ReadinessWorld): ReadinessCheck[] {
  const answers = (name: string, ask: () => Promise<unknown>, required = true): ReadinessCheck => ({
    name,
    required,
    ask: async () => {
      await ask()
      return FINE
    },
  })
  return [
    { name: 'database', required: true, ask: () => databaseFinding(world.db) },
    ...Object.keys(world.queues).map((queue) => ({
      name: `queue ${queue}`,
      required: true,
      ask: () => queueFinding(world, queue),
    })),
    ...Object.entries(world.objects).map(([name, object]) =>
      answers(`object ${name}`, () => object.ping(), !WORKS_WITHOUT.includes(name)),
    ),
    answers('blobs', () => world.blobs.head(NOBODY)),
    // Webhooks are looked up in the database when the copies do not answer.
    answers('endpoint copies', () => world.endpointCopies.get(NOBODY), false),
    answers('sandbox provider', () => world.sandboxes.health()),
  ]
}

/** Whether the database answers and has all the migrations this version of the Worker was built with. */
async function databaseFinding(db: Database): Promise<Finding> {
  const expected = journal.entries.at(-1)
  const appliedAt = (await lastMigrationAt(db)) ?? 0
  // A younger database is fine: migrations go out before the Worker that needs them.
  if (!expected || appliedAt > expected.when) return { ok: true, detail: 'migrated further than this version knows' }
  const applied = journal.entries.findLast(({ when }) => when <= appliedAt)?.tag ?? 'none'
  if (appliedAt === expected.when) return { ok: true, detail: `migration ${applied}` }
  return { ok: false, detail: `migration ${applied} is applied, ${expected.tag} is expected` }
}

/**
 * Whether what is put into a queue comes out again. The canary that was sent last time is looked at, and the next one
 * sent: nobody waits for a queue here.
 */
async function queueFinding({ db, clock, queues }: ReadinessWorld, queue: string): Promise<Finding> {
  const now = clock.now()
  const canary = await lookAtCanary(db, { queue, now, everyMs: CANARY_EVERY_MS })
  if (canary.due) await queues[queue]?.send({ v: 1, kind: 'canary', sentAt: now.toISOString() })
  const waitedMs = canary.waitingSince ? now.getTime() - canary.waitingSince.getTime() : 0
  if (waitedMs > CANARY_LATE_MS) return { ok: false, detail: `No canary has come back for ${seconds(waitedMs)} s` }
  if (canary.answeredAt === null) return { ok: true, detail: 'The first canary is on its way' }
  const ageMs = now.getTime() - canary.answeredAt.getTime()
  return { ok: true, detail: `Last canary ${seconds(ageMs)} s ago, round trip ${canary.roundTripMs ?? 0} ms` }
}

const seconds = (milliseconds: number) => Math.max(0, Math.round(milliseconds / SECOND_MS))
