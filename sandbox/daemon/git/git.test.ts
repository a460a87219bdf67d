import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SandboxEvent } from '#schema/contracts/session-events'
import { type GitWorld, openGitWorld } from '../../../tests/fakes/git-world.ts'
import { writeCheckpoint } from './checkpoint.ts'
import { runCommand } from '../../process/run-command.ts'
import { cloneRepository } from './clone.ts'
import { readDiff } from './diff.ts'
import { git } from './git.ts'
import { publish } from './publish.ts'
import type { WorkingRepository } from './repository.ts'
import { restoreCheckpoint } from './restore.ts'

const TIMEOUT = 120_000
let world: GitWorld
beforeAll(async () => {
  world = await openGitWorld()
})
afterAll(() => world?.close())

const FILES = {
  'README.md': 'hello\n',
  'src/a.js': 'a\n',
  'src/b.js': 'b\nb\nb\nb\nb\nb\n',
  '.gitignore': 'ignored/\n',
}
const newName = () => `acme/r-${randomUUID().slice(0, 8)}`
const needs = () => ({ environment: world.environment, state: path.join(world.folder, 'state') })

async function clone(
  wanted: Awaited<ReturnType<GitWorld['repository']>>,
  lines: string[] = [],
): Promise<WorkingRepository> {
  const workspace = path.join(world.folder, randomUUID())
  return cloneRepository(needs(), wanted, { workspace, progress: (line) => lines.push(line) })
}

const run = (repository: WorkingRepository, ...args: string[]) => git(needs(), args, { cwd: repository.folder })
const write = async (repository: WorkingRepository, file: string, content: string) => {
  await mkdir(path.dirname(path.join(repository.folder, file)), { recursive: true })
  await writeFile(path.join(repository.folder, file), content)
}
const read = (repository: WorkingRepository, file: string) => readFile(path.join(repository.folder, file), 'utf8')

/** Pushes `count` further commits to main, as somebody else, and returns them from old to new. */
async function history(wanted: Awaited<ReturnType<GitWorld['repository']>>, count: number): Promise<string[]> {
  const other = await clone(wanted)
  const from = (index: number) => (index === 0 ? 'from refs/heads/main^0\n' : '')
  const commit = (index: number) =>
    `commit refs/heads/new\ncommitter A <a@b.example> 1700000000 +0000\ndata 1\nx\n${from(index)}\n`
  const input = Array.from({ length: count }, (_, index) => commit(index)).join('')
  await runCommand('git', ['fast-import', '--quiet'], {
    cwd: other.folder,
    env: world.environment,
    deadlineMs: 20_000,
    input,
  })
  await run(other, 'push', '--quiet', 'origin', 'new:main')
  return (await run(other, 'rev-list', '--reverse', 'main..new')).split('\n')
}

test(
  'a branch that does not exist gives way to the default branch, and a person is told',
  { timeout: TIMEOUT },
  async () => {
    const lines: string[] = []
    const repository = await clone(await world.repository(newName(), FILES, { branch: 'nowhere' }), lines)
    expect(await run(repository, 'branch', '--show-current')).toBe('main')
    expect(lines).toContainEqual(expect.stringContaining('no branch nowhere'))
  },
)

test('a wanted commit is checked out also when it lies deeper than the clone', { timeout: TIMEOUT }, async () => {
  const wanted = await world.repository(newName(), FILES)
  const commits = await history(wanted, 130)
  const head = await clone(wanted)
  expect(head.baseSha).toBe(commits.at(-1))
  const deep = await clone({ ...wanted, commitSha: commits[3] ?? '' })
  expect(deep.baseSha).toBe(commits[3])
  expect(await run(deep, 'branch', '--show-current')).toBe('main')
  await expect(clone({ ...wanted, commitSha: 'f'.repeat(40) })).rejects.toThrow(/does not have the commit/)
})

test('a repository without a commit, and one that does not exist, fail in words', { timeout: TIMEOUT }, async () => {
  const name = newName()
  await git(needs(), ['init', '--quiet', '--bare', path.join(world.root, `${name}.git`)], { cwd: world.folder })
  const empty = {
    repositoryId: randomUUID(),
    name,
    url: world.url(name),
    branch: 'main',
    commitSha: null,
    workspacePath: '.',
  }
  await expect(clone(empty)).rejects.toThrow(/no commit/)
  await expect(clone({ ...empty, url: world.url('acme/none') })).rejects.toThrow(/not found/)
})

test('a folder outside of the workspace is refused', async () => {
  const wanted = await world.repository(newName(), FILES, { workspacePath: '../outside' })
  await expect(clone(wanted)).rejects.toThrow(/out of the workspace/)
})

