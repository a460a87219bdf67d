import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { BREACHES, LAWFUL_HOUSE } from './import-law.fixture.ts'
import type { Violation } from './import-law.ts'
import { findViolations } from './import-law.ts'

const checkout = join(import.meta.dirname, '../..')
const rules = join(checkout, '.dependency-cruiser.cjs')
const cruiser = join(checkout, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
const ruleNames = z
  .object({ forbidden: z.array(z.object({ name: z.string() })) })
  .parse(createRequire(import.meta.url)(rules))
  .forbidden.map((rule) => rule.name)

const orderedSlices = ruleNames.flatMap((name) => name.match(/^slice-order:(.+)/)?.slice(1) ?? [])
/** Each slice imports the last one of the list, which stands above them all. */
const upward = orderedSlices.map((slice) => ({
  rule: `slice-order:${slice}`,
  in: `domain/${slice}/planted.ts`,
  imports: '#domain/channels',
}))
const breaches = [...upward, ...BREACHES]

let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'import-law-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

async function build(name: string, files: Record<string, string>): Promise<string> {
  const root = join(directory, name)
  for (const [path, text] of Object.entries({ ...LAWFUL_HOUSE, ...files })) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), `${text}\n`)
  }
  return root
}

const look = (root: string) => findViolations(root, { cruiser, rules })

/** One file per breach, so that a report names exactly one of them; `planted` stays the beginning of its name. */
const plantedPath = (breach: { in: string }, index: number) => breach.in.replace('planted', `planted-${index}`)

describe('the import law', () => {
  let violations: Violation[]

  beforeAll(async () => {
    const planted = breaches.map((breach, index) => [
      plantedPath(breach, index),
      `import * as forbidden from '${breach.imports}'\nexport const planted = forbidden`,
    ])
    const root = await build('unlawful', {
      'domain/channels/index.ts': "import { session } from '#domain/sessions'\nexport const channel = session",
      ...(Object.fromEntries(planted) as Record<string, string>),
      'domain/kernel/nobody.ts': 'export const nobody = 1',
      'domain/billing/hen.ts': "import { egg } from './egg.ts'\nexport const hen = egg",
      'domain/billing/egg.ts': "import { hen } from './hen.ts'\nexport const egg = hen",
    })
    violations = await look(root)
  })

  test('finds nothing in a lawful house', async () => {
    expect(await look(await build('lawful', {}))).toEqual([])
  })

  test.each(breaches.map((breach, index) => ({ ...breach, path: plantedPath(breach, index) })))(
    '$rule is reported when $in imports $imports',
    ({ rule, path }) => {
      const named = violations.filter(({ from }) => from === path).map((violation) => violation.rule)
      expect(named).toContain(rule)
    },
  )

  test('no-circles is reported when two files import each other', () => {
    expect(violations).toContainEqual({
      rule: 'no-circles',
      from: 'domain/billing/egg.ts',
      to: 'domain/billing/hen.ts',
    })
  })

  test('no-orphans is reported for a file that nobody imports and that imports nobody', () => {
    const lonely = { rule: 'no-orphans', from: 'domain/kernel/nobody.ts', to: 'domain/kernel/nobody.ts' }
    expect(violations).toContainEqual(lonely)
  })

  test('every rule of the law is broken here', () => {
    const broken = new Set(violations.map(({ rule }) => rule))
    expect(ruleNames.filter((name) => !broken.has(name))).toEqual([])
  })

  test('type-only imports count: a type is knowledge too', async () => {
    const root = await build('types', {
      'domain/sessions/planted.ts': "import type { Pool } from 'pg'\nexport type Planted = Pool",
    })
    expect((await look(root)).map(({ rule }) => rule)).toContain('domain-knows-no-vendor')
  })
})
