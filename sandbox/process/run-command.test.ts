import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCommand } from './run-command.ts'

let cwd: string
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'run-command-'))
})
afterAll(() => rm(cwd, { recursive: true, force: true }))

const shell = (command: string, abort: AbortSignal) =>
  runCommand('/bin/sh', ['-c', command], { cwd, env: process.env, deadlineMs: 10_000, abort })

test('a command that is aborted ends with everything it started', async () => {
  const abort = new AbortController()
  const outcome = shell('echo begun; sleep 60 & sleep 60', abort.signal)
  setTimeout(() => abort.abort(), 200)
  expect(await outcome).toMatchObject({ code: null, cutOff: 'it was canceled' })
})

test('nothing is started after the abort', async () => {
  expect(await shell('touch started', AbortSignal.abort())).toMatchObject({ code: null, cutOff: 'it was canceled' })
  expect(existsSync(join(cwd, 'started'))).toBe(false)
})
