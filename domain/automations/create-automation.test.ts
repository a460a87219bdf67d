import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Actor, Forbidden } from '#domain/identity'
import { CreateAutomation } from '#schema/contracts/automations'
import { type TestPlatform, testPlatform } from '../../tests/platform.ts'
import { seedAutomation, seedConfiguration, seedOrganization } from '../../tests/setup/seed.ts'
import { createAutomation, findAutomation, listAutomations } from './index.ts'

let platform: TestPlatform
beforeAll(async () => void (platform = await testPlatform()))
afterAll(() => platform.close())

const actorOf = (organizationId: string, role: 'member' | 'viewer'): Actor => ({
  kind: 'user',
  userId: 'user-1',
  userName: 'Ada',
  organizationId,
  role,
})

test('a created automation is found as it was answered', async () => {
  const organizationId = await seedOrganization(platform)
  const { configurationId } = await seedConfiguration(platform, organizationId)
  const automation = CreateAutomation.parse({ name: 'Fix issues', defaultConfigurationId: configurationId })
  const created = await createAutomation(platform, { actor: actorOf(organizationId, 'member'), automation })
  expect(created).toMatchObject({ name: 'Fix issues', enabled: true, triggerCount: 0 })
  expect(created.defaultConfigurationId).toBe(configurationId)
  expect(await findAutomation(platform, { actor: { kind: 'system', organizationId }, automationId: created.id })).toEqual(created)
})

test('a viewer may not create an automation', async () => {
  const organizationId = await seedOrganization(platform)
  const automation = CreateAutomation.parse({})
  await expect(
    createAutomation(platform, { actor: actorOf(organizationId, 'viewer'), automation }),
  ).rejects.toSatisfy(Forbidden.is)
})

test('pages of automations come newest first, each once, with the count of their triggers', async () => {
  const organizationId = await seedOrganization(platform)
  const made: string[] = []
  for (let index = 0; index < 5; index += 1) made.push((await seedAutomation(platform, organizationId)).automationId)
  const first = await listAutomations(platform, { actor: { kind: 'system', organizationId }, limit: 3 })
  const cursor = first.nextCursor ?? ''
  const second = await listAutomations(platform, { actor: { kind: 'system', organizationId }, limit: 3, cursor })
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made.toReversed())
  expect(second.nextCursor).toBeNull()
  expect(first.items.map(({ triggerCount }) => triggerCount)).toEqual([1, 1, 1])
})
