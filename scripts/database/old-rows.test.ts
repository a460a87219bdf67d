import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { databaseUrl, dropDatabase, ensureDatabase, migrateDatabase } from './migrate.ts'

// What a migration does with rows that an older version wrote.

const MIGRATIONS = path.join(import.meta.dirname, '../../migrations')
const DATABASE = `old_rows_${process.pid}`

let folder: string
let client: pg.Client
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'old-rows-test-'))
  client = new pg.Client({ connectionString: await ensureDatabase(inject('adminUrl'), DATABASE) })
  await client.connect()
})
afterAll(async () => {
  await client?.end()
  await dropDatabase(inject('adminUrl'), DATABASE)
  await rm(folder, { recursive: true, force: true })
})

/** The migrations as they were when `last` was the youngest. */
async function migrationsUntil(last: string): Promise<string> {
  const until = path.join(folder, last)
  await cp(MIGRATIONS, until, { recursive: true })
  const file = path.join(until, 'meta/_journal.json')
  const journal = JSON.parse(await readFile(file, 'utf8')) as { entries: { tag: string }[] }
  const entries = journal.entries.slice(0, journal.entries.findIndex(({ tag }) => tag === last) + 1)
  expect(entries.length, `${last} is a migration`).toBeGreaterThan(0)
  await writeFile(file, JSON.stringify({ ...journal, entries }))
  return until
}

test('migrating takes away stored id tokens and nothing else of an account, and lets held deliveries be free in time', async () => {
  const url = databaseUrl(inject('adminUrl'), DATABASE)
  await migrateDatabase(url, await migrationsUntil('0004_follow_polling_triggers'))
  await client.query(`
    insert into users (id, name, email) values ('u', 'Ada', 'ada@example.com');
    insert into accounts (id, user_id, provider_id, account_id, access_token, id_token)
      values ('a', 'u', 'google', 'g-1', 'sealed', 'of.the.person');
    insert into webhook_inbox (id, source, provider, delivery_id, event_type, trace_id, status, received_at, claimed_at)
      values ('00000000-0000-7000-8000-000000000001', 's', 'github', 'd-1', 'ping', 't', 'processing',
        '2026-11-21T10:00:00Z', '2026-11-21T10:01:00Z')`)
  await migrateDatabase(url)
  const accounts = await client.query('select id, access_token, id_token from accounts')
  expect(accounts.rows).toEqual([{ id: 'a', access_token: 'sealed', id_token: null }])
  const held = await client.query('select status, next_attempt_at from webhook_inbox')
  expect(held.rows).toEqual([{ status: 'processing', next_attempt_at: new Date('2026-11-21T10:06:00Z') }])
})
