import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { findProcess } from '../process/process-table.ts'
import { startPostgres } from './postgres.ts'
import type { PostgresOptions, RunningPostgres } from './postgres.ts'

let dataDirectory: string
const running: RunningPostgres[] = []

beforeAll(async () => {
  dataDirectory = await mkdtemp(path.join(tmpdir(), 'postgres-test-'))
})
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
})
afterAll(() => rm(dataDirectory, { recursive: true, force: true }))

async function start(options: Partial<PostgresOptions> = {}) {
  const server = await startPostgres({ dataDirectory, persistent: false, ...options })
  running.push(server)
  return server
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 30_000 })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

async function waitUntilGone(pid: number) {
  for (let tries = 0; tries < 600 && (await findProcess(pid)); tries += 1) await sleep(50)
  return (await findProcess(pid)) === null
}

async function postmasterPid() {
  return Number.parseInt(await readFile(path.join(dataDirectory, 'cluster/postmaster.pid'), 'utf8'), 10)
}

test('what was written is there after a stop and a second start', async () => {
  const first = await start({ persistent: true })
  await query(first.url, `create table kept as select 'yes' as answer`)
  await first.stop()
  await first.ended
  const second = await start({ persistent: true })
  expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 'yes' }])
})

test('stopping disconnects whoever is in a transaction and leaves no process', async () => {
  const server = await start()
  const pid = await postmasterPid()
  const client = new pg.Client({ connectionString: server.url })
  client.on('error', () => undefined)
  await client.connect()
  await client.query('begin')
  await server.stop()
  expect(await findProcess(pid)).toBeNull()
})

test('a second start on a folder in use names the process that has it', async () => {
  await start()
  await expect(start()).rejects.toThrow(new RegExp(`already running.*pid ${process.pid}`))
})

test('a busy port is refused with the process that has it and the variable that changes it', async () => {
  const squatter = createServer().listen(0, '127.0.0.1')
  await once(squatter, 'listening')
  const { port } = squatter.address() as AddressInfo
  try {
    const busy = start({ port, portVariable: 'DATABASE_PORT' })
    await expect(busy).rejects.toThrow(new RegExp(`Port ${port}.*pid ${process.pid}.*DATABASE_PORT`))
  } finally {
    squatter.close()
  }
})

test('a postmaster.pid whose process is gone, or is another program by now, does not stop the start', async () => {
  await (await start()).stop()
  const pidFile = path.join(dataDirectory, 'cluster/postmaster.pid')
  for (const pid of [2 ** 22 + 1, process.pid]) {
    await writeFile(pidFile, `${pid}\n${path.dirname(pidFile)}\n`)
    const server = await start()
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
  }
})

test('the server ends when the Node process that started it is killed', async () => {
  const owner = await startInAnotherProcess()
  const pid = await postmasterPid()
  expect(await findProcess(pid)).not.toBeNull()
  owner.kill('SIGKILL')
  expect(await waitUntilGone(pid)).toBe(true)
})

test('a server that survived the death of its owner is stopped by the next start', async () => {
  const owner = await startInAnotherProcess()
  const orphan = await postmasterPid()
  // Frozen, it cannot follow the request to end, as if its watcher had been killed too.
  process.kill(orphan, 'SIGSTOP')
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  setTimeout(() => process.kill(orphan, 'SIGCONT'), 300)
  const server = await start()
  expect(await postmasterPid()).not.toBe(orphan)
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

async function startInAnotherProcess() {
  const module = path.join(import.meta.dirname, 'postgres.ts')
  const program = `
    const { startPostgres } = await import(${JSON.stringify(module)})
    await startPostgres({ dataDirectory: ${JSON.stringify(dataDirectory)}, persistent: false })
    process.stdout.write('ready')
    setInterval(() => {}, 1000)`
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit']
  const owner = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio })
  await once(owner.stdout, 'data')
  return owner
}
