import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bootBundle } from '../../tests/fakes/boot-bundle.ts'
import { FakePlatform } from '../../tests/fakes/platform-server.ts'
import { collectFiles } from './collect.ts'

const FOLDER = '.proliferate/.verification/'
let workspace: string
let evidence: string
let fake: FakePlatform
beforeEach(async () => {
  workspace = await mkdtemp(path.join(tmpdir(), 'collect-test-'))
  evidence = path.join(workspace, FOLDER)
  await mkdir(evidence, { recursive: true })
  fake = await new FakePlatform({ token: 'the-token', bundle: bootBundle() }).start()
})
afterEach(async () => {
  await fake.stop()
  await rm(workspace, { recursive: true, force: true })
})

const collect = (folder = FOLDER) => {
  const log = { info: () => undefined, warn: () => undefined }
  const address = { platformUrl: fake.url, token: fake.token }
  return collectFiles({ log, address, workspace }, { folder, prefix: 'verification/call/' })
}

test('every file is stored under the prefix, with its type and size', async () => {
  await mkdir(path.join(evidence, 'shots'))
  await writeFile(path.join(evidence, 'report.json'), '{}')
  await writeFile(path.join(evidence, 'shots/home page.png'), 'png')
  await writeFile(path.join(evidence, 'shots/home_page.png'), 'other')
  expect(await collect()).toEqual({
    files: [
      { key: 'verification/call/report.json', contentType: 'application/json', size: 2 },
      { key: 'verification/call/shots/home_page.png', contentType: 'image/png', size: 3 },
      { key: 'verification/call/shots/home_page.png.2', contentType: 'image/png', size: 5 },
    ],
  })
  expect(fake.blobs.get('verification/call/shots/home_page.png')?.toString()).toBe('png')
})

test('an empty or missing folder is an error, and nothing is stored', async () => {
  await expect(collect()).rejects.toThrow(/no files/)
  await expect(collect('nowhere')).rejects.toThrow(/no files/)
  expect(fake.blobs.size).toBe(0)
})

test('no path and no link leads out of the workspace', async () => {
  await expect(collect('../')).rejects.toThrow(/out of the workspace/)
  await symlink('/etc/hostname', path.join(evidence, 'hostname'))
  await expect(collect()).rejects.toThrow(/no files/)
  await symlink('/etc', path.join(workspace, 'etc'))
  await expect(collect('etc')).rejects.toThrow(/no files/)
})

test('limits are checked before anything is stored: 50 files, 25 MB each, 100 MB together', async () => {
  for (let index = 0; index < 51; index += 1) await writeFile(path.join(evidence, `${index}.txt`), 'x')
  await expect(collect()).rejects.toThrow(/too many/)
  for (let index = 5; index < 51; index += 1) await rm(path.join(evidence, `${index}.txt`))
  await truncate(path.join(evidence, '0.txt'), 25 * 1024 * 1024 + 1)
  await expect(collect()).rejects.toThrow(/larger than/)
  for (let index = 0; index < 5; index += 1) await truncate(path.join(evidence, `${index}.txt`), 21 * 1024 * 1024)
  await expect(collect()).rejects.toThrow(/together/)
  expect(fake.blobs.size).toBe(0)
})
