import { sql } from 'drizzle-orm'
import type { SandboxProvider } from '#domain/sandboxes'
import { type Database, queryRows } from '#kernel/database'

/** One thing the Worker cannot do its work without; `ask` resolves when it answers. */
export interface ReadinessCheck {
  name: string
  ask(): Promise<unknown>
}

/** A name that is never stored: asking for it proves that the store answers. */
const NOBODY = 'readyz'

export function readinessChecks(world: {
  db: Database
  endpointCopies: Pick<KVNamespace, 'get'>
  blobs: Pick<R2Bucket, 'head'>
  sandboxes: Pick<SandboxProvider, 'health'>
}): ReadinessCheck[] {
  return [
    { name: 'database', ask: () => queryRows(world.db, sql`select 1 as one`) },
    { name: 'endpoint copies', ask: () => world.endpointCopies.get(NOBODY) },
    { name: 'blobs', ask: () => world.blobs.head(NOBODY) },
    { name: 'sandbox provider', ask: () => world.sandboxes.health() },
  ]
}
