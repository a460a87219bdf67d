import { randomUUID } from 'node:crypto'
import type { RouteConfig } from '@hono/zod-openapi'
import { beforeAll, describe, expect, test } from 'vitest'
import { ApiError, createClient } from '#schema/endpoints/client'
import { endpoints } from '#schema/endpoints/index'
import { type HttpWorld, openHttpWorld } from '../../../tests/setup/http-world.ts'
import type { SignedIn } from '../../../tests/setup/sign-in.ts'

// Organizations, members and profiles have entity tags, and an edit that names one loses to an earlier one.

let world: HttpWorld
beforeAll(async () => void (world = await openHttpWorld()))

/** The typed client, as the dashboard uses it. */
const clientOf = ({ bearer }: SignedIn) =>
  createClient({
    baseUrl: '',
    fetch: async (input, init) => world.request(String(input), init),
    headers: () => bearer,
  })

interface Thing {
  show: RouteConfig
  update: RouteConfig
  params: Record<string, string>
  /** Two edits that are not the same. */
  edits: [object, object]
  owner: SignedIn
}

const THINGS: Record<string, () => Promise<Thing>> = {
  organization: async () => {
    const owner = await world.signUp('Ann')
    const { show, update } = endpoints.organizations
    const edits: [object, object] = [{ name: 'Acme' }, { slug: `acme-${randomUUID()}`, logo: 'https://acme.test/a.png' }]
    return { show, update, params: { organizationId: owner.organizationId }, edits, owner }
  },
  member: async () => {
    const owner = await world.signUp('Ann')
    const bo = await world.memberOf(owner, 'member')
    const { organizationId } = owner
    const { items } = await clientOf(owner)(endpoints.members.list, { params: { organizationId }, query: {} })
    const memberId = items.find(({ userId }) => userId === bo.userId)?.id ?? ''
    const { show, update } = endpoints.members
    return { show, update, params: { organizationId, memberId }, edits: [{ role: 'admin' }, { role: 'viewer' }], owner }
  },
  profile: async () => {
    const owner = await world.signUp('Ann')
    return { ...endpoints.profile, params: {}, edits: [{ name: 'Anna' }, { image: 'https://acme.test/a.png' }], owner }
  },
}

const statusOf = (edit: Promise<unknown>) =>
  edit.then(
    () => 200,
    (error: unknown) => (error instanceof ApiError ? error.status : error),
  )

describe.each(Object.entries(THINGS))('one %s', (_name, make) => {
  async function open() {
    const { show, update, params, edits, owner } = await make()
    const { tagged } = clientOf(owner)
    const ask = (route: RouteConfig, more: object = {}) => tagged(route, { params, ...more } as never)
    return { edits, show: () => ask(show), edit: (body: object, ifMatch?: string) => ask(update, ifMatch ? { body, ifMatch } : { body }) }
  }

  test('GET gives its tag, PATCH with it → 200 as it is now, with the new one', async () => {
    const { show, edit, edits } = await open()
    const before = await show()
    expect(before.etag).toMatch(/^"[0-9a-f]{32}"$/)
    const changed = await edit(edits[0], before.etag ?? '')
    expect(changed.body).toEqual({ ...(before.body as object), ...edits[0] })
    expect(changed.etag).not.toBe(before.etag)
    expect(await show()).toEqual(changed)
  })

  test('PATCH with the tag of an earlier state → 412, and nothing is changed; without a tag → 200', async () => {
    const { show, edit, edits } = await open()
    const { etag } = await show()
    const changed = await edit(edits[0], etag ?? '')
    const late = await edit(edits[1], etag ?? '').catch((error: unknown) => error)
    expect(late).toMatchObject({ status: 412, problem: { code: 'resource.changed' } })
    expect(await show()).toEqual(changed)
    expect((await edit(edits[1])).body).toMatchObject(edits[1])
  })

  test('of two edits at once with one tag, and of twenty, exactly one is 200, the others 412', async () => {
    for (const many of [2, 20]) {
      const { show, edit, edits } = await open()
      const { etag } = await show()
      const asked = Array.from({ length: many }, (_, index) => statusOf(edit(edits[index % 2] ?? {}, etag ?? '')))
      expect((await Promise.all(asked)).sort()).toEqual([200, ...Array.from({ length: many - 1 }, () => 412)])
    }
  })
})
