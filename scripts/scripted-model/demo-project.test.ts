import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { readScripts } from './script-file.ts'

const run = promisify(execFile)
let project: string

beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), 'demo-project-test-'))
  await cp(path.join(import.meta.dirname, '../demo/project'), project, { recursive: true })
})
afterAll(() => rm(project, { recursive: true, force: true }))

/** The project's own `npm test`, without npm. */
async function runProjectTests(): Promise<string> {
  const result = run(process.execPath, ['--test', '--test-reporter=tap'], { cwd: project, timeout: 30_000 })
  return (await result.catch((error: { stdout: string }) => error)).stdout
}

test('the demo project has one failing test, and what the demo script writes makes it pass', async () => {
  expect(await runProjectTests()).toMatch(/# pass 4\n# fail 1\n/)

  const scripts = await readScripts(path.join(import.meta.dirname, 'scripts'))
  const calls = scripts.find(({ name }) => name === 'demo-fix-slugify')?.steps.flatMap(({ tools }) => tools) ?? []
  const written = z.object({ filePath: z.string(), content: z.string() })
  for (const { args } of calls.filter(({ name }) => name === 'write')) {
    const { filePath, content } = written.parse(args)
    await writeFile(path.join(project, filePath), content)
  }
  expect(await runProjectTests()).toMatch(/# pass 5\n# fail 0\n/)
})
