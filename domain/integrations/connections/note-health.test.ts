import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { later } from '#kernel/clock'
import { MINUTE_MS } from '#kernel/durations'
import { integrations } from '#schema/tables/index'
import { type TestPlatform, testPlatform } from '../../../tests/platform.ts'
import { seedOrganization } from '../../../tests/setup/seed.ts'
import { noteRateLimits } from './note-health.ts'

let needs: TestPlatform
beforeAll(async () => void (needs = await testPlatform()))
afterAll(() => needs?.close())

test('of several limits the latest holds, in whatever order consumers learn of them; other connections are not touched', async () => {
  const organizationId = await seedOrganization(needs)
  const [id, other] = [needs.ids.next(), needs.ids.next()]
  for (const one of [id, other]) {
    const row = { id: one, organizationId, provider: 'stored', integrationId: 'linear', connectionId: one }
    await needs.db.insert(integrations).values(row)
  }
  const untilIn = (minutes: number) => ({ integrationId: id, until: later(needs.clock.now(), minutes * MINUTE_MS) })
  await noteRateLimits(needs, [untilIn(5), untilIn(10), untilIn(2)])
  await noteRateLimits(needs, [untilIn(1)])
  const limitOf = async (one: string) =>
    (await needs.db.select().from(integrations).where(eq(integrations.id, one)))[0]?.rateLimitedUntil
  expect([await limitOf(id), await limitOf(other)]).toEqual([untilIn(10).until, null])
})
