import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { NeonDbError, Pool, neon, neonConfig } from '@neondatabase/serverless'
import type { PoolClient } from '@neondatabase/serverless'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { databaseUrl, ensureDatabase } from './migrate.ts'
import { startNeonEndpoint } from './neon-endpoint.ts'
import type { NeonEndpoint } from './neon-endpoint.ts'
import { startPostgres } from './postgres.ts'
import type { RunningPostgres } from './postgres.ts'

let dataDirectory: string
let postgres: RunningPostgres
let endpoint: NeonEndpoint
let url: string
/** The driver's settings are global: test files that share a process get them back as they were. */
const before: Partial<ReturnType<typeof neonSettings>> = {}

function neonSettings() {
  const { fetchEndpoint, wsProxy, useSecureWebSocket, pipelineTLS, webSocketConstructor } = neonConfig
  return { fetchEndpoint, wsProxy, useSecureWebSocket, pipelineTLS, webSocketConstructor }
}

beforeAll(async () => {
  dataDirectory = await mkdtemp(path.join(tmpdir(), 'neon-endpoint-test-'))
  postgres = await startPostgres({ dataDirectory, persistent: false })
  url = await ensureDatabase(postgres.url, 'shop')
  endpoint = await startNeonEndpoint({ postgresUrl: postgres.url })
  Object.assign(before, neonSettings())
  neonConfig.fetchEndpoint = `http://${endpoint.host}/sql`
  neonConfig.wsProxy = `${endpoint.host}/v2`
  neonConfig.useSecureWebSocket = false
  neonConfig.pipelineTLS = false
  neonConfig.webSocketConstructor = WebSocket
})
beforeEach(async () => {
  await neon(url).query('drop table if exists jobs')
  await neon(url).query('create table jobs (id int primary key, state text not null)')
})
afterAll(async () => {
  Object.assign(neonConfig, before)
  await endpoint?.stop()
  await postgres?.stop()
  await rm(dataDirectory, { recursive: true, force: true })
})

/** Sessions over the WebSocket. Errors of idle ones are expected when the server is stopped on purpose. */
function openPool(database = url) {
  const pool = new Pool({ connectionString: database, max: 4 })
  pool.on('error', () => undefined)
  return pool
}

test('one statement over HTTP gives typed rows', async () => {
  const sql = neon(url)
  const [row] = await sql`select ${41}::int + 1 as n, ${'{"a":[1]}'}::jsonb as j, array['x','y'] as list,
    timestamptz '2026-01-02T03:04:05Z' as at, 9007199254740993::int8 as big, null as nothing`
  // An instant comes as a Date, or as text once the ORM was loaded in this process: it sets the driver's parsers for all.
  expect({ ...row, at: new Date(String(row?.['at'])) }).toEqual({
    n: 42,
    j: { a: [1] },
    list: ['x', 'y'],
    at: new Date('2026-01-02T03:04:05Z'),
    big: '9007199254740993',
    nothing: null,
  })
})

test('the connection string chooses the database', async () => {
  const name = 'select current_database() as name'
  expect(await neon(url).query(name)).toEqual([{ name: 'shop' }])
  expect(await neon(postgres.url).query(name)).toEqual([{ name: 'postgres' }])
  const pool = openPool()
  expect((await pool.query(name)).rows).toEqual([{ name: 'shop' }])
  await pool.end()
})

test('a batch is one transaction: its error undoes the statements before it', async () => {
  const sql = neon(url)
  const batch = sql.transaction([sql`insert into jobs values (1, 'queued')`, sql`insert into jobs values (1, 'again')`])
  await expect(batch).rejects.toMatchObject({ code: '23505', constraint: 'jobs_pkey' })
  expect(await sql`select * from jobs`).toEqual([])
  const [, rows] = await sql.transaction([sql`insert into jobs values (1, 'queued')`, sql`select * from jobs`])
  expect(rows).toEqual([{ id: 1, state: 'queued' }])
})

test('a batch runs at the isolation level and access mode that were asked for', async () => {
  const sql = neon(url)
  const options = { isolationLevel: 'Serializable', readOnly: true } as const
  const [[level]] = (await sql.transaction([sql`show transaction_isolation`], options)) as [[unknown]]
  expect(level).toEqual({ transaction_isolation: 'serializable' })
  const write = sql.transaction([sql`insert into jobs values (1, 'queued')`], options)
  await expect(write).rejects.toMatchObject({ code: '25006' })
})

test('a refused statement is a NeonDbError with PostgreSQL\'s code', async () => {
  const failure = await neon(url)`select * from missing`.catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(NeonDbError)
  expect(failure).toMatchObject({ code: '42P01', severity: 'ERROR', position: '15' })
})

test('a missing database is refused with its code, over HTTP and over the WebSocket', async () => {
  const missing = databaseUrl(postgres.url, 'nowhere')
  await expect(neon(missing)`select 1`).rejects.toMatchObject({ code: '3D000' })
  const pool = openPool(missing)
  await expect(pool.query('select 1')).rejects.toMatchObject({ code: '3D000' })
  await pool.end()
})

test('a transaction over the WebSocket commits, and rolls back', async () => {
  const pool = openPool()
  const client = await pool.connect()
  await client.query('begin')
  await client.query('insert into jobs values ($1, $2)', [1, 'kept'])
  await client.query('commit')
  await client.query('begin')
  await client.query('insert into jobs values ($1, $2)', [2, 'undone'])
  await client.query('rollback')
  expect((await client.query('select * from jobs')).rows).toEqual([{ id: 1, state: 'kept' }])
  client.release()
  await pool.end()
})

