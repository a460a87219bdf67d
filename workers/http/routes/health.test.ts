import { expect, test } from 'vitest'
import { SandboxProviderUnavailable } from '#domain/sandboxes'
import { readinessChecks } from '../../../adapters/readiness.ts'
import { openHttpWorld } from '../../../tests/setup/http-world.ts'

const never = () => new Promise<never>(() => {})

async function worldWith(broken: { blobs?: () => Promise<null>; sandboxes?: () => Promise<void> } = {}) {
  const world = await openHttpWorld()
  const fine = () => Promise.resolve(null)
  world.platform.readiness = readinessChecks({
    db: world.test.db,
    endpointCopies: { get: fine } as unknown as KVNamespace,
    blobs: { head: broken.blobs ?? fine } as unknown as R2Bucket,
    sandboxes: { health: broken.sandboxes ?? (() => Promise.resolve()) },
  })
  return world
}
const ready = async (world: Awaited<ReturnType<typeof worldWith>>) => {
  const response = await world.request('/readyz')
  type Check = { name: string; ok: boolean; detail: string | null }
  const body = (await response.json()) as { ok: boolean; checks: Check[] }
  const failed = body.checks.filter((check) => !check.ok).map(({ name, detail }) => ({ name, detail }))
  return { status: response.status, ok: body.ok, asked: body.checks.map((check) => check.name), failed }
}

test('GET /healthz → 200 whatever stands behind', async () => {
  const world = await worldWith({ blobs: never })
  await world.test.close()
  const response = await world.request('/healthz')
  expect([response.status, await response.json()]).toEqual([200, { ok: true }])
})

test('GET /readyz → 200 when database, copies, blobs and sandbox provider answer', async () => {
  expect(await ready(await worldWith())).toEqual({
    status: 200,
    ok: true,
    asked: ['database', 'endpoint copies', 'blobs', 'sandbox provider'],
    failed: [],
  })
})

test('GET /readyz → 503 naming what fails, in words that tell nothing about the inside', async () => {
  const world = await worldWith({ sandboxes: () => Promise.reject(SandboxProviderUnavailable()) })
  await world.test.close()
  expect(await ready(world)).toMatchObject({
    status: 503,
    ok: false,
    failed: [
      { name: 'database', detail: 'Does not answer' },
      { name: 'sandbox provider', detail: 'The sandbox provider does not answer' },
    ],
  })
})

test('GET /readyz → 503 within its deadline when something never answers', async () => {
  const startedAt = performance.now()
  expect(await ready(await worldWith({ blobs: never }))).toMatchObject({
    status: 503,
    failed: [{ name: 'blobs', detail: 'No answer within 3000 ms' }],
  })
  expect(performance.now() - startedAt).toBeLessThan(5_000)
})