test(
  'the diff has commits, staged, unstaged and untracked changes, and not what is ignored',
  { timeout: TIMEOUT },
  async () => {
    const repository = await clone(await world.repository(newName(), FILES))
    await write(repository, 'src/a.js', 'a\nsecond\n')
    await run(repository, 'commit', '--quiet', '--all', '-m', 'work')
    await rename(path.join(repository.folder, 'src/b.js'), path.join(repository.folder, 'src/moved b.js'))
    await write(repository, 'new file.js', 'new\n')
    await write(repository, 'ignored/x', 'x\n')
    await write(repository, 'staged.bin', 'a\0b')
    await run(repository, 'add', 'staged.bin')
    await rm(path.join(repository.folder, 'README.md'))
    const before = await run(repository, 'status', '--porcelain')

    const diff = await readDiff(needs(), [repository])
    expect(diff.files.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: 'README.md', status: 'deleted', additions: 0, deletions: 1 },
      { path: 'new file.js', status: 'added', additions: 1, deletions: 0 },
      { path: 'src/a.js', status: 'modified', additions: 1, deletions: 0 },
      { path: 'src/moved b.js', status: 'renamed', additions: 0, deletions: 0 },
      { path: 'staged.bin', status: 'added', additions: 0, deletions: 0 },
    ])
    expect(diff.patch).toContain('+second')
    expect(diff.truncated).toBe(false)
    expect(await run(repository, 'status', '--porcelain')).toBe(before)
  },
)

test('a diff that is too large is cut at a line, and says so', { timeout: TIMEOUT }, async () => {
  const repository = await clone(await world.repository(newName(), FILES))
  await write(repository, 'large.txt', 'a line of the large file\n'.repeat(40_000))
  for (let index = 0; index < 520; index += 1) await write(repository, `many/${index}.txt`, 'x\n')
  const diff = await readDiff(needs(), [repository])
  expect(Buffer.byteLength(diff.patch)).toBeLessThanOrEqual(256 * 1024)
  expect(diff.patch.endsWith('\n')).toBe(true)
  expect(diff.files).toHaveLength(500)
  expect(diff.truncated).toBe(true)
})

/** Work of every kind: a commit on a branch, staged, changed again after staging, unstaged, untracked, deleted. */
async function doWork(repository: WorkingRepository) {
  await run(repository, 'switch', '--quiet', '-c', 'feature')
  await write(repository, 'src/a.js', 'committed\n')
  await run(repository, 'commit', '--quiet', '--all', '-m', 'on the branch')
  await write(repository, 'src/b.js', 'staged\n')
  await run(repository, 'add', 'src/b.js')
  await write(repository, 'src/b.js', 'changed after staging\n')
  await write(repository, 'untracked.txt', 'untracked\n')
  await write(repository, 'ignored/secret', 'ignored\n')
  await rm(path.join(repository.folder, 'README.md'))
}

const state = async (repository: WorkingRepository) => ({
  branch: await run(repository, 'branch', '--show-current'),
  head: await run(repository, 'rev-parse', 'HEAD'),
  status: await run(repository, 'status', '--porcelain'),
  staged: await run(repository, 'diff', '--cached'),
  unstaged: await run(repository, 'diff'),
})

test(
  'a checkpoint brings back branch, commits, staged, unstaged and untracked work',
  { timeout: TIMEOUT },
  async () => {
    const wanted = await world.repository(newName(), FILES)
    const repository = await clone(wanted)
    await doWork(repository)
    const before = await state(repository)
    const objects = await run(repository, 'count-objects')
    const file = path.join(world.folder, `${randomUUID()}.bundle`)
    const fingerprint = await writeCheckpoint(needs(), [repository], { file, unless: null })
    expect(await state(repository)).toEqual(before)
    expect(await run(repository, 'count-objects')).toBe(objects)
    expect(await writeCheckpoint(needs(), [repository], { file, unless: fingerprint })).toBeNull()

    // The branch has moved on in the meantime, so the fresh clone begins elsewhere.
    await history(wanted, 3)
    const fresh = await clone(wanted)
    expect(fresh.baseSha).not.toBe(repository.baseSha)
    const [restored] = await restoreCheckpoint(needs(), [fresh], file)
    expect(restored?.baseSha).toBe(repository.baseSha)
    expect(await state(fresh)).toEqual(before)
    expect(await read(fresh, 'untracked.txt')).toBe('untracked\n')
    await expect(read(fresh, 'ignored/secret')).rejects.toThrow()
    expect(await readDiff(needs(), [restored ?? fresh])).toEqual(await readDiff(needs(), [repository]))
  },
)