test('two sessions hold their own locks: FOR UPDATE SKIP LOCKED gives each another row', async () => {
  await neon(url)`insert into jobs values (1, 'queued'), (2, 'queued')`
  const pool = openPool()
  const [one, other] = [await pool.connect(), await pool.connect()]
  const claim = `select id from jobs where state = 'queued' order by id limit 1 for update skip locked`
  await one.query('begin')
  await other.query('begin')
  expect((await one.query(claim)).rows).toEqual([{ id: 1 }])
  expect((await other.query(claim)).rows).toEqual([{ id: 2 }])
  await one.query('rollback')
  await other.query('rollback')
  one.release()
  other.release()
  await pool.end()
})

test('a session that ends in a transaction leaves neither its lock nor its settings to the next one', async () => {
  await neon(url)`insert into jobs values (1, 'queued')`
  const pids = new Set<number>()
  for (let round = 0; round < 5; round += 1) {
    const pool = openPool()
    const client = await pool.connect()
    const { rows } = await client.query<{ pid: number; zone: string }>(
      `select pg_backend_pid() as pid, current_setting('timezone') as zone`,
    )
    expect(rows[0]?.zone).toBe('UTC')
    pids.add(rows[0]?.pid ?? 0)
    await client.query(`set timezone = 'Asia/Tokyo'`)
    await client.query('begin')
    await client.query('update jobs set state = $1 where id = 1', [`round ${round}`])
    client.release(true)
    await pool.end()
    await expect.poll(() => neon(url)`select state from jobs for update nowait`.catch(() => 'locked')).toEqual([
      { state: 'queued' },
    ])
  }
  expect(pids.size, 'backends are used again').toBeLessThan(5)
})

test('a session cut off while its answers are still coming does not spoil the next one', async () => {
  for (let round = 0; round < 10; round += 1) {
    const pool = openPool()
    const client = await pool.connect()
    client.on('error', () => undefined)
    const cut = client.query('select g, repeat($1, 200) from generate_series(1, 20000) g', ['x']).catch(() => 'cut')
    await sleep(round)
    cutOff(client)
    await cut
    const next = openPool()
    const answer = `round ${round}`
    expect((await next.query('select $1::text as answer', [answer])).rows).toEqual([{ answer }])
    await next.end()
  }
})

/** Drops the WebSocket without the farewell the protocol asks for. */
function cutOff(client: PoolClient) {
  const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection
  stream.destroy()
}

test('forty concurrent transactions over the WebSocket all come out right', async () => {
  await neon(url)`insert into jobs values (1, '0')`
  const add = async () => {
    const pool = new Pool({ connectionString: url, max: 1 })
    const client = await pool.connect()
    await client.query('begin')
    const { rows } = await client.query<{ state: string }>('select state from jobs where id = $1 for update', [1])
    await client.query('update jobs set state = $1 where id = 1', [String(Number(rows[0]?.state) + 1)])
    await client.query('commit')
    client.release()
    await pool.end()
  }
  await Promise.all(Array.from({ length: 40 }, add))
  expect(await neon(url)`select state from jobs`).toEqual([{ state: '40' }])
})

test('while PostgreSQL is down every request gets an answer, and after it is back they work again', async () => {
  const session = openPool()
  await session.query('select 1')
  await neon(url)`select 1`
  await postgres.stop()

  await expect(neon(url)`select 1`).rejects.toThrow(/HTTP status 503.*message/)
  const cold = openPool()
  await expect(cold.query('select 1')).rejects.toThrow()
  expect((await fetch(`http://${endpoint.host}/health`)).status).toBe(200)

  postgres = await startPostgres({ dataDirectory, persistent: false, port: postgres.port })
  expect(await neon(url)`select 1 as one`).toEqual([{ one: 1 }])
  expect((await session.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await Promise.all([session.end(), cold.end()])
})

test('a statement under way when PostgreSQL goes down is answered 503', async () => {
  const slow = neon(url)`select pg_sleep(30)`.catch((error: unknown) => error)
  const admin = new pg.Client({ connectionString: postgres.url })
  await admin.connect()
  const isRunning = async () =>
    (await admin.query(`select 1 from pg_stat_activity where query like 'select pg_sleep%'`)).rowCount
  await expect.poll(isRunning).toBe(1)
  await admin.end()
  await postgres.stop()
  expect(String(await slow)).toMatch(/HTTP status 503.*57P01/)
  postgres = await startPostgres({ dataDirectory, persistent: false, port: postgres.port })
})

test('a WebSocket client that does not speak the protocol is dropped, others go on', async () => {
  for (const nonsense of [Buffer.alloc(64), Buffer.from('hello there, how are you?'), Buffer.alloc(5)]) {
    const client = new WebSocket(`ws://${endpoint.host}/v2`)
    await new Promise((resolve) => client.once('open', resolve))
    client.send(nonsense)
    client.close()
    await new Promise((resolve) => client.once('close', resolve))
  }
  const pool = openPool()
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  await pool.end()
})

test('malformed requests, and web pages, are refused', async () => {
  const post = (body: string, headers: Record<string, string>) =>
    fetch(`http://${endpoint.host}/sql`, { method: 'POST', body, headers })
  expect((await post('{"query":"select 1"}', {})).status, 'no connection string').toBe(400)
  expect((await post('not json', { 'neon-connection-string': url })).status).toBe(400)
  expect((await post('{"sql":"select 1"}', { 'neon-connection-string': url })).status).toBe(400)
  expect((await post('{"query":"select 1"}', { 'neon-connection-string': 'nonsense' })).status).toBe(400)
  expect((await fetch(`http://${endpoint.host}/elsewhere`)).status).toBe(404)

  const page = new WebSocket(`ws://${endpoint.host}/v2`, { origin: 'https://example.com' })
  const failure = await new Promise((resolve) => page.once('error', resolve))
  expect(failure).toBeInstanceOf(Error)
})
