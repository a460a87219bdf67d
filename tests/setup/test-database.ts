import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { cloneDatabase, dropDatabase } from '../../scripts/database/migrate.ts'

export interface TestDatabase {
  /** Connection string, for `openDatabase` and for any PostgreSQL client. */
  url: string
  /** host:port of the Neon endpoint through which our driver reaches it. */
  neonHost: string
  /** Throws out whoever is connected and removes the database. */
  drop(): Promise<void>
}

/**
 * A fresh, migrated database of its own, about 0.1 s after the call: once per test file, in `beforeAll`. What is
 * never dropped goes away with the server at the end of the run.
 */
export async function openTestDatabase(): Promise<TestDatabase> {
  const adminUrl = inject('adminUrl')
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const url = await cloneDatabase(adminUrl, { template: inject('databaseTemplate'), name })
  return { url, neonHost: inject('neonHost'), drop: () => dropDatabase(adminUrl, name) }
}
