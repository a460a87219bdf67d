import { type SQL, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { later } from '#kernel/clock'
import { type Database, queryRows } from '#kernel/database'
import { MINUTE_MS, SECOND_MS } from '#kernel/durations'
import { type InboxMember, type InboxWorld, openInboxWorld } from '../../../tests/setup/inbox-world.ts'
import { claimRowsAcrossOrganizations } from './inbox.store.ts'

let world: InboxWorld
let needs: InboxWorld['needs']
let members: InboxMember[]
beforeAll(async () => {
  world = await openInboxWorld()
  needs = world.needs
  members = await Promise.all([world.member(), world.member(), world.member()])
})
beforeEach(async () => {
  await queryRows(needs.db, sql`truncate webhook_inbox cascade`)
})
afterAll(() => world?.close())

/** What is due is due since a minute ago at the earliest, each row a little later than the one before it. */
const dueSince = () => later(needs.clock.now(), -MINUTE_MS)

/** Rows `from` to `to` of one long line, of whichever organization `whose` names for row `n`. */
async function fill(from: number, to: number, whose: SQL): Promise<void> {
  const start = sql`${dueSince().toISOString()}::timestamptz`
  const at = sql`${start} + n * interval '1 millisecond'`
  await queryRows(
    needs.db,
    sql`insert into webhook_inbox (id, organization_id, source, provider, delivery_id, event_type, payload, trace_id,
        received_at, next_attempt_at)
      select (${ID_START} || lpad(to_hex(n), 12, '0'))::uuid, ${whose}, 'endpoint:line', 'github', n, 'ping', '{}', 't', ${at}, ${at}
      from generate_series(${from}::int, ${to}::int) n`,
  )
}
const of = (member: number) => sql`${members[member]?.organizationId}`
const ID_START = '00000000-0000-7000-8000-'
const idOf = (n: number) => `${ID_START}${n.toString(16).padStart(12, '0')}`

async function claim(given: { ids?: string[]; limit?: number; db?: Database } = {}) {
  const { ids = null, limit = 100, db = needs.db } = given
  const now = needs.clock.now()
  const terms = { freeAgainAt: later(now, 5 * MINUTE_MS), perStorm: 25, withPayloads: false }
  return claimRowsAcrossOrganizations(db, { ids, limit, now, claimToken: needs.ids.next(), ...terms })
}
const ownersOf = ({ rows }: Awaited<ReturnType<typeof claim>>) =>
  members.map(({ organizationId }) => rows.filter((row) => row.organizationId === organizationId).length)

interface PlanNode {
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: PlanNode[]
}
/** How many rows of the ledger a plan looked at. */
function lookedAt(node: PlanNode): number {
  const { 'Rows Removed by Filter': left = 0, 'Rows Removed by Index Recheck': missed = 0 } = node
  const own = node['Relation Name'] === 'webhook_inbox' ? (node['Actual Rows'] + left + missed) * node['Actual Loops'] : 0
  return (node.Plans ?? []).reduce((sum, child) => sum + lookedAt(child), Math.round(own))
}

/** Claims, and tells how many rows of the ledger that took to look at. */
async function costOfClaim(ids?: string[]): Promise<number> {
  let plan: PlanNode | undefined
  const explaining = new Proxy(needs.db, {
    get(db, name) {
      if (name !== 'execute') return Reflect.get(db, name) as unknown
      return async (statement: SQL) => {
        const [row] = await queryRows(db, sql`explain (analyze, format json) ${statement}`)
        const [told] = row?.['QUERY PLAN'] as { Plan: PlanNode }[]
        plan = told?.Plan
        return { rows: [] }
      }
    },
  })
  await claim({ db: explaining, ...(ids && { ids }) })
  return plan ? lookedAt(plan) : NaN
}

test('a row twenty thousand deep in the storm of another is claimed in the first round', async () => {
  await fill(1, 40_000, sql`case n when 20000 then ${of(1)} else ${of(0)} end`)
  const claimed = await claim()
  expect(ownersOf(claimed)).toEqual([99, 1, 0])
  expect(claimed.rows.map(({ id }) => id)).toContain(idOf(20_000))
  expect(claimed.isMore).toBe(true)
}, 60_000)

test('organizations take turns, the one that waited longest first, and what one leaves is for the others', async () => {
  await fill(1, 300, sql`case when n <= 200 then ${of(0)} when n <= 210 then ${of(1)} else ${of(2)} end`)
  expect(ownersOf(await claim())).toEqual([45, 10, 45])
  expect(ownersOf(await claim({ limit: 1 }))).toEqual([1, 0, 0])
})

test('a claim looks at a thousand rows of a long line at most, also while the database believes that nothing waits', async () => {
  await fill(1, 2_000, of(0))
  await queryRows(needs.db, sql`update webhook_inbox set status = 'completed', processed_at = now()`)
  await queryRows(needs.db, sql`analyze webhook_inbox`)
  await fill(2_001, 20_000, sql`case n % 100 when 1 then ${of(1)} else ${of(0)} end`)
  const batch = (last: number) => Array.from({ length: 100 }, (_, n) => idOf(last - n))
  const costs = [await costOfClaim(), await costOfClaim(batch(20_000))]
  await queryRows(needs.db, sql`analyze webhook_inbox`)
  costs.push(await costOfClaim(), await costOfClaim(batch(19_900)))
  // Four hundred to choose from, to lock and to claim; of a batch its own, and the last hundred of its organization.
  for (const cost of costs) expect(cost).toBeLessThanOrEqual(1_000)
}, 60_000)

test('whether an organization of few deliveries is in a storm is not looked for among those of all others', async () => {
  await fill(1, 30, of(1))
  await fill(31, 20_000, of(0))
  await queryRows(needs.db, sql`analyze webhook_inbox`)
  expect(await costOfClaim(Array.from({ length: 30 }, (_, n) => idOf(n + 1)))).toBeLessThan(300)
}, 60_000)

test('what is held or not due yet is nobody\'s turn, and costs the turn of nobody', async () => {
  await fill(1, 500, of(0))
  const inTenMinutes = sql`${needs.clock.now().toISOString()}::timestamptz + interval '10 minutes'`
  await queryRows(needs.db, sql`update webhook_inbox set next_attempt_at = ${inTenMinutes} where id <= ${idOf(400)}::uuid`)
  expect(ownersOf(await claim({ limit: 60 }))).toEqual([60, 0, 0])
  expect(await claim()).toMatchObject({ rows: { length: 40 }, isMore: false })
  needs.clock.advance(5 * MINUTE_MS - SECOND_MS)
  expect(await claim()).toEqual({ rows: [], isMore: false })
  needs.clock.advance(SECOND_MS)
  expect((await claim()).rows.map(({ attempt }) => attempt)).toEqual(Array(100).fill(2))
})

test('a suspect is taken alone, however deep it lies, and others are known to wait', async () => {
  await fill(1, 12_000, of(0))
  const suspect = idOf(6_000)
  await queryRows(needs.db, sql`update webhook_inbox set attempt = 1, last_error = 'interrupted' where id = ${suspect}`)
  expect(await claim()).toMatchObject({ rows: [{ id: suspect }], isMore: true })
  expect((await claim()).rows).toHaveLength(100)
}, 60_000)

test('consumers that claim at the same moment get different rows, and all get some', async () => {
  await fill(1, 1_000, sql`case when n % 2 = 1 then ${of(1)} else ${of(0)} end`)
  const claims = await Promise.all([claim(), claim(), claim(), claim()])
  const ids = claims.flatMap(({ rows }) => rows.map(({ id }) => id))
  expect(new Set(ids).size).toBe(ids.length)
  expect(claims.every(({ rows }) => rows.length > 0)).toBe(true)
})
