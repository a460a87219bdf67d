import { randomUUID } from 'node:crypto'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { SandboxEvent } from '#schema/contracts/session-events'
import { bootBundle } from '../../../tests/fakes/boot-bundle.ts'
import { type GitWorld, openGitWorld } from '../../../tests/fakes/git-world.ts'
import { FakePlatform } from '../../../tests/fakes/platform-server.ts'
import { writeRuntime } from '../agent/opencode-home.ts'
import { readSettings, shellEnvironment } from '../environment.ts'
import { cloneRepository } from '../git/clone.ts'
import { git } from '../git/git.ts'
import { writeGitIdentity } from './git-identity.ts'
import { restoreWork } from './restore-work.ts'
import { runSetupCommands } from './setup-commands.ts'
import { bootStage } from './stages.ts'
import { excludeFromGit, writeWorkspaceFiles } from './workspace-files.ts'

const TIMEOUT = 120_000
const log = { info: () => undefined, warn: () => undefined }
let world: GitWorld
let fake: FakePlatform
beforeAll(async () => {
  world = await openGitWorld()
  fake = await new FakePlatform({ token: 'the-token', bundle: bootBundle() }).start()
})
afterEach(() => {
  vi.useRealTimers()
})
afterAll(async () => {
  await fake?.stop()
  await world?.close()
})

async function cloned() {
  const wanted = await world.repository(`acme/r-${randomUUID().slice(0, 8)}`, { 'README.md': 'hello\n' })
  const workspace = path.join(world.folder, randomUUID())
  return { workspace, repository: await cloneRepository(world, wanted, { workspace, progress: () => undefined }) }
}

test(
  'a checkpoint that is missing or damaged leaves the fresh clone, and a person is told why',
  { timeout: TIMEOUT },
  async () => {
    const { repository } = await cloned()
    const needs = {
      ...world,
      log,
      state: path.join(world.folder, 'state'),
      address: { platformUrl: fake.url, token: fake.token },
    }
    fake.blobs.set('checkpoints/1-2.bundle', Buffer.from('nonsense'))
    for (const key of ['checkpoints/1-1.bundle', 'checkpoints/1-2.bundle']) {
      const lines: string[] = []
      const tell = (line: string) => void lines.push(line)
      expect(await restoreWork(needs, { repositories: [repository], key, tell })).toEqual([repository])
      expect(lines).toEqual([expect.stringContaining(`${key} could not be restored, going on with a fresh clone`)])
    }
  },
)

test('the platform’s files are written into the workspace and never into a commit', { timeout: TIMEOUT }, async () => {
  const { workspace, repository } = await cloned()
  const files = [
    { path: '.proliferate/trigger-context.json', content: '{}' },
    { path: 'notes/guide.md', content: 'guide' },
  ]
  for (let time = 0; time < 2; time += 1) {
    await excludeFromGit(world, [repository], { workspace, files: files.map((file) => file.path) })
  }
  await writeWorkspaceFiles(workspace, files)
  await mkdir(path.join(workspace, '.proliferate/.verification'))
  await writeFile(path.join(workspace, '.proliferate/.verification/shot.png'), 'x')
  expect(await readFile(path.join(workspace, 'notes/guide.md'), 'utf8')).toBe('guide')
  expect(await git(world, ['status', '--porcelain'], { cwd: workspace })).toBe('')
  const exclude = await readFile(path.join(workspace, '.git/info/exclude'), 'utf8')
  expect(exclude.match(/^\/\.proliferate$/gm)).toHaveLength(1)
})

test('no file is written outside of the workspace, not even through a link in the repository', async () => {
  const workspace = path.join(world.folder, randomUUID())
  await mkdir(workspace)
  await symlink(world.folder, path.join(workspace, 'link'))
  for (const file of ['../outside', '/outside', 'link/outside']) {
    await expect(writeWorkspaceFiles(workspace, [{ path: file, content: 'x' }]), file).rejects.toThrow(
      /out of the workspace/,
    )
  }
})

test('the first setup command that fails ends the setup', async () => {
  const needs = { environment: world.environment, workspace: world.folder }
  const lines: string[] = []
  const commands = ['echo one', 'echo two; false', 'echo three']
  await expect(runSetupCommands(needs, commands, (line) => lines.push(line))).rejects.toThrow(
    /Setup command 2 .* ended with code 1:\ntwo/,
  )
  expect(lines).toEqual(['$ echo one', 'one', '$ echo two; false', 'two'])
})

test('a stage that says nothing is reported as still at work, one that says much now and then', async () => {
  vi.useFakeTimers()
  const events: SandboxEvent[] = []
  const done = Promise.withResolvers<void>()
  const needs = { generation: 3, record: (event: SandboxEvent) => void events.push(event) }
  const stage = bootStage(needs, 'setup', async (progress) => {
    for (let line = 0; line < 100; line += 1) progress(`line ${line}`)
    await done.promise
  })
  await vi.advanceTimersByTimeAsync(65_000)
  done.resolve()
  await stage
  const told = events.map((event) => event.type === 'boot.stage' && `${event.state} ${event.detail}`)
  expect(told).toEqual([
    'started null',
    'progress line 0',
    'progress line 99 (30 s)',
    'progress line 99 (60 s)',
    'finished null',
  ])
})

test('git gets its credential from the platform, and fails at once without one', { timeout: TIMEOUT }, async () => {
  const root = path.join(world.folder, randomUUID())
  const settings = readSettings({
    PATH: process.env['PATH'],
    PLATFORM_URL: fake.url,
    SANDBOX_TOKEN: fake.token,
    SESSION_ID: fake.bundle.sessionId,
    SANDBOX_DIRECTORY: root,
  })
  await writeGitIdentity(settings, { userName: 'An "agent"', userEmail: 'a@b.example' })
  const runtime = {
    platformUrl: fake.url,
    sessionId: fake.bundle.sessionId,
    token: fake.token,
    traceparent: `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`,
    doorUrl: '',
    doorSecret: '',
  }
  await writeRuntime(settings, runtime)
  const wanted = await world.repository(`acme/r-${randomUUID().slice(0, 8)}`, { 'README.md': 'hello\n' })
  const needs = { environment: shellEnvironment(settings) }
  expect(await git(needs, ['config', 'user.name'], { cwd: root })).toBe('An "agent"')

  const clone = () =>
    cloneRepository(needs, wanted, { workspace: path.join(root, 'workspace'), progress: () => undefined })
  await expect(clone()).rejects.toThrow(/no credential for .*acme/)
  fake.credentials = [{ urlPrefix: wanted.url, username: 'x', password: world.token }]
  expect((await clone()).name).toBe(wanted.name)
  expect(fake.credentialsAsked).toEqual([wanted.url, wanted.url])
})
