import { type SQL, sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { queryRows } from '#kernel/database'
import { auditLog } from '#schema/tables/index'
import type { HttpWorld } from './http-world.ts'
import type { asker } from './people.ts'
import { withAuditRefused } from './refused-audit.ts'

type Answer = Awaited<ReturnType<ReturnType<typeof asker>>>

/** Something that people do, and what the audit log must say of it. */
export interface Act {
  act(): Promise<Answer>
  /** What the log says of it, besides who and where. */
  entry: object
  /** In whose log it stands; without it, in the one of the organization that is made. */
  organizationId?: string
  /** What a second one at the same time, and one after it, is answered; without it, the act can be done again. */
  again?: number[]
  /** Others that are refused. */
  refused?: (() => Promise<Answer>)[]
}

/** Headers that say where an act comes from. */
export const WHERE = { 'cf-connecting-ip': '203.0.113.7', 'user-agent': 'Firefox' }
const BY = {
  ip: '203.0.113.7',
  userAgent: 'Firefox',
  actorId: expect.any(String) as string,
  actorName: expect.stringMatching(/^(Ann|Bo)$/) as string,
}

/**
 * Each act is one statement with its entry in the log: neither is ever there without the other. `tables` are those that
 * the acts change; no entry of theirs may hold one of `secrets`.
 */
export function describeAuditedActs(
  worldOf: () => HttpWorld,
  input: { acts: Record<string, () => Promise<Act>>; tables: string[]; secrets: string[] },
): void {
  // Without what merely says that somebody was there.
  const storedIn = (table: string): SQL => sql`
    select ${table}::text as "table", to_jsonb(kept) - '{last_polled_at,last_used_at,interval_seconds}'::text[] as stored
    from ${sql.identifier(table)} as kept`
  const stored = () => {
    const all = sql.join(input.tables.map(storedIn), sql` union all `)
    return queryRows(worldOf().test.db, sql`select * from (${all}) as kept order by "table", stored ->> 'id'`)
  }
  const entries = () => worldOf().test.db.select().from(auditLog).orderBy(auditLog.id)

  describe.each(Object.entries(input.acts))('%s', (_name, given) => {
    test('is not there when its entry cannot be', async () => {
      const { act } = await given()
      const [rows, known] = [await stored(), await entries()]
      expect((await withAuditRefused(worldOf().test.db, act)).status).toBe(500)
      expect(await stored()).toEqual(rows)
      expect(await entries()).toEqual(known)
      // Nothing of it is half done.
      expect((await act()).status).toBeLessThan(300)
    })

    test('is one entry with what was and what is, also of several at once; what is refused is none', async () => {
      const { act, again = [], refused = [], entry, organizationId } = await given()
      const ids = new Set((await entries()).map(({ id }) => id))
      const atOnce = again.length > 0 ? [act(), act(), act()] : [act()]
      const statuses = (await Promise.all(atOnce)).map(({ status }) => status)
      expect(statuses.filter((status) => status < 300)).toHaveLength(1)
      if (again.length > 0) statuses.push((await act()).status)
      for (const status of statuses.filter((one) => one >= 300)) expect(again).toContain(status)
      for (const refuse of refused) expect((await refuse()).status).toBeGreaterThanOrEqual(400)
      // What goes with an act, as an unused workspace, the deployment has an entry of.
      const added = (await entries()).filter(({ id, organizationId: where }) => !ids.has(id) && where !== null)
      expect(added).toMatchObject([{ ...entry, organizationId: organizationId ?? added[0]?.subjectId, ...BY }])
      for (const secret of input.secrets) expect(JSON.stringify(added)).not.toContain(secret)
    })
  })
}
