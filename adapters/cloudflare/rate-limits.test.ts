import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const read = (path: string) => readFileSync(join(import.meta.dirname, path), 'utf8')

test('callers are told the limits that wrangler.toml gives the runtime', () => {
  const configured = [...read('../../wrangler.toml').matchAll(/^name = "RATE_(\w+)"\n.*\nsimple = \{ limit = (\d+), period = 60 \}$/gm)]
  const told = /RATE_LIMITS = \{ (.+) \}/.exec(read('rate-limits.ts'))?.[1]?.replaceAll('_', '').split(', ')
  expect(configured.map(([, name, limit]) => `${name?.toLowerCase()}: ${limit}`)).toEqual(told)
})
