import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
import pg from 'pg'

const MIGRATIONS = path.join(import.meta.dirname, '../../migrations')
const CONNECT_WITHIN_MS = 10_000
/** Any fixed number: two processes that migrate the same database take turns. */
const MIGRATION_LOCK = 7_310_022

/**
 * Brings a database up to date with the repository's migrations. Applied ones are skipped; calling it again is
 * harmless. `url` is any PostgreSQL connection string (the wire protocol over TCP, Neon's direct host included).
 */
export async function migrateDatabase(url: string, migrationsFolder = MIGRATIONS): Promise<void> {
  await withClient(url, async (client) => {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await migrate(drizzle(client), { migrationsFolder })
  })
}

/** Creates a database when it is not there yet. Returns its connection string. */
export async function ensureDatabase(adminUrl: string, name: string): Promise<string> {
  await withClient(adminUrl, async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [name])
    if (found.rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`)
  })
  return databaseUrl(adminUrl, name)
}

/**
 * Makes an empty migrated database to clone test databases from. Returns its name, which is new each time, so that
 * two test runs on one server do not meet.
 */
export async function createTemplate(adminUrl: string, migrationsFolder = MIGRATIONS): Promise<string> {
  const name = `template_${randomUUID().replaceAll('-', '')}`
  await withClient(adminUrl, (client) => client.query(`create database ${pg.escapeIdentifier(name)}`))
  await migrateDatabase(databaseUrl(adminUrl, name), migrationsFolder)
  return name
}

/** Copies the template (about 0.1 s) under a new name. Returns the connection string of the copy. */
export async function cloneDatabase(adminUrl: string, input: { template: string; name: string }): Promise<string> {
  const [name, template] = [pg.escapeIdentifier(input.name), pg.escapeIdentifier(input.template)]
  await withClient(adminUrl, (client) => client.query(`create database ${name} template ${template}`))
  return databaseUrl(adminUrl, input.name)
}

/** Removes a database and throws out whoever is still connected to it. A missing one is fine. */
export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  const database = pg.escapeIdentifier(name)
  await withClient(adminUrl, (client) => client.query(`drop database if exists ${database} with (force)`))
}

/** The same server, another database. */
export function databaseUrl(adminUrl: string, name: string): string {
  const url = new URL(adminUrl)
  url.pathname = `/${encodeURIComponent(name)}`
  return url.href
}

async function withClient(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_WITHIN_MS })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
