import { beforeAll, expect, test } from 'vitest'
import { type HttpWorld, openHttpWorld } from '../../../tests/setup/http-world.ts'
import { asker } from '../../../tests/setup/people.ts'
import type { SignedIn } from '../../../tests/setup/sign-in.ts'

let world: HttpWorld
let ann: SignedIn
beforeAll(async () => {
  world = await openHttpWorld()
  ann = await world.signUp('Ann')
})

test.each(['application/json', 'application/JSON', 'Application/Json; charset=utf-8', 'application/vnd.api+json'])(
  'what no column holds is not left in a body of type %s',
  async (contentType) => {
    const answer = await world.request('/api/onboarding', {
      method: 'PUT',
      headers: { ...ann.bearer, 'content-type': contentType },
      body: String.raw`{"answers":{"useCase":"a\u0000b\ud800c"}}`,
    })
    expect([answer.status, await answer.json()]).toMatchObject([200, { answers: { useCase: 'ab\ufffdc' } }])
  },
)

test.each([
  '/api/audit?actor=%00',
  '/api/audit/export?format=csv&subjectId=a%00b',
  '/api/deliveries?q=%00',
  '/api/device/%00',
  '/api/organizations/%00/members',
  '/api/admin/users?q=%00',
  '/api/auth/get-session?%00=1',
  '/ws/sessions/%00',
  '/docs/errors/%00',
] as const)('GET %s → 400 request.invalid: U+0000 in an address names nothing', async (path) => {
  const { status, body } = await asker(world)(`GET ${path}`, ann.bearer)
  expect([status, body.code]).toEqual([400, 'request.invalid'])
  expect((await asker(world)('GET /api/audit?verb=export', ann.bearer)).body.items).toEqual([])
})
