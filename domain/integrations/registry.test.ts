import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { NormalizedEvent, TriggerProvider, WebhookProvider } from '#schema/contracts/triggers'
import type { IntegrationModule } from './contract.ts'
import { findIntegrationModule, findTriggerType, integrationModules, registryOf } from './registry.ts'

const github = findIntegrationModule('github')!
const gmail = findIntegrationModule('gmail')!

test('there is a module for every provider the API accepts, and no other', () => {
  expect([...integrationModules.keys()].sort()).toEqual([...TriggerProvider.options].sort())
  expect(findIntegrationModule('nobody')).toBeNull()
  expect(findTriggerType('github', 'issue_opened')?.title).toBe('Issue opened')
  expect(findTriggerType('github', 'issue_exploded')).toBeNull()
})

test('those of which the API takes webhooks, and no others, read webhooks', () => {
  const readers = [...integrationModules.values()].filter(({ triggers }) => triggers.webhook)
  expect(readers.map(({ meta }) => meta.id).sort()).toEqual([...WebhookProvider.options].sort())
  for (const { triggers, meta } of readers) expect(triggers.webhook?.addresses.length, meta.id).toBeGreaterThan(0)
})

const withTriggers = (module: IntegrationModule, change: Partial<IntegrationModule['triggers']>) => ({
  [module.meta.id]: { ...module, triggers: { ...module.triggers, ...change } },
})
const [issueOpened] = github.triggers.types

test.each([
  ['a key that is not the id of its module', { gitlab: github }, 'registered as gitlab'],
  [
    'a trigger type named twice',
    withTriggers(github, { types: [issueOpened!, issueOpened!] }),
    'two trigger types issue_opened',
  ],
  [
    'a type that nothing starts',
    withTriggers(github, { types: [{ ...issueOpened!, mechanisms: [] }] }),
    'Nothing starts',
  ],
  [
    'a polled type of a module that does not poll',
    withTriggers(github, { types: [{ ...issueOpened!, mechanisms: ['polling'] }] }),
    'no polling for issue_opened',
  ],
  [
    'a pushed type of a module that reads no webhooks',
    withTriggers(gmail, { types: [{ ...gmail.triggers.types[0]!, mechanisms: ['webhook'] }] }),
    'no webhook for email_received',
  ],
  [
    'a webhook without an address',
    withTriggers(github, { webhook: { ...github.triggers.webhook!, addresses: [] } }),
    'no webhook for',
  ],
  [
    'a poll more often than once a minute',
    withTriggers(gmail, { polling: { ...gmail.triggers.polling!, minIntervalSeconds: 30 } }),
    'polls too often',
  ],
  [
    'a usual interval below the least',
    withTriggers(gmail, { polling: { ...gmail.triggers.polling!, minIntervalSeconds: 120 } }),
    'polls too often',
  ],
] as [string, Record<string, IntegrationModule>, string][])('%s stops the start', (_, modules, message) => {
  expect(() => registryOf(modules)).toThrow(message)
})

test('every field of every trigger form has a title and a description', () => {
  for (const module of integrationModules.values()) {
    for (const type of module.triggers.types) {
      expect(type.id, module.meta.id).toMatch(/^[a-z]+(_[a-z]+)*$/)
      expect(type.title && type.description, type.id).toBeTruthy()
      const { properties = {} } = z.toJSONSchema(type.schema)
      for (const [name, field] of Object.entries(properties)) {
        const told = { title: expect.any(String), description: expect.any(String) }
        expect(field, `${type.id}.${name}`).toMatchObject(told)
      }
    }
  }
})

