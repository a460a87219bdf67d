import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { runVitest } from './run-vitest.ts'

const modules = join(import.meta.dirname, '../../node_modules')
const suite = { project: 'small', owns: () => true }
const folders: string[] = []

afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true }))))

async function checkoutWith(test: string): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'small-checkout-'))
  folders.push(root)
  await symlink(modules, join(root, 'node_modules'))
  await mkdir(join(root, 'src'))
  await writeFile(join(root, 'package.json'), '{ "type": "module" }')
  await writeFile(
    join(root, 'vitest.config.js'),
    "export default { test: { projects: [{ test: { name: 'small', pool: 'forks' } }] } }",
  )
  await writeFile(join(root, 'src/one.test.js'), `import { expect, test } from 'vitest'\n${test}`)
  return root
}

test('a real run is counted from its report', async () => {
  const root = await checkoutWith("test('a', () => {})\ntest('b', () => { expect(1).toBe(2) })\ntest.todo('c')")
  const tally = await runVitest(root, [suite], 'ignore')
  expect(tally).toMatchObject({ passed: 1, failed: 1, skipped: 1, problems: [] })
  expect(tally.failures).toMatchObject([{ file: 'src/one.test.js', test: 'b' }])
  expect(tally.failures[0]?.message).toContain('expected 1 to be 2')
})

test('a run that is killed in the middle is not green', async () => {
  const root = await checkoutWith("test('a', () => { process.kill(process.ppid, 'SIGKILL') })")
  const tally = await runVitest(root, [suite], 'ignore')
  expect(tally).toEqual({ passed: 0, failed: 0, skipped: 0, failures: [], problems: ['small ended without a report'] })
})
