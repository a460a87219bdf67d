import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type HostProcess, startHostProcess } from '../../tests/fakes/sandbox-host-process.ts'
import { findMarkedProcesses, killMarkedProcesses, SANDBOX_MARK as MARK } from '../process/marked-processes.ts'
import { Sandboxes } from './sandboxes.ts'

let directory: string
const hosts: HostProcess[] = []
const ids: string[] = []

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'sandbox-host-test-'))
})
afterEach(async () => {
  for (const host of hosts.splice(0)) {
    host.child.kill('SIGKILL')
    await host.exited
  }
  for (const id of ids.splice(0)) await killMarkedProcesses(MARK, id)
  await rm(directory, { recursive: true, force: true })
})

async function start(options: Partial<Parameters<typeof startHostProcess>[0]> = {}): Promise<HostProcess> {
  const host = await startHostProcess({ directory, ...options })
  hosts.push(host)
  return host
}

async function create(host: HostProcess, name: string, env: Record<string, string> = {}, lifetimeSeconds = 600) {
  const reply = await host.call('POST', '/sandboxes', { name, env, lifetimeSeconds })
  if (reply.body.id) ids.push(reply.body.id)
  return reply
}

const living = (id: string) => findMarkedProcesses(MARK, id)

async function until(what: () => Promise<boolean>, deadlineMs = 30_000): Promise<void> {
  const giveUpAt = Date.now() + deadlineMs
  while (!(await what())) {
    if (Date.now() > giveUpAt) throw new Error('It did not come to that')
    await sleep(30)
  }
}

/** The daemon and the process it started in a session of its own. */
const bothLive = (id: string) => until(async () => (await living(id)).length === 2)

test('everything but /health needs the token', async () => {
  const host = await start()
  expect((await fetch(`${host.url}/health`)).status).toBe(200)
  expect((await fetch(`${host.url}/sandboxes`)).status).toBe(401)
  expect((await host.call('GET', '/sandboxes', undefined, 'token-of-the-sandbox-hosT')).status).toBe(401)
  expect((await host.call('POST', '/sandboxes', { name: 'x', env: {}, lifetimeSeconds: 60 }, 'short')).status).toBe(401)
  expect((await host.call('GET', '/sandboxes')).body).toEqual({ sandboxes: [] })
})

test('a living name is answered with the living sandbox, also when asked twice at once', async () => {
  const host = await start()
  const [first, second] = await Promise.all([create(host, 'same-g1'), create(host, 'same-g1')])
  expect([first.status, second.status].toSorted()).toEqual([200, 201])
  expect(second.body.id).toBe(first.body.id)
  expect((await host.call('GET', '/sandboxes/by-name/same-g1')).body).toMatchObject({ id: first.body.id, alive: true })
  expect((await host.call('GET', `/sandboxes/${first.body.id}`)).body.name).toBe('same-g1')
  expect((await host.call('GET', '/sandboxes/by-name/other-g1')).status).toBe(404)
})

test('a sandbox gets what the platform gives it and nothing of the machine but PATH', async () => {
  const host = await start()
  const { body } = await create(host, 'env-g1', {
    PLATFORM_URL: 'http://127.0.0.1:1',
    PATH: '/evil',
    SANDBOX_DIRECTORY: '/evil',
  })
  await bothLive(body.id)
  const folder = path.join(directory, body.id)
  const environment = JSON.parse(await readFile(path.join(folder, 'environment.json'), 'utf8'))
  expect(environment).toEqual({
    PLATFORM_URL: 'http://127.0.0.1:1',
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    SANDBOX_DIRECTORY: folder,
    SANDBOX_TIED: '1',
    [MARK]: body.id,
  })
})

test('deleting a sandbox ends every process it started, and its folder; again is harmless', async () => {
  const host = await start()
  const { body } = await create(host, 'gone-g1')
  await bothLive(body.id)
  const deleted = await host.call('DELETE', `/sandboxes/${body.id}`)
  expect(deleted.body).toMatchObject({ alive: false, exit: 'it was terminated (exit code 0)' })
  expect(await living(body.id)).toEqual([])
  expect(await readdir(directory)).toEqual([])
  expect((await host.call('DELETE', `/sandboxes/${body.id}`)).status).toBe(200)
  expect((await host.call('DELETE', '/sandboxes/sbx_unknown')).status).toBe(404)
  expect((await create(host, 'gone-g1')).body.id).not.toBe(body.id)
})

test('a daemon that does not listen is killed, with what it started', async () => {
  const host = await start()
  const { body } = await create(host, 'stubborn-g1', { MODE: 'stubborn' })
  await bothLive(body.id)
  await host.call('DELETE', `/sandboxes/${body.id}`)
  expect(await living(body.id)).toEqual([])
})

