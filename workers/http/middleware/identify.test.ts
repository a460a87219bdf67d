import { beforeAll, expect, test } from 'vitest'
import { type HttpWorld, openHttpWorld } from '../../../tests/setup/http-world.ts'
import { asker } from '../../../tests/setup/people.ts'

let world: HttpWorld
let ask: ReturnType<typeof asker>
beforeAll(async () => {
  world = await openHttpWorld()
  ask = asker(world)
})

const CHANGES = [
  ['PATCH /api/organizations/suggestions', { name: 'Mine' }],
  ['DELETE /api/organizations/suggestions', { confirmName: 'Mine' }],
] as const

test.each(CHANGES)('%s is about an organization of that name: nobody is let in, and nobody finds it', async (line, body) => {
  expect(await ask(line, {}, body)).toMatchObject({ status: 401, body: { code: 'auth.unauthenticated' } })
  const { bearer } = await world.signUp()
  expect(await ask(line, bearer, body)).toMatchObject({ status: 404, body: { code: 'organization.not_found' } })
})

test('GET and HEAD /api/organizations/suggestions are about the caller', async () => {
  const { bearer } = await world.signUp()
  expect(await ask('GET /api/organizations/suggestions', bearer)).toMatchObject({ status: 200, body: { items: [] } })
  const head = await world.request('/api/organizations/suggestions', { method: 'HEAD', headers: bearer })
  expect(head.status).toBe(200)
})
