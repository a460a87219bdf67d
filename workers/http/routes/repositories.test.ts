import { beforeAll, describe, expect, test } from 'vitest'
import type { Repository } from '#schema/contracts/repositories'
import { repositories } from '#schema/tables/index'
import { eq } from 'drizzle-orm'
import { type HttpWorld, openHttpWorld, post } from '../../../tests/setup/http-world.ts'
import { expectLooksMissing } from '../../../tests/setup/refusals.ts'
import type { SignedIn } from '../../../tests/setup/sign-in.ts'

const MISSING = '01900000-0000-7000-8000-00000000dead'
let world: HttpWorld
let owner: SignedIn
beforeAll(async () => {
  world = await openHttpWorld()
  owner = await world.signUp('Ann')
})

const credential = { username: 'git', password: 'a secret of git' }
const create = async (body: object, by = owner) => {
  const response = await world.request('/api/repositories', post(body, by.bearer))
  const text = await response.text()
  return { status: response.status, text, body: JSON.parse(text) as Repository & { code: string } }
}
const given = (name: string) => ({ name, url: `https://git.test/${name}.git` })
const list = async (by: SignedIn, query = '') => {
  const response = await world.request(`/api/repositories${query}`, { headers: by.bearer })
  return (await response.json()) as { items: Repository[]; nextCursor: string | null }
}

describe('POST /api/repositories', () => {
  test('→ 201 with the configuration that boots it; the credential is sealed and never shown', async () => {
    const { status, text, body } = await create({ ...given('acme/app'), credential })
    expect(status).toBe(201)
    expect(body).toMatchObject({ name: 'acme/app', defaultBranch: 'main', hasCredential: true })
    expect(body.configurationId).not.toBe(body.id)
    expect(text).not.toContain(credential.password)
    const [row] = await world.test.db.select().from(repositories).where(eq(repositories.id, body.id))
    expect(row).toMatchObject({ createdBy: owner.userId, organizationId: owner.organizationId })
    expect(row?.sealedCredential).not.toContain(credential.password)
  })

  test('→ 200 when it was there: one repository, one configuration, now as given', async () => {
    const first = await create(given('acme/again'))
    const change = { url: 'https://other.test/again', defaultBranch: 'trunk', credential }
    const second = await create({ ...given('acme/again'), ...change })
    expect([first.status, second.status]).toEqual([201, 200])
    expect(second.body).toEqual({
      ...first.body,
      url: 'https://other.test/again',
      defaultBranch: 'trunk',
      hasCredential: true,
      updatedAt: second.body.updatedAt,
    })
    expect(Date.parse(second.body.updatedAt)).toBeGreaterThan(Date.parse(first.body.updatedAt))
    const third = await create(given('acme/again'))
    expect(third.body).toEqual({ ...first.body, updatedAt: third.body.updatedAt })
  })

  test('→ one 201 and the rest 200 when the same comes at once', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => create({ ...given('acme/race'), credential })))
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 200, 200, 200, 200, 201])
    expect(new Set(answers.map((answer) => answer.body.configurationId)).size).toBe(1)
  })

  test('→ 400 for a URL that is none, is not HTTP or holds a credential, and for a name without an owner', async () => {
    for (const url of ['ssh://git@x.test/a', 'https://me:word@x.test/a', 'file:///etc', 'no address', '']) {
      expect(await create({ name: 'a/b', url })).toMatchObject({ status: 400, body: { code: 'request.invalid' } })
    }
    expect((await create({ ...given('acme') })).status).toBe(400)
  })

  test('→ 403 for a viewer; a member may add one, but no credential and no change', async () => {
    const viewer = await world.memberOf(owner, 'viewer')
    const member = await world.memberOf(owner, 'member')
    const admin = await world.memberOf(owner, 'admin')
    expect(await create(given('acme/viewed'), viewer)).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } })
    expect((await create(given('acme/mine'), member)).status).toBe(201)
    expect((await create(given('acme/mine'), member)).status).toBe(200)
    expect((await create({ ...given('acme/sealed'), credential }, member)).status).toBe(403)
    expect((await create({ ...given('acme/mine'), url: 'https://evil.test/mine' }, member)).status).toBe(403)
    expect((await create({ ...given('acme/mine'), credential }, admin)).status).toBe(200)
    expect((await create(given('acme/mine'), member)).status).toBe(403)
  })

  test('a name of another organization is free', async () => {
    const other = await world.signUp('Bo')
    expect((await create(given('acme/shared'))).status).toBe(201)
    expect((await create(given('acme/shared'), other)).status).toBe(201)
  })
})

describe('GET /api/repositories', () => {
  test('→ pages, newest first, of one organization', async () => {
    const person = await world.signUp('Cy')
    for (const name of ['a/1', 'a/2', 'a/3']) await create(given(name), person)
    const first = await list(person, '?limit=2')
    expect(first.items.map((item) => item.name)).toEqual(['a/3', 'a/2'])
    const last = await list(person, `?limit=2&cursor=${first.nextCursor}`)
    expect([last.items.map((item) => item.name), last.nextCursor]).toEqual([['a/1'], null])
  })

  test('→ 200 for a viewer, and an empty page for a new organization', async () => {
    expect(await list(await world.signUp('Di'))).toEqual({ items: [], nextCursor: null })
    const viewer = await world.memberOf(owner, 'viewer')
    expect((await list(viewer)).items.length).toBeGreaterThan(0)
  })
})

describe('GET /api/repositories/:repositoryId', () => {
  test('→ 200', async () => {
    const { body } = await create(given('acme/shown'))
    const response = await world.request(`/api/repositories/${body.id}`, { headers: owner.bearer })
    expect([response.status, await response.json()]).toEqual([200, body])
  })

  test("→ 404 for another organization's, byte for byte like a missing one", async () => {
    const foreign = (await create(given('acme/foreign'))).body
    const other = await world.signUp('Eve')
    await expectLooksMissing(world.request, {
      foreign: `/api/repositories/${foreign.id}`,
      missing: `/api/repositories/${MISSING}`,
      code: 'repository.not_found',
      init: { headers: other.bearer },
    })
  })
})
