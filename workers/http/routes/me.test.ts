import { beforeAll, expect, test } from 'vitest'
import type { Me } from '#schema/contracts/identity'
import { type HttpWorld, openHttpWorld } from '../../../tests/setup/http-world.ts'

let world: HttpWorld
beforeAll(async () => void (world = await openHttpWorld()))

test('GET /api/me → the logo of each organization, so that it is told from others at a glance', async () => {
  const ann = await world.signUp('Ann')
  const logosOf = async () => {
    const answer = await world.request('/api/me', { headers: ann.bearer })
    return ((await answer.json()) as Me).organizations.map(({ logo }) => logo)
  }
  expect(await logosOf()).toEqual([null])
  const logo = 'https://avatars.githubusercontent.com/u/7'
  const change = (body: object) =>
    world.request(`/api/organizations/${ann.organizationId}`, {
      method: 'PATCH',
      headers: { ...ann.bearer, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  expect((await change({ logo })).status).toBe(200)
  expect(await logosOf()).toEqual([logo])
  for (const bad of ['http://acme.test/a.png', 'javascript:alert(1)']) {
    expect((await change({ logo: bad })).status).toBe(400)
  }
  expect(await logosOf()).toEqual([logo])
})
