import { beforeEach, expect, test } from 'vitest'
import type { EndpointCopies, SealedEndpoint } from '#domain/triggers'
import { rememberedCopies } from './remembered-copies.ts'

let asked: number
let kept: Map<string, SealedEndpoint>
let namespace: object
let now = 0

const copies = (): EndpointCopies =>
  rememberedCopies(
    {
      async get(endpointId) {
        asked += 1
        return kept.get(endpointId) ?? null
      },
      async put(endpoint) {
        kept.set(endpoint.id, endpoint)
      },
      async delete(endpointId) {
        kept.delete(endpointId)
      },
    },
    namespace,
    () => now,
  )

const endpoint = (id: string, sealedSecret = 'sealed', version = 1): SealedEndpoint => ({
  id,
  organizationId: 'organization',
  provider: 'github',
  triggerId: null,
  sealedSecret,
  signatureRequired: true,
  previous: [],
  version,
})

beforeEach(() => {
  asked = 0
  kept = new Map()
  namespace = {}
})

test('a storm for one endpoint asks once, and again half a minute later', async () => {
  kept.set('storm', endpoint('storm'))
  for (let count = 0; count < 100; count += 1) expect(await copies().get('storm')).toEqual(endpoint('storm'))
  expect(asked).toBe(1)
  now += 30_000
  await copies().get('storm')
  expect(asked).toBe(2)
})

test('an endpoint that is not there is looked for each time', async () => {
  expect(await copies().get('missing')).toBeNull()
  kept.set('missing', endpoint('missing'))
  expect(await copies().get('missing')).toEqual(endpoint('missing'))
})

test('what was read before a rotation and comes after it does not replace the newer one', async () => {
  await copies().put(endpoint('raced', 'new', 2))
  await copies().put(endpoint('raced', 'old', 1))
  expect(await copies().get('raced')).toMatchObject({ sealedSecret: 'new' })
})

test('a deleted endpoint is forgotten', async () => {
  await copies().put(endpoint('deleted'))
  await copies().delete('deleted')
  expect(await copies().get('deleted')).toBeNull()
})

test('a rotated secret replaces the remembered one at once', async () => {
  kept.set('rotated', endpoint('rotated'))
  await copies().get('rotated')
  await copies().put(endpoint('rotated', 'sealed anew'))
  expect(await copies().get('rotated')).toEqual(endpoint('rotated', 'sealed anew'))
})
