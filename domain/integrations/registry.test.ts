import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { WebhookProvider } from '#schema/contracts/triggers'
import { findIntegrationModule, findTriggerType, integrationModules, registryOf } from './registry.ts'

test('there is a module for every provider the API accepts, and no other', () => {
  expect([...integrationModules.keys()].sort()).toEqual([...WebhookProvider.options].sort())
  expect(findIntegrationModule('nobody')).toBeNull()
  expect(findTriggerType('github', 'issue_opened')?.title).toBe('Issue opened')
  expect(findTriggerType('github', 'issue_exploded')).toBeNull()
})

test('a key that is not the id of its module, and a trigger type named twice, stop the start', () => {
  const github = findIntegrationModule('github')!
  expect(() => registryOf({ gitlab: github })).toThrow('registered as gitlab')
  const types = [...github.triggers.types, github.triggers.types[0]!]
  const twice = { ...github, triggers: { ...github.triggers, types } }
  expect(() => registryOf({ github: twice })).toThrow('two trigger types')
})

test('every field of every trigger form has a title and a description', () => {
  for (const module of integrationModules.values()) {
    for (const type of module.triggers.types) {
      expect(type.title && type.description, type.id).toBeTruthy()
      const { properties = {} } = z.toJSONSchema(type.schema)
      for (const [name, field] of Object.entries(properties)) {
        const told = { title: expect.any(String), description: expect.any(String) }
        expect(field, `${type.id}.${name}`).toMatchObject(told)
      }
    }
  }
})

test('modules get everything by argument: they import nothing that reaches the world (trap T7)', async () => {
  const folder = join(import.meta.dirname, 'modules')
  const files = (await readdir(folder, { recursive: true })).filter((file) => /(?<!\.test)\.ts$/.test(file))
  expect(files.length).toBeGreaterThan(3)
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8')
    const imports = [...text.matchAll(/from '([^']+)'/g)].map(([, name]) => name)
    const allowed = /^(zod|\.\/[\w-]+\.ts|\.\.\/\.\.\/contract\.ts|#kernel\/ports|#schema\/contracts\/\w+)$/
    expect(imports.filter((name) => !allowed.test(name!)), file).toEqual([])
    expect(text, file).not.toMatch(/\b(fetch|process|globalThis)\s*[(.]/)
  }
})
