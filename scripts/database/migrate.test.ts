import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cloneDatabase, createTemplate, databaseUrl, dropDatabase, ensureDatabase, migrateDatabase } from './migrate.ts'
import { startPostgres } from './postgres.ts'
import type { RunningPostgres } from './postgres.ts'

let folder: string
let migrations: string
let postgres: RunningPostgres

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'migrate-test-'))
  migrations = path.join(folder, 'migrations')
  await mkdir(path.join(migrations, 'meta'), { recursive: true })
  await writeFile(path.join(migrations, '0000_first.sql'), 'create table things (id int primary key);')
  const entries = [{ idx: 0, version: '7', when: 1_750_000_000_000, tag: '0000_first', breakpoints: true }]
  const journal = JSON.stringify({ version: '7', dialect: 'postgresql', entries })
  await writeFile(path.join(migrations, 'meta/_journal.json'), journal)
  postgres = await startPostgres({ dataDirectory: path.join(folder, 'data'), persistent: false })
})
afterAll(async () => {
  await postgres?.stop()
  await rm(folder, { recursive: true, force: true })
})

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

test('migrating twice, and at the same time, applies each migration once', async () => {
  const url = await ensureDatabase(postgres.url, 'product')
  expect(await ensureDatabase(postgres.url, 'product')).toBe(url)
  await Promise.all([migrateDatabase(url, migrations), migrateDatabase(url, migrations)])
  await migrateDatabase(url, migrations)
  expect(await query(url, 'select count(*)::int as n from drizzle.__drizzle_migrations')).toEqual([{ n: 1 }])
  expect(await query(url, 'select * from things')).toEqual([])
})

test('clones of a template are migrated and strangers to each other', async () => {
  const template = await createTemplate(postgres.url, migrations)
  const [one, other] = await Promise.all([
    cloneDatabase(postgres.url, { template, name: 'clone "one"' }),
    cloneDatabase(postgres.url, { template, name: 'clone_other' }),
  ])
  await query(one, 'insert into things values (1)')
  expect(await query(other, 'select * from things')).toEqual([])

  await dropDatabase(postgres.url, 'clone "one"')
  await dropDatabase(postgres.url, 'clone "one"')
  await expect(query(databaseUrl(postgres.url, 'clone "one"'), 'select 1')).rejects.toMatchObject({ code: '3D000' })
})
