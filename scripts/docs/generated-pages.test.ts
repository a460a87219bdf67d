import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import { Variables } from '#adapters/env'
import { configurationReference } from './configuration.ts'
import { errorAdvice } from './error-advice.ts'
import { lifecyclesPage } from './lifecycles.ts'

const PROJECT = path.resolve(import.meta.dirname, '../..')
const read = (file: string) => readFile(path.join(PROJECT, file), 'utf8')

test('the configuration reference says what the schema says', async () => {
  expect(await read('docs/configuration.md')).toBe(configurationReference())
})

test('the page of lifecycles draws what the code moves by', async () => {
  expect(await read('docs/lifecycles.md')).toBe(lifecyclesPage())
})

test('the pages of errors advise what docs/errors.md advises', async () => {
  expect(await read('workers/http/docs/advice.ts')).toBe(errorAdvice(await read('docs/errors.md')))
})

test('.dev.vars.example and the schema name the same variables', async () => {
  const example = Object.keys(parseEnv(await read('.dev.vars.example'))).sort()
  expect(example).toEqual(Object.keys(Variables.shape).sort())
})

test('wrangler.toml names no variable that the schema does not know', async () => {
  const toml = await read('wrangler.toml')
  const section = /\[vars\]\n([\s\S]*?)\n\n/.exec(toml)?.[1] ?? ''
  const names = [...section.matchAll(/^(\w+) =/gm)].map((match) => match[1])
  expect(names.length).toBeGreaterThan(0)
  for (const name of names) expect(Object.keys(Variables.shape)).toContain(name)
})
