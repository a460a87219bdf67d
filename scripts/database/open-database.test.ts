import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from './open-database.ts'
import { startPostgres } from './postgres.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'open-database-test-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Asks by plain HTTP, as the driver does. */
async function currentDatabase(endpoint: string | null, url: string): Promise<unknown> {
  const reply = await fetch(`http://${endpoint}/sql`, {
    method: 'POST',
    headers: { 'neon-connection-string': url },
    body: '{"query":"select current_database() as name"}',
  })
  return ((await reply.json()) as { rows: unknown[] }).rows[0]
}

test('without DATABASE_URL the embedded server has the product database behind the endpoint', async () => {
  const database = await openDatabase({ databaseUrl: '', dataDirectory: folder, persistent: true })
  expect(database.kind).toBe('embedded')
  expect(await currentDatabase(database.neonEndpoint, database.url)).toEqual({ name: 'proliferate' })
  await database.stop()
  await database.ended
})

test('another PostgreSQL of DATABASE_URL is put behind the endpoint and survives our stop', async () => {
  const theirs = await startPostgres({ dataDirectory: path.join(folder, 'theirs'), persistent: false })
  const database = await openDatabase({ databaseUrl: theirs.url, dataDirectory: folder, persistent: true })
  expect(database).toMatchObject({ kind: 'external', url: theirs.url })
  expect(await currentDatabase(database.neonEndpoint, database.url)).toEqual({ name: 'postgres' })
  await database.stop()
  const client = new pg.Client({ connectionString: theirs.url })
  await client.connect()
  await client.end()
  await theirs.stop()
})

test('Neon itself needs no endpoint', async () => {
  const databaseUrl = 'postgres://user:secret@ep-quiet-sun-123.eu-central-1.aws.neon.tech/main'
  const database = await openDatabase({ databaseUrl, dataDirectory: folder, persistent: true })
  expect(database).toMatchObject({ kind: 'neon', url: databaseUrl, neonEndpoint: null })
  await database.stop()
})
