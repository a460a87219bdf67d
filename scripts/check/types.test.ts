import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runTool } from './run-tool.ts'

const root = join(import.meta.dirname, '../..')
const compiler = join(root, 'node_modules/@typescript/native/bin/tsc')
let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'domain-types-'))
  const program = {
    extends: join(root, 'domain/tsconfig.json'),
    include: ['./planted.ts', join(root, 'domain/globals.d.ts')],
    exclude: [],
  }
  await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(program))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

async function compile(source: string): Promise<string> {
  await writeFile(join(directory, 'planted.ts'), source)
  const result = await runTool(compiler, ['--pretty', 'false', '-p', directory], directory)
  return result.output
}

test('in the domain the world has no name: network, timers, process, platform and page are unknown', async () => {
  const names = ['fetch', 'setTimeout', 'crypto', 'process', 'document', 'console', 'Buffer', 'Request', 'caches']
  const output = await compile(names.map((name) => `export const use_${name} = ${name}`).join('\n'))
  expect(names.filter((name) => !output.includes(`'${name}'`))).toEqual([])
  expect(await compile('export type State = DurableObjectState')).toContain("'DurableObjectState'")
})

test('what only computes is known there', async () => {
  const source = [
    "export const host = new URL('https://a.test/b?c=d').searchParams.get('c')",
    "export const text = new TextDecoder().decode(new TextEncoder().encode('é'))",
    'export const stop = (signal: AbortSignal) => signal.throwIfAborted()',
    'export const copy = structuredClone({ a: 1 }).a',
  ]
  expect(await compile(source.join('\n'))).toBe('')
})