test('a checkpoint of a shallow clone restores into another shallow clone', { timeout: TIMEOUT }, async () => {
  const wanted = await world.repository(newName(), FILES)
  await history(wanted, 120)
  const repository = await clone(wanted)
  expect(await run(repository, 'rev-parse', '--is-shallow-repository')).toBe('true')
  await doWork(repository)
  const before = await state(repository)
  const file = path.join(world.folder, `${randomUUID()}.bundle`)
  await writeCheckpoint(needs(), [repository], { file, unless: null })
  await history(wanted, 110)
  const fresh = await clone(wanted)
  await restoreCheckpoint(needs(), [fresh], file)
  expect(await state(fresh)).toEqual(before)
})

test('one checkpoint holds several repositories', { timeout: TIMEOUT }, async () => {
  const wanted = [
    await world.repository(newName(), FILES, { workspacePath: 'one' }),
    await world.repository(newName(), { 'x.txt': 'x\n' }, { workspacePath: 'two' }),
  ]
  const cloneBoth = () => Promise.all(wanted.map((one) => clone(one)))
  const [one, two] = await cloneBoth()
  if (!one || !two) throw new Error('two repositories were wanted')
  await doWork(one)
  await write(two, 'y.txt', 'y\n')
  const file = path.join(world.folder, `${randomUUID()}.bundle`)
  await writeCheckpoint(needs(), [one, two], { file, unless: null })
  const diff = await readDiff(needs(), [one, two])
  expect(diff.files.map((changed) => changed.path)).toContain('two/y.txt')
  expect(diff.patch).toContain('+++ b/two/y.txt')
  const fresh = await cloneBoth()
  await restoreCheckpoint(needs(), fresh, file)
  expect(await state(fresh[0] ?? one)).toEqual(await state(one))
  expect(await read(fresh[1] ?? two, 'y.txt')).toBe('y\n')
})

test('a damaged checkpoint changes nothing', { timeout: TIMEOUT }, async () => {
  const repository = await clone(await world.repository(newName(), FILES))
  const file = path.join(world.folder, 'damaged.bundle')
  await writeFile(file, 'not a bundle')
  const before = await state(repository)
  await expect(restoreCheckpoint(needs(), [repository], file)).rejects.toThrow()
  expect(await state(repository)).toEqual(before)
})

function recorder() {
  const events: SandboxEvent[] = []
  return { events, publishing: { ...needs(), record: (event: SandboxEvent) => void events.push(event) } }
}

test(
  'publishing commits everything under the git identity and pushes it; nothing to push pushes nothing',
  { timeout: TIMEOUT },
  async () => {
    const wanted = await world.repository(newName(), FILES)
    const repository = await clone(wanted)
    const { events, publishing } = recorder()
    const order = { branch: 'proliferate/fix', message: 'Fix it' }
    expect(await publish(publishing, [repository], order)).toEqual({
      branch: order.branch,
      commitSha: repository.baseSha,
      pushed: false,
    })
    expect(events).toEqual([])

    await write(repository, 'fix.js', 'fixed\n')
    const hook = path.join(repository.folder, '.git/hooks/pre-commit')
    await mkdir(path.dirname(hook), { recursive: true })
    await writeFile(hook, '#!/bin/sh\nexit 1\n', { mode: 0o755 })
    const published = await publish(publishing, [repository], order)
    expect(published.pushed).toBe(true)
    expect(events).toEqual([
      { type: 'branch.pushed', repository: wanted.name, branch: order.branch, commitSha: published.commitSha },
    ])
    const other = await clone({ ...wanted, branch: order.branch })
    expect(await run(other, 'log', '-1', '--format=%H %an %ae %s')).toBe(
      `${published.commitSha} Proliferate agent@proliferate.example Fix it`,
    )
    // Taken back again: the branch follows.
    await rm(path.join(repository.folder, 'fix.js'))
    const again = await publish(publishing, [repository], order)
    expect(again.pushed).toBe(true)
    expect(again.commitSha).not.toBe(published.commitSha)
  },
)

test(
  'a branch with commits of somebody else is not overwritten, and the error says so',
  { timeout: TIMEOUT },
  async () => {
    const wanted = await world.repository(newName(), FILES)
    const [mine, theirs] = [await clone(wanted), await clone(wanted)]
    await write(theirs, 'theirs.js', 'x\n')
    const order = { branch: 'proliferate/same', message: 'Work' }
    await publish(recorder().publishing, [theirs], order)
    await write(mine, 'mine.js', 'x\n')
    await expect(publish(recorder().publishing, [mine], order)).rejects.toThrow(
      /already has a branch proliferate\/same with commits/,
    )
    await expect(publish(recorder().publishing, [mine], { ...order, branch: '--all' })).rejects.toThrow(
      /not a branch name/,
    )
  },
)
