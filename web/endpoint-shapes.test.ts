import { expect, it } from 'vitest'
import { Id } from '#schema/contracts/common'
import { createRoute, z } from './endpoint-shapes.ts'

it('keeps a route as it was declared, with the schemas of the contracts', () => {
  const route = { method: 'get', path: '/api/runs/{runId}', request: { params: z.object({ runId: Id }) } }
  expect(createRoute(route)).toBe(route)
  expect(route.request.params.safeParse({ runId: 'none' }).success).toBe(false)
})
