import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findProcess } from './process-table.ts'
import { spawnTied } from './tied-process.ts'

/** Half a minute. */
const MAX_TRIES = 1_500

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tied-process-test-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A shell that writes its pid to a file and then sleeps; `trap` is what it does on SIGTERM. */
function sleeper(name: string, trap = 'exit 7') {
  const file = path.join(folder, name)
  return { file, args: ['-c', `trap '${trap}' TERM; echo $$ > "$0"; while :; do sleep 0.05; done`, file] }
}

async function pidIn(file: string): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10)
    if (!Number.isNaN(pid)) return pid
    await sleep(20)
  }
  throw new Error('The command did not start')
}

async function waitUntilGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < MAX_TRIES && (await findProcess(pid)); tries += 1) await sleep(20)
  return (await findProcess(pid)) === null
}

test('stop asks the command to end and gives its exit code', async () => {
  const { file, args } = sleeper('polite')
  const tied = spawnTied('/bin/sh', args, { output: 'ignore' })
  const pid = await pidIn(file)
  await Promise.all([tied.stop(), tied.stop()])
  expect(await tied.exited).toBe(7)
  expect(await findProcess(pid)).toBeNull()
})

test('a command that ignores the request is killed after the deadline', async () => {
  const { file, args } = sleeper('stubborn', ':')
  const tied = spawnTied('/bin/sh', args, { output: 'ignore' })
  const pid = await pidIn(file)
  await tied.stop(200)
  expect(await waitUntilGone(pid)).toBe(true)
})

test('a command that ends by itself is noticed with its exit code', async () => {
  const tied = spawnTied('/bin/sh', ['-c', 'exit 3'], { output: 'ignore' })
  expect(await tied.exited).toBe(3)
  await tied.stop()
})

test('a command does not outlive a Node process that is killed', async () => {
  const { file, args } = sleeper('left-behind')
  const program = `
    const { spawnTied } = await import(${JSON.stringify(path.join(import.meta.dirname, 'tied-process.ts'))})
    spawnTied('/bin/sh', ${JSON.stringify(args)}, { output: 'ignore' })`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' })
  const pid = await pidIn(file)
  parent.kill('SIGKILL')
  await once(parent, 'exit')
  expect(await waitUntilGone(pid)).toBe(true)
})
