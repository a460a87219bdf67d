import { afterAll, beforeAll, expect, test } from 'vitest'
import { isId } from '#kernel/ids'
import { sql } from 'drizzle-orm'
import { queryRows } from '#kernel/database'
import { type TestPlatform, testPlatform } from './platform.ts'

let platform: TestPlatform
beforeAll(async () => void (platform = await testPlatform()))
afterAll(() => platform.close())

test('the test platform stands on a migrated database of its own', async () => {
  expect(await queryRows(platform.db, sql`select count(*)::int as runs from automation_runs`)).toEqual([{ runs: 0 }])
})

test('ids of the test platform are valid and sort in the order they were made', () => {
  const ids = Array.from({ length: 300 }, () => platform.ids.next())
  expect(ids.every(isId)).toBe(true)
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(300)
})
