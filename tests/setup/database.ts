import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { createTemplate } from '../../scripts/database/migrate.ts'
import { startNeonEndpoint } from '../../scripts/database/neon-endpoint.ts'
import { startPostgres } from '../../scripts/database/postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** host:port of the endpoint that speaks the Neon protocol in front of the test server. */
    neonHost: string
    /** Connection string of the test server's superuser. */
    adminUrl: string
    /** The migrated, empty database that test files copy. */
    databaseTemplate: string
  }
}

/**
 * One real PostgreSQL per run, in a folder that is thrown away: every test file copies the migrated template, so
 * files cannot see each other's rows and run in any order.
 */
export default async function startTestDatabase(project: TestProject): Promise<() => Promise<void>> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'proliferate-test-'))
  // When PostgreSQL has to run under another account, that account must be able to walk through.
  await chmod(dataDirectory, 0o711)
  const postgres = await startPostgres({ dataDirectory, persistent: false })
  const endpoint = await startNeonEndpoint({ postgresUrl: postgres.url })
  const stop = async () => {
    await endpoint.stop()
    await postgres.stop()
    await rm(dataDirectory, { recursive: true, force: true })
  }
  try {
    project.provide('databaseTemplate', await createTemplate(postgres.url))
    project.provide('neonHost', endpoint.host)
    project.provide('adminUrl', postgres.url)
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}
