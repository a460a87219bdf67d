import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { AppError, declaredErrors, type ErrorKind } from '#kernel/errors'
import { statusOf } from './problem.ts'

const ROOT = join(import.meta.dirname, '../..')
const FOLDERS = '{domain,adapters,workers,durable-objects}'
const sources = (pattern: string) => globSync(`${FOLDERS}/**/${pattern}`, { cwd: ROOT })

interface Declared {
  code: string
  kind: ErrorKind
  title: string
}
const declared: Declared[] = []
beforeAll(async () => {
  for (const file of sources('errors.ts')) {
    const exported: unknown[] = Object.values((await import(join(ROOT, file))) as object)
    declared.push(...exported.filter((value): value is Declared => typeof value === 'function' && 'kind' in value))
  }
  declared.sort((a, b) => a.code.localeCompare(b.code))
})

test('errors are declared in files called errors.ts, so that the next test sees them all', () => {
  const declaring = sources('*.ts').filter(
    (file) => !file.endsWith('.test.ts') && readFileSync(join(ROOT, file), 'utf8').includes(' = defineError('),
  )
  expect(declaring.filter((file) => !file.endsWith('/errors.ts'))).toEqual([])
})

test('docs/errors.md tells of every declared error, with its status and title, and of no other', () => {
  const page = readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')
  const rows = page.matchAll(/^\| `([\w.]+)` \| (\d+) \| ([^|]+) \| [^|]+ \|$/gm)
  const documented = [...rows].map(([, code, status, title]) => ({ code, status: Number(status), title }))
  const expected = declared.map(({ code, kind, title }) => ({
    code,
    status: statusOf(new AppError(code, kind, title)),
    title,
  }))
  expect(documented).toEqual(expected)
})

test('no two errors share a code, and the registry knows each', () => {
  expect(new Set(declared.map((error) => error.code)).size).toBe(declared.length)
  const plain = declared.map(({ code, kind, title }) => ({ code, kind, title }))
  expect(declaredErrors()).toEqual(expect.arrayContaining(plain))
})
