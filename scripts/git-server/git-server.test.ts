import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { git } from './git-command.ts'
import { createBareRepository, startGitServer } from './git-server.ts'
import type { GitServer } from './git-server.ts'

const TOKEN = 's3cret'
let folder: string
let root: string
let seed: string
let server: GitServer

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'git-server-test-'))
  root = path.join(folder, 'repositories')
  seed = path.join(folder, 'seed')
  await mkdir(path.join(seed, 'src'), { recursive: true })
  await writeFile(path.join(seed, 'src/hello.ts'), 'export const hello = 1\n')
  await writeFile(path.join(seed, '.gitignore'), 'ignored.txt\n')
  await writeFile(path.join(seed, 'ignored.txt'), 'not committed')
  await createBareRepository(root, 'acme/widgets.git', seed)
  server = await startGitServer({ root, token: TOKEN })
})
afterAll(async () => {
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

const remote = (token = TOKEN) => server.url.replace('//', `//anyone:${token}@`) + '/acme/widgets.git'

async function cloneInto(name: string, ...flags: string[]) {
  const directory = path.join(folder, name)
  await git(['clone', '--quiet', ...flags, remote(), directory])
  return directory
}

async function commit(directory: string, message: string) {
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com']
  await git(['-C', directory, 'add', '--all'])
  await git(['-C', directory, ...who, 'commit', '--quiet', '-m', message])
}

test('a clone has the seed on main, without what its .gitignore names', async () => {
  const directory = await cloneInto('clone')
  expect(await git(['-C', directory, 'ls-files'])).toBe('.gitignore\nsrc/hello.ts')
  expect(await git(['-C', directory, 'branch', '--show-current'])).toBe('main')
})

test('the same seed gives the same commit, and making the repository again changes nothing', async () => {
  const first = await createBareRepository(root, 'acme/same.git', seed)
  expect(await createBareRepository(path.join(folder, 'elsewhere'), 'acme/same.git', seed)).toBe(first)
  expect(await createBareRepository(root, 'acme/same.git', folder)).toBe(first)
})

test('a pushed branch of several megabytes can be fetched by somebody else', async () => {
  const directory = await cloneInto('pusher')
  await git(['-C', directory, 'switch', '--quiet', '-c', 'agent/fix'])
  const content = randomBytes(5 * 1024 * 1024)
  await writeFile(path.join(directory, 'large.bin'), content)
  await commit(directory, 'Add a large file')
  await git(['-C', directory, 'push', '--quiet', 'origin', 'agent/fix'])

  const other = await cloneInto('reader', '--branch', 'agent/fix')
  expect((await readFile(path.join(other, 'large.bin'))).equals(content)).toBe(true)
})

test('a partial clone leaves the file contents out', async () => {
  const directory = await cloneInto('partial', '--filter=blob:none', '--no-checkout')
  expect(await git(['-C', directory, 'rev-list', '--objects', '--missing=print', 'HEAD'])).toMatch(/^\?/m)
})

test('without the token nothing is readable or writable', async () => {
  const url = `${server.url}/acme/widgets.git/info/refs?service=git-upload-pack`
  const basic = (text: string) => ({ headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` } })
  expect((await fetch(url)).status).toBe(401)
  expect((await fetch(url, basic('user:wrong'))).status).toBe(401)
  expect((await fetch(url, basic('no colon'))).status).toBe(401)
  expect((await fetch(url, basic(`user:${TOKEN}`))).status).toBe(200)

  const directory = await cloneInto('intruder')
  await writeFile(path.join(directory, 'x'), 'x')
  await commit(directory, 'x')
  const push = git(['-C', directory, 'push', remote('wrong'), 'HEAD:refs/heads/x'])
  await expect(push).rejects.toThrow(/Authentication failed/)
})

test('what is not a repository is 404, and no path leads out of the folder', async () => {
  const headers = { authorization: `Basic ${Buffer.from(`u:${TOKEN}`).toString('base64')}` }
  for (const suffix of ['/acme/none.git/info/refs?service=git-upload-pack', '/acme/widgets.git/config', '/']) {
    expect((await fetch(server.url + suffix, { headers })).status, suffix).toBe(404)
  }
  const escape = '/acme/%2e%2e%2f%2e%2e.git/info/refs'
  expect((await fetch(server.url + escape, { headers })).status).toBe(404)
  await expect(createBareRepository(root, '../evil.git', seed)).rejects.toThrow(/not a repository name/)
})

test('a client that breaks off in the middle of a push does not harm the next one', async () => {
  const headers = {
    authorization: `Basic ${Buffer.from(`u:${TOKEN}`).toString('base64')}`,
    'content-type': 'application/x-git-receive-pack-request',
  }
  const cut = new AbortController()
  const body = new ReadableStream({
    async pull(controller) {
      controller.enqueue(new TextEncoder().encode('0'.repeat(1000)))
      await sleep(5)
    },
  })
  const push = { method: 'POST', headers, body, duplex: 'half', signal: cut.signal } as RequestInit
  const answer = fetch(`${server.url}/acme/widgets.git/git-receive-pack`, push).catch(() => undefined)
  await sleep(100)
  cut.abort()
  await answer
  await cloneInto('after-the-cut')
})

test('it runs as a program of its own, set up by its environment', async () => {
  const program = path.join(import.meta.dirname, 'git-server.ts')
  const env = { PATH: process.env.PATH, GIT_SERVER_ROOT: root, GIT_SERVER_TOKEN: TOKEN }
  const child = promisify(execFile)(process.execPath, [program], { env, timeout: 50_000 })
  child.child.stdout?.once('data', () => child.child.kill('SIGTERM'))
  const { stdout } = await child
  expect(stdout).toMatch(/^git server listening on http:\/\/127\.0\.0\.1:\d+\n$/)
})
