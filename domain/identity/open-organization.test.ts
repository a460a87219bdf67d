import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { members, organizations, users } from '#schema/tables/index'
import { testPlatform, type TestPlatform } from '../../tests/platform.ts'
import { openOrganization, slugOf } from './open-organization.ts'

let platform: TestPlatform
beforeAll(async () => {
  platform = await testPlatform()
})

const nameOf = ({ name }: { name: string }) => `${name}'s Workspace`
async function seedUser(name = 'Ann Lee') {
  const id = randomUUID().replaceAll('-', '')
  await platform.db.insert(users).values({ id, name, email: `${id}@people.example` })
  return id
}
const membershipsOf = (userId: string) => platform.db.select().from(members).where(eq(members.userId, userId))

test('the first sign-in makes one organization and its owner, also when it happens five times at once', async () => {
  const userId = await seedUser()
  const opened = await Promise.all(Array.from({ length: 5 }, () => openOrganization(platform, { userId, nameOf })))
  expect(new Set(opened)).toEqual(new Set([`org_${userId}`]))
  expect(await membershipsOf(userId)).toMatchObject([{ organizationId: `org_${userId}`, role: 'owner' }])
  const [made] = await platform.db.select().from(organizations).where(eq(organizations.id, `org_${userId}`))
  expect(made).toMatchObject({ name: "Ann Lee's Workspace", slug: `ann-lee-s-workspace-${userId}` })
})

// Id and slug are both unique: two inserts of one moment may meet on either. Twenty people make it happen.
test('first sign-ins that meet in the database are none an error', async () => {
  for (let person = 0; person < 20; person += 1) {
    const userId = await seedUser()
    await Promise.all(Array.from({ length: 8 }, () => openOrganization(platform, { userId, nameOf })))
    expect(await membershipsOf(userId)).toHaveLength(1)
  }
})

test('who is a member somewhere starts there, on the oldest, and gets no other', async () => {
  const userId = await seedUser()
  for (const [id, day] of [['younger', 2], ['older', 1]] as const) {
    const organizationId = `${id}-${userId}`
    await platform.db.insert(organizations).values({ id: organizationId, name: id, slug: organizationId })
    const createdAt = new Date(Date.UTC(2026, 0, day))
    await platform.db.insert(members).values({ id: organizationId, organizationId, userId, role: 'member', createdAt })
  }
  expect(await openOrganization(platform, { userId, nameOf })).toBe(`older-${userId}`)
  expect(await membershipsOf(userId)).toHaveLength(2)
})

test('nobody gets nothing', async () => {
  expect(await openOrganization(platform, { userId: 'nobody', nameOf })).toBeNull()
})

test('a slug is Latin letters and digits, whatever the name', () => {
  expect(slugOf("Ann Løvstad's  Würkspace!")).toBe('ann-l-vstad-s-wurkspace')
  expect(slugOf('李雷')).toBe('workspace')
  expect(slugOf('x'.repeat(100))).toHaveLength(40)
})
