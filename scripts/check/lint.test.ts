import { join } from 'node:path'
import { ESLint } from 'eslint'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
/** Planted files are not on disk, so the rules that ask the compiler are proven by the tree itself, not here. */
const eslint = new ESLint({
  cwd: root,
  overrideConfig: {
    languageOptions: { parserOptions: { projectService: false } },
    rules: { 'ts/no-floating-promises': 'off', 'ts/switch-exhaustiveness-check': 'off' },
  },
})

async function rulesBroken(path: string, source: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(source, { filePath: join(root, path) })
  return result?.messages.map(({ ruleId }) => ruleId) ?? []
}

const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n')

describe('the domain takes time, chance and failures from outside', () => {
  test.each([
    ['the system clock', 'no-restricted-properties', 'export const now = Date.now()'],
    ['a date without an argument', 'no-restricted-syntax', 'export const now = new Date()'],
    ['the date as text', 'no-restricted-syntax', 'export const now = Date()'],
    ['chance', 'no-restricted-properties', 'export const dice = Math.random()'],
    ['an undeclared error', 'no-restricted-syntax', "export function fail() {\n  throw new Error('no')\n}"],
    ['an enum', 'no-restricted-syntax', 'export enum State { on }'],
  ])('%s is refused by %s', async (_what, rule, source) => {
    expect(await rulesBroken('domain/sessions/planted.ts', source)).toEqual([rule])
  })

  test('an adapter may ask the system clock, and a rule may read a given instant', async () => {
    expect(await rulesBroken('adapters/planted.ts', 'export const now = () => Date.now()')).toEqual([])
    expect(await rulesBroken('domain/sessions/planted.ts', 'export const at = (ms: number) => new Date(ms)')).toEqual(
      [],
    )
  })
})

describe('everywhere', () => {
  test('a file has at most 400 lines, a function 60, four parameters and twelve branches', async () => {
    const long = lines(401, (index) => `export const value${index} = ${index}`)
    const tall = `export function tall() {\n${lines(60, (index) => `  console.log(${index})`)}\n}`
    const wide = 'export const wide = (a: 1, b: 1, c: 1, d: 1, e: 1) => [a, b, c, d, e]'
    const branches = lines(12, (index) => `  if (n === ${index}) return ${index}`)
    const branching = `export function pick(n: number) {\n${branches}\n}`
    expect(await rulesBroken('workers/planted.ts', long)).toEqual(['max-lines'])
    expect(await rulesBroken('workers/planted.ts', tall)).toEqual(['max-lines-per-function'])
    expect(await rulesBroken('workers/planted.ts', wide)).toEqual(['max-params'])
    expect(await rulesBroken('workers/planted.ts', branching)).toEqual(['complexity'])
  })

  test('a test may be one long story', async () => {
    const tall = `export function tall() {\n${lines(80, (index) => `  console.log(${index})`)}\n}`
    expect(await rulesBroken('domain/sessions/planted.test.ts', tall)).toEqual([])
  })

  test('any is refused', async () => {
    expect(await rulesBroken('web/planted.tsx', 'export const x = (y: any) => y')).toEqual(['ts/no-explicit-any'])
  })
})
