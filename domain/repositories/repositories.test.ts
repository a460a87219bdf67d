import { eq } from 'drizzle-orm'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { auditRowOf } from '#domain/identity'
import type { Actor } from '#domain/identity'
import { configurationRepositories, repositories } from '#schema/tables/index'
import { testPlatform, type TestPlatform } from '../../tests/platform.ts'
import { seedConfiguration, seedOrganization } from '../../tests/setup/seed.ts'
import {
  configurationExists,
  ConfigurationNotFound,
  createRepository,
  findRepository,
  listRepositories,
  loadConfigurationRepositories,
  readRepositoryCredential,
  RepositoryNotFound,
} from './index.ts'
import { upsertRepository } from './repositories.store.ts'

let platform: TestPlatform
let organizationId: string
let actor: Actor
beforeAll(async () => {
  platform = await testPlatform()
})
beforeEach(async () => {
  organizationId = await seedOrganization(platform)
  actor = { kind: 'system', organizationId }
})

const credential = { username: 'git', password: 'a secret of git' }
const given = { name: 'acme/app', url: 'https://git.test/acme/app.git', defaultBranch: 'main' }
const create = async (change: Partial<Parameters<typeof createRepository>[1]> = {}) =>
  (await createRepository(platform, { actor, ...given, credential, ...change })).repository
const read = (configurationId: string, url = given.url, of = organizationId) =>
  readRepositoryCredential(platform, { organizationId: of, configurationId, url })

describe('what a session boots', () => {
  test('the configuration of a repository holds it at the root of the workspace', async () => {
    const { id, configurationId } = await create()
    expect(await loadConfigurationRepositories(platform, { organizationId, configurationId })).toEqual({
      configuration: { id: configurationId, name: 'acme/app', setupCommands: [] },
      repositories: [
        { repositoryId: id, name: 'acme/app', url: given.url, defaultBranch: 'main', workspacePath: '.' },
      ],
    })
  })

  test("another organization's configuration is not found, like a missing one", async () => {
    const { configurationId } = await create()
    const other = await seedOrganization(platform)
    for (const ask of [
      { organizationId: other, configurationId },
      { organizationId, configurationId: platform.ids.next() },
    ]) {
      await expect(loadConfigurationRepositories(platform, ask)).rejects.toSatisfy(ConfigurationNotFound.is)
      expect(await configurationExists(platform, ask)).toBe(false)
    }
    expect(await configurationExists(platform, { organizationId, configurationId })).toBe(true)
  })
})

describe('the credential of a repository', () => {
  test('opens for the URL of a repository of the configuration, and below it', async () => {
    const { configurationId } = await create()
    expect(await read(configurationId)).toEqual(credential)
    expect(await read(configurationId, `${given.url}/info/refs`)).toEqual(credential)
  })

  test('is none for another URL, configuration or organization, and for a public repository', async () => {
    const { configurationId } = await create()
    const elsewhere = await seedConfiguration(platform, organizationId)
    const other = await seedOrganization(platform)
    expect(await read(configurationId, 'https://git.test/acme/other.git')).toBeNull()
    expect(await read(elsewhere.configurationId)).toBeNull()
    expect(await read(elsewhere.configurationId, elsewhere.url)).toBeNull()
    expect(await read(configurationId, given.url, other)).toBeNull()
  })

  test('is that of the innermost repository when one lies inside another', async () => {
    const outer = await create({ name: 'acme/all', url: 'https://git.test/acme' })
    const inner = await create({ credential: { username: 'inner', password: 'inner secret' } })
    const link = { configurationId: outer.configurationId, repositoryId: inner.id, workspacePath: 'inner' }
    await platform.db.insert(configurationRepositories).values(link)
    expect(await read(outer.configurationId)).toEqual({ username: 'inner', password: 'inner secret' })
    expect(await read(outer.configurationId, 'https://git.test/acme/else')).toEqual(credential)
  })

  test('does not open when it was moved to another row', async () => {
    const [mine, theirs] = [await create(), await create({ name: 'acme/b', url: 'https://git.test/acme/b' })]
    const [row] = await platform.db.select().from(repositories).where(eq(repositories.id, mine.id))
    const stolen = { sealedCredential: row?.sealedCredential ?? null }
    await platform.db.update(repositories).set(stolen).where(eq(repositories.id, theirs.id))
    await expect(read(theirs.configurationId, theirs.url)).rejects.toThrow()
  })

  test('still opens after the repository was given again, by many at once', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => create()))
    expect(new Set(made.map((repository) => repository.id)).size).toBe(1)
    expect(await read(made[0]?.configurationId ?? '')).toEqual(credential)
  })

  test('is not written into a row that another one made meanwhile, for whose id it was not sealed', async () => {
    const { id, configurationId } = await create()
    const late = { ...given, id: platform.ids.next(), configurationId: platform.ids.next(), sealedCredential: 'sealed' }
    const actor = { kind: 'system' as const, organizationId }
    const audit = auditRowOf(platform, { actor, verb: 'create', subject: { kind: 'repository', id: null, label: null } })
    const change = { ...late, createdBy: null, mayUpdate: true, audit }
    expect(await upsertRepository(platform.db, organizationId, change)).toBeUndefined()
    expect(await upsertRepository(platform.db, organizationId, { ...change, id })).toMatchObject({ created: false })
    await expect(read(configurationId)).rejects.toThrow()
  })

  test('is gone when the repository is given again without one, so that a new URL never inherits it', async () => {
    const { configurationId } = await create()
    const moved = await create({ url: 'https://elsewhere.test/app', credential: undefined })
    expect(moved).toMatchObject({ configurationId, hasCredential: false, url: 'https://elsewhere.test/app' })
    expect(await read(configurationId, 'https://elsewhere.test/app')).toBeNull()
  })
})

test("another organization's repository is not found and not listed", async () => {
  const { id } = await create()
  const other = await seedOrganization(platform)
  const asked = findRepository(platform, { actor: { kind: 'system', organizationId: other }, repositoryId: id })
  await expect(asked).rejects.toSatisfy(RepositoryNotFound.is)
  expect(await listRepositories(platform, { actor: { kind: 'system', organizationId: other }, limit: 10 })).toEqual({
    items: [],
    nextCursor: null,
  })
})

test('what a repository is shown as keeps the configuration made for it when it joins a second one', async () => {
  const { id, configurationId } = await create()
  const second = await seedConfiguration(platform, organizationId)
  await platform.db
    .insert(configurationRepositories)
    .values({ configurationId: second.configurationId, repositoryId: id, workspacePath: 'app' })
  expect(await findRepository(platform, { actor: { kind: 'system', organizationId }, repositoryId: id })).toMatchObject({ configurationId })
})
