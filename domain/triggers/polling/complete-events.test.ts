import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ProviderHttp, ProviderRateLimited, ProviderUnavailable } from '#domain/integrations'
import { type Database, queryRows } from '#kernel/database'
import { HOUR_MS, MINUTE_MS } from '#kernel/durations'
import type { AppError } from '#kernel/errors'
import { type InboxWorld, openInboxWorld } from '../../../tests/setup/inbox-world.ts'
import { pollingOf } from '../../../tests/setup/polling-world.ts'
import { pollGroup } from './poll-group.ts'

let world: InboxWorld
let needs: InboxWorld['needs']
beforeAll(async () => {
  world = await openInboxWorld()
})
afterAll(() => world?.close())
beforeEach(async () => {
  needs = world.needs
  await queryRows(needs.db, sql`update triggers set enabled = false where trigger_type = 'polling'`)
})

const { tick, cycle, groups, runsIn } = pollingOf(() => needs)

/** A Sentry that has new issues, whose latest events tell the environment; `faults` are answered first. */
function fakeSentry() {
  const sentry = { issues: [] as string[], polls: 0, asked: [] as string[], faults: [] as AppError[] }
  const http: ProviderHttp = async ({ url }) => {
    const [, issueId] = /issues\/(\w+)\/events\/latest/.exec(url) ?? []
    if (issueId === undefined) {
      sentry.polls += 1
      const at = needs.clock.now().toISOString()
      const issues = sentry.issues.map((id) => ({ id, title: 'It broke', firstSeen: at, lastSeen: at, project: { slug: 'web' } }))
      return { status: 200, headers: {}, text: JSON.stringify(issues) }
    }
    sentry.asked.push(issueId)
    const fault = sentry.faults.shift()
    if (fault) throw fault
    return { status: 200, headers: {}, text: JSON.stringify({ tags: [{ key: 'environment', value: 'production' }] }) }
  }
  return { sentry, http }
}
const errorsIn = (integrationId: string, environments: string[]) => ({
  ...({ provider: 'sentry', triggerType: 'polling', eventType: 'error_created' } as const),
  ...{ config: { organization: 'acme', environments }, integrationId },
})

test('what a poll found is completed before it is matched: one poll, and one call for each event that is new', async () => {
  const acme = await world.member()
  const integrationId = await acme.connect({ integrationId: 'sentry' })
  for (let made = 0; made < 3; made += 1) await acme.listen(errorsIn(integrationId, ['production']))
  await acme.listen(errorsIn(integrationId, ['staging']))
  const { sentry, http } = fakeSentry()
  needs = { ...needs, providerHttp: http }
  await cycle()
  expect(sentry).toMatchObject({ asked: [] })
  needs.clock.advance(MINUTE_MS)
  sentry.issues = ['11', '12']
  sentry.polls = 0
  expect(await cycle()).toEqual([{ outcome: 'polled', events: 2, created: 6 }])
  expect([sentry.polls, sentry.asked.toSorted()]).toEqual([1, ['11', '12']])
  needs.clock.advance(MINUTE_MS)
  await cycle()
  expect(sentry.asked).toHaveLength(2)
})

test('a provider that asks for patience in between keeps the cursor, and is not asked again for what was handed off', async () => {
  const acme = await world.member()
  const integrationId = await acme.connect({ integrationId: 'sentry' })
  await acme.listen(errorsIn(integrationId, ['production']))
  const { sentry, http } = fakeSentry()
  needs = { ...needs, providerHttp: http }
  await cycle()
  needs.clock.advance(MINUTE_MS)
  sentry.issues = ['21', '22', '23', '24']
  sentry.faults = [ProviderRateLimited({ retryAfterMs: 5 * MINUTE_MS })]
  expect(await cycle()).toEqual([{ outcome: 'failed', error: 'provider.rate_limited' }])
  // Two were asked at the same time: one got its answer.
  expect(sentry.asked).toHaveLength(2)
  expect(await runsIn(acme.organizationId)).toHaveLength(1)
  const [group] = await groups(acme)
  expect(group).toMatchObject({ lastError: 'provider.rate_limited' })
  expect(Date.parse(group!.nextPollAt) - needs.clock.now().getTime()).toBe(5 * MINUTE_MS)
  const [row] = await queryRows(needs.db, sql`select rate_limited_until from integrations where id = ${integrationId}`)
  expect(new Date(String(row!['rate_limited_until'])).getTime() - needs.clock.now().getTime()).toBe(5 * MINUTE_MS)
  needs.clock.advance(6 * MINUTE_MS)
  expect(await cycle()).toMatchObject([{ outcome: 'polled', created: 3 }])
  expect(sentry.asked).toHaveLength(5)
  expect(await runsIn(acme.organizationId)).toHaveLength(4)
})

test('an event that cannot be completed holds up its group for five cycles, and is then taken as it came', async () => {
  const acme = await world.member()
  const integrationId = await acme.connect({ integrationId: 'sentry' })
  await acme.listen(errorsIn(integrationId, []))
  const { sentry, http } = fakeSentry()
  needs = { ...needs, providerHttp: http }
  await cycle()
  needs.clock.advance(MINUTE_MS)
  sentry.issues = ['31']
  sentry.faults = Array.from({ length: 6 }, () => ProviderUnavailable())
  for (let vain = 0; vain < 5; vain += 1) {
    expect(await cycle()).toEqual([{ outcome: 'failed', error: 'provider.unavailable' }])
    needs.clock.advance(HOUR_MS)
  }
  expect(await cycle()).toMatchObject([{ outcome: 'polled', created: 1 }])
})

test('an event that the database refuses leaves a skipped trace and its reason, and the others go on', async () => {
  const acme = await world.member()
  const integrationId = await acme.connect({ integrationId: 'sentry' })
  await acme.listen(errorsIn(integrationId, []))
  const { sentry, http } = fakeSentry()
  needs = { ...needs, providerHttp: http }
  await cycle()
  needs.clock.advance(MINUTE_MS)
  sentry.issues = ['poison', 'sound']
  const refusing = new Proxy(needs.db, {
    get(db, name) {
      if (name !== 'execute') return Reflect.get(db, name) as unknown
      return (statement: Parameters<Database['execute']>[0]) => {
        const said = JSON.stringify(statement)
        const isPoison = said.includes('automation_run_events') && said.includes('poison')
        return isPoison ? Promise.reject(Object.assign(new Error('Out of range'), { code: '22008' })) : db.execute(statement)
      }
    },
  })
  const [message] = await tick()
  expect(await pollGroup({ ...needs, db: refusing }, message!)).toEqual({ outcome: 'polled', events: 2, created: 1 })
  const skipped = sql`select skip_reason, context from trigger_events
    where organization_id = ${acme.organizationId} and status = 'skipped'`
  expect(await queryRows(needs.db, skipped)).toEqual([{ skip_reason: 'run_create_failed', context: {} }])
  expect((await groups(acme))[0]).toMatchObject({ lastError: expect.stringContaining('run_create_failed'), consecutiveFailures: 0 })
  needs.clock.advance(MINUTE_MS)
  expect(await cycle()).toEqual([{ outcome: 'polled', events: 0, created: 0 }])
})