test('no more sandboxes than the limit live at once, and bad requests are refused', async () => {
  const host = await start({ limit: 2 })
  const first = await create(host, 'one-g1')
  await create(host, 'two-g1')
  const third = await create(host, 'three-g1')
  expect(third).toMatchObject({ status: 429, body: { code: 'sandbox_host.full' } })
  expect((await create(host, 'one-g1')).status).toBe(200)
  await host.call('DELETE', `/sandboxes/${first.body.id}`)
  expect((await create(host, 'three-g1')).status).toBe(201)

  expect((await create(host, 'a b')).status).toBe(400)
  expect((await create(host, 'forever-g1', {}, 90_000)).status).toBe(400)
  expect((await host.call('POST', '/sandboxes', 'not json')).status).toBe(400)
  const large = JSON.stringify({ name: 'x', env: { X: 'x'.repeat(70_000) }, lifetimeSeconds: 60 })
  expect((await host.call('POST', '/sandboxes', large)).status).toBe(413)
  expect((await host.call('PATCH', '/sandboxes')).status).toBe(404)
})

test('a daemon that ends by itself is reaped: its exit is told, its log kept, what it started ended', async () => {
  const host = await start()
  const { body } = await create(host, 'broken-g1', { MODE: 'fail' })
  const info = async () => (await host.call('GET', `/sandboxes/${body.id}`)).body
  await until(async () => !(await info()).alive)
  expect((await info()).exit).toBe('exit code 3')
  await until(async () => (await readdir(directory)).join() === 'logs')
  expect(await living(body.id)).toEqual([])
  const [log = ''] = await readdir(path.join(directory, 'logs'))
  expect(log).toContain('broken-g1')
  expect(await readFile(path.join(directory, 'logs', log), 'utf8')).toContain('I give up')
})

test('SIGTERM ends all sandboxes before the host', async () => {
  const host = await start()
  const { body } = await create(host, 'term-g1')
  await bothLive(body.id)
  host.child.kill('SIGTERM')
  await host.exited
  expect(await living(body.id)).toEqual([])
  expect(await readdir(directory)).toEqual([])
})

test('after kill -9 of the host its sandboxes end by themselves', async () => {
  const host = await start()
  const { body } = await create(host, 'orphan-g1')
  await bothLive(body.id)
  host.child.kill('SIGKILL')
  // The daemon itself ends with its input; what it started is the next host's to find.
  await until(async () => (await living(body.id)).length === 1)
  const next = await start()
  await until(async () => next.lines.length === 2)
  expect(next.lines[1]).toContain('orphan-g1')
  expect(await living(body.id)).toEqual([])
  expect(await readdir(directory)).toEqual(['logs'])
})

test('the next host ends what did not end by itself, frozen or stubborn', async () => {
  const host = await start()
  const [stubborn, frozen] = [await create(host, 'stubborn-g1', { MODE: 'stubborn' }), await create(host, 'frozen-g1')]
  await bothLive(stubborn.body.id)
  await bothLive(frozen.body.id)
  for (const pid of await living(frozen.body.id)) process.kill(pid, 'SIGSTOP')
  host.child.kill('SIGKILL')
  await host.exited
  const next = await start()
  await until(async () => next.lines.length === 2)
  expect([...(await living(stubborn.body.id)), ...(await living(frozen.body.id))]).toEqual([])
  expect((await create(next, 'frozen-g1')).status).toBe(201)
})

test('a second host on the same port fails before it touches the sandboxes of the first', async () => {
  const host = await start()
  const { body } = await create(host, 'mine-g1')
  await bothLive(body.id)
  const port = Number(new URL(host.url).port)
  await expect(start({ port })).rejects.toThrow(/ended/)
  expect(await living(body.id)).toHaveLength(2)
})

test('a sandbox ends with its lifetime', async () => {
  const daemon = path.join(import.meta.dirname, '../../tests/fakes/idle-daemon.ts')
  const sandboxes = new Sandboxes({ directory, daemon, limit: 1 })
  const { info } = await sandboxes.create({ name: 'short-g1', env: {}, lifetimeSeconds: 1 })
  ids.push(info.id)
  expect(Date.parse(info.expiresAt) - Date.parse(info.createdAt)).toBe(1_000)
  await until(async () => (await sandboxes.find(({ id }) => id === info.id))?.alive === false)
  expect((await sandboxes.find(({ id }) => id === info.id))?.exit).toMatch(/its lifetime is over/)
  await sandboxes.removeAll('test')
  expect(await living(info.id)).toEqual([])
})
