import { eq, inArray } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { members, organizations, users } from '#schema/tables/index'
import { type HttpWorld, openHttpWorld } from '../../../tests/setup/http-world.ts'
import { asker, verify } from '../../../tests/setup/people.ts'
import { addMember, type SignedIn } from '../../../tests/setup/sign-in.ts'

let world: HttpWorld
let ann: SignedIn
let others: SignedIn[]
beforeAll(async () => {
  world = await openHttpWorld()
  ann = await world.signUp('Ann')
  others = await Promise.all(Array.from({ length: 4 }, (_, index) => world.signUp(`Somebody ${index}`)))
  for (const { userId } of others) await addMember(world.test.db, { organizationId: ann.organizationId, userId, role: 'member' })
  // Two who came in the same microsecond are told apart by their ids.
  const [, second, third] = others
  const atOnce = inArray(members.userId, [second?.userId ?? '', third?.userId ?? ''])
  await world.test.db.update(members).set({ createdAt: new Date('2020-01-01T00:00:00Z') }).where(atOnce)
})

/** Every id of a list, page by page; `between` happens after each page and before the next. */
async function walk(path: `/api/${string}`, between: (last: string) => Promise<unknown> = () => Promise.resolve()) {
  const seen: string[] = []
  for (let cursor: unknown = ''; cursor !== null; ) {
    const behind = cursor === '' ? '' : `&cursor=${String(cursor)}`
    const { status, body } = await asker(world)(`GET ${path}limit=2${behind}`, ann.bearer)
    expect([status, body.code]).toEqual([200, undefined])
    seen.push(...(body.items ?? []).map(({ id }) => String(id)))
    await between(seen.at(-1) ?? '')
    cursor = body['nextCursor']
  }
  return seen
}

test('members: every one of them once; also when the last of a page is removed before the next is asked for', async () => {
  const path = `/api/organizations/${ann.organizationId}/members?` as const
  const all = await walk(path)
  expect([all.length, new Set(all).size]).toEqual([5, 5])
  const kept = await world.test.db.select().from(members).where(eq(members.userId, ann.userId))
  const remove = async (id: string) => {
    if (id !== kept[0]?.id) await world.test.db.delete(members).where(eq(members.id, id))
  }
  expect(await walk(path, remove)).toEqual(all)
})

test('people and organizations of the deployment: likewise', async () => {
  await verify(world, ann.userId)
  world.platform.access = { ...world.platform.access, superAdminEmails: [ann.email] }
  const organizationsSeen = await walk('/api/admin/organizations?')
  expect([organizationsSeen.length, new Set(organizationsSeen).size]).toEqual([5, 5])
  const removeOrganization = async (id: string) => {
    if (id !== ann.organizationId) await world.test.db.delete(organizations).where(eq(organizations.id, id))
  }
  expect(await walk('/api/admin/organizations?', removeOrganization)).toEqual(organizationsSeen)
  const usersSeen = await walk('/api/admin/users?')
  expect(usersSeen).toHaveLength(5)
  const removeUser = async (id: string) => {
    if (id !== ann.userId) await world.test.db.delete(users).where(eq(users.id, id))
  }
  expect(await walk('/api/admin/users?', removeUser)).toEqual(usersSeen)
})

test.each(['019e807a-ec02-7000-8000-000000020000', '1_', '12345678901234567_a', '1_a b'])('a cursor that no page gave, %s → 400', async (cursor) => {
  const path = `/api/organizations/${ann.organizationId}/members?cursor=${encodeURIComponent(cursor)}` as const
  expect((await asker(world)(`GET ${path}`, ann.bearer)).status).toBe(400)
})