test('whatever is sent, no module throws over it, and what it makes of it is an event', () => {
  const readers = [...integrationModules.values()].flatMap(({ meta, triggers }) =>
    triggers.webhook ? [{ meta, triggers, webhook: triggers.webhook }] : [],
  )
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.string(), (payload, eventType) => {
      for (const { meta, triggers, webhook } of readers) {
        const about = { deliveryId: 'd', headers: {}, bodyHash: 'a'.repeat(64), receivedAt: '2026-11-21T10:00:00.000Z' }
        const parsed = webhook.parse({ payload, eventType, ...about })
        webhook.identity?.(payload)
        webhook.connection?.({ payload, eventType })
        for (const event of parsed.ok ? parsed.events : []) {
          expect(NormalizedEvent.parse(event), meta.id).toEqual(event)
          for (const type of triggers.types) {
            const configured = type.configure({})
            if (configured.ok) configured.matches(event)
          }
        }
      }
    }),
    { numRuns: 300 },
  )
})

test.each([
  ['linear', 'issue', { actions: ['create', 'remove'] }, ['actions']],
  ['linear', 'issue', { actions: ['create', 'update'], changed: [] }, []],
  ['linear', 'issue_updated', { changed: ['state'] }, ['changed']],
  ['sentry', 'issue', { actions: ['resolved'] }, ['actions']],
  ['sentry', 'issue', { actions: ['created'] }, []],
  ['jira', 'issue', { actions: ['deleted'] }, ['actions']],
  ['jira', 'issue', { actions: ['created', 'updated', 'transitioned'], changed: ['status'] }, []],
  ['gmail', 'email_received', {}, []],
])('%s %s with %j: what polling can never find is an issue of %j', (provider, type, config, paths) => {
  const { configure, pollingIssues } = findTriggerType(provider, type)!
  expect(configure(config)).toMatchObject({ ok: true })
  const issues = pollingIssues(config)
  expect(issues.map(({ path }) => path)).toEqual(paths)
  for (const { message } of issues) expect(message).toMatch(/^polling /)
})

/** What a module may name: the contract, its declared errors, neighbours, the kernel's types, wire contracts, zod. */
const ALLOWED = [
  /^zod$/,
  /^\.\/[\w-]+\.ts$/,
  /^\.\.\/common\/[\w-]+\.ts$/,
  /^\.\.\/\.\.\/(contract|errors)\.ts$/,
  /^#kernel\/ports$/,
  /^#schema\/contracts\/[\w-]+$/,
]
const IMPORT = /\b(?:from\s+|import\s*\(?\s*)['"]([^'"\n]+)['"]/g
const REACHES = [
  /\b(fetch|setTimeout|setInterval|queueMicrotask|require)\s*\(/,
  /\b(process|globalThis|env|navigator|caches|platform)\s*[.[(]/,
  /\bimport\.meta\b|\bimport\s*\(/,
  /\b(nango|arctic|broker|drizzle)\b/i,
  /^(let|var)\s/m,
]

function offencesOf(text: string): string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm, '')
  const imports = [...code.matchAll(IMPORT)].map(([, name]) => name!)
  const strangers = imports.filter((name) => !ALLOWED.some((pattern) => pattern.test(name)))
  return [...strangers, ...REACHES.filter((pattern) => pattern.test(code)).map(String)]
}

test('modules get everything by argument: they import nothing that reaches the world (trap T7)', async () => {
  const folder = join(import.meta.dirname, 'modules')
  const files = (await readdir(folder, { recursive: true })).filter((file) => /(?<!\.test)\.ts$/.test(file))
  for (const id of integrationModules.keys()) expect(files).toContain(join(id, 'module.ts'))
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8')
    expect(offencesOf(text), file).toEqual([])
  }
})

test.each([
  "import { db } from '#kernel/database'",
  "import { send } from '../../ports.ts'",
  "import 'node:fs'",
  "export { vault } from '#adapters/platform'",
  "const module = await import('./context.ts')",
  'await fetch(url)',
  "process.env['TOKEN']",
  'return env.TOKEN',
  'const token = await broker.tokenOf(integration)',
  'globalThis.caches',
  'let seen = 0',
])('the scan for trap T7 would find %s', (line) => {
  expect(offencesOf(`import { z } from 'zod'\n${line}\n`)).not.toEqual([])
})
