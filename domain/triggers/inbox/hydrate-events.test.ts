import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ProviderRateLimited, ProviderUnauthorized, ProviderUnavailable, type ProviderRequest } from '#domain/integrations'
import { queryRows } from '#kernel/database'
import { MINUTE_MS, SECOND_MS } from '#kernel/durations'
import type { DeliveryMessage } from '#schema/contracts/messages'
import { linearCommentEvent } from '../../../tests/fixtures/linear/payloads.ts'
import { type InboxMember, type InboxWorld, openInboxWorld, sweep, takeDrains } from '../../../tests/setup/inbox-world.ts'
import { integrationTokens } from '../../../adapters/providers/tokens.ts'
import { processDeliveries } from './process-deliveries.ts'

let world: InboxWorld
let workspaces = 0
beforeAll(async () => {
  world = await openInboxWorld()
})
afterAll(() => world?.close())

/** A platform whose provider answers as told, and that remembers what it was asked. */
function platformWith(answer: (request: ProviderRequest) => Promise<object>) {
  const calls: ProviderRequest[] = []
  const providerHttp: InboxWorld['needs']['providerHttp'] = async (request) => {
    calls.push(request)
    return { status: 200, headers: {}, text: JSON.stringify(await answer(request)) }
  }
  const { needs } = world
  return { calls, needs: { ...needs, providerHttp, integrationTokens: integrationTokens({ vault: needs.vault, http: providerHttp }) } }
}
const issue = async ({ json }: ProviderRequest) => {
  const { id } = (json as { variables: { id: string } }).variables
  return { data: { issues: { nodes: [{ id, title: 'Broken', state: { name: 'Todo', type: 'unstarted' }, labels: { nodes: [] } }] } } }
}
const away = () => Promise.reject(ProviderUnavailable())
const patience = (retryAfterMs: number) => () => Promise.reject(ProviderRateLimited({ retryAfterMs }))

interface Workspace {
  member: InboxMember
  externalId: string
  integrationId: string
}
async function workspace(): Promise<Workspace> {
  const member = await world.member()
  workspaces += 1
  const externalId = `workspace-${workspaces}`
  const integrationId = await member.connect({ integrationId: 'linear', externalId })
  await member.listen({ provider: 'linear', eventType: 'comment_created', config: {} })
  return { member, externalId, integrationId }
}
const comment = ({ member, externalId }: Pick<Workspace, 'member' | 'externalId'>, issueId: string): DeliveryMessage => {
  const id = world.needs.ids.next()
  return member.message({
    ...{ ingress: 'app', organizationId: null, endpointId: null, provider: 'linear', eventType: 'Comment' },
    payload: commentOn({ id, issueId, organizationId: externalId }),
  })
}
function commentOn({ id, issueId, organizationId }: { id: string; issueId: string; organizationId: string }) {
  const event = linearCommentEvent()
  const issue = { ...event.data.issue, id: issueId }
  return { ...event, organizationId, data: { ...event.data, id, issueId, issue } }
}
async function rowsOf(messages: DeliveryMessage[]) {
  const ids = messages.map(({ id }) => id)
  return queryRows(
    world.needs.db,
    sql`select id, status, attempt, last_error as error, next_attempt_at as due from webhook_inbox
      where id in (select value::uuid from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb)) order by id`,
  )
}
const eventsOf = ({ member }: Workspace) =>
  queryRows(world.needs.db, sql`select context from trigger_events where organization_id = ${member.organizationId}`)

test('an event is completed by what its webhook left out, by the credential of its connection', async () => {
  const one = await workspace()
  const { needs, calls } = platformWith(issue)
  expect(await processDeliveries(needs, { messages: [comment(one, 'issue-1')] })).toEqual({ processed: 1, created: 1 })
  expect(calls.map(({ headers }) => headers)).toEqual([{ authorization: `Bearer token-${one.integrationId}` }])
  expect(await eventsOf(one)).toMatchObject([{ context: { linear: { issueId: 'issue-1', stateType: 'unstarted' } } }])
})

test('nobody is asked when nobody listens, and the same question once for a batch', async () => {
  const { needs, calls } = platformWith(issue)
  const one = await workspace()
  const deaf = { member: await world.member(), externalId: 'workspace-deaf' }
  await deaf.member.connect({ integrationId: 'linear', externalId: deaf.externalId })
  await processDeliveries(needs, { messages: [comment(deaf, 'issue-1')] })
  expect(calls).toEqual([])
  const messages = Array.from({ length: 10 }, () => comment(one, 'issue-1'))
  expect(await processDeliveries(needs, { messages })).toEqual({ processed: 10, created: 10 })
  expect(calls).toHaveLength(1)
})

test('429 with Retry-After 90: the row waits that long after one try, and then starts one run (T1 f)', async () => {
  const one = await workspace()
  const limited = platformWith(patience(90 * SECOND_MS))
  const message = comment(one, 'issue-1')
  limited.needs.drainQueue.asked.length = 0
  expect(await processDeliveries(limited.needs, { messages: [message] })).toEqual({ processed: 1, created: 0 })
  const [row] = await rowsOf([message])
  const now = world.needs.clock.now().getTime()
  expect(row).toMatchObject({ status: 'queued', attempt: 1, error: 'provider.rate_limited' })
  expect(new Date(String(row?.['due'])).getTime() - now).toBeGreaterThanOrEqual(90 * SECOND_MS)
  expect(limited.needs.drainQueue.asked).toEqual([90])

  const { needs, calls } = platformWith(issue)
  needs.clock.advance(80 * SECOND_MS)
  await processDeliveries(needs, { messages: [message] })
  expect(calls).toEqual([])
  needs.clock.advance(75 * SECOND_MS)
  await sweep(needs)
  expect(await rowsOf([message])).toMatchObject([{ status: 'completed', attempt: 2, error: null }])
  expect(await eventsOf(one)).toHaveLength(1)
})

test('what two consumers at once learn of a limit holds for everybody: nobody calls before its time', async () => {
  const one = await workspace()
  const limited = platformWith(patience(10 * MINUTE_MS))
  const batches = [0, 1].map((half) => Array.from({ length: 20 }, (_, n) => comment(one, `issue-${half}-${n}`)))
  await Promise.all(batches.map((messages) => processDeliveries(limited.needs, { messages })))
  // Two at once and consumer, all of them before the first answer.
  expect(limited.calls.length).toBeLessThanOrEqual(4)

  const later = platformWith(issue)
  const fresh = Array.from({ length: 20 }, (_, n) => comment(one, `issue-2-${n}`))
  await processDeliveries(later.needs, { messages: fresh })
  expect(later.calls).toEqual([])
  const waiting = await rowsOf(fresh)
  expect(waiting.every((row) => row['status'] === 'queued' && row['attempt'] === 0)).toBe(true)

  later.needs.clock.advance(12 * MINUTE_MS)
  await sweep(later.needs)
  await takeDrains(later.needs)
  for (let tick = 0; tick < 3; tick += 1) await sweep(later.needs)
  expect(await eventsOf(one)).toHaveLength(60)
})

test('a limit of one connection does not hold up another', async () => {
  const [slow, quick] = [await workspace(), await workspace()]
  const answer = (request: ProviderRequest) =>
    request.headers?.['authorization']?.includes(slow.integrationId) ? patience(MINUTE_MS)() : issue(request)
  const { needs } = platformWith(answer)
  await processDeliveries(needs, { messages: [comment(slow, 'a'), comment(quick, 'b')] })
  expect([await eventsOf(slow), await eventsOf(quick)]).toMatchObject([[], [{}]])
})

test('a provider that is away postpones its row alone; five times, and it has failed', async () => {
  const [one, other] = [await workspace(), await world.member()]
  await other.listen()
  const { needs } = platformWith(away)
  const messages = [comment(one, 'issue-1'), other.message()]
  expect(await processDeliveries(needs, { messages })).toEqual({ processed: 2, created: 1 })
  expect((await rowsOf(messages))[0]).toMatchObject({ status: 'queued', attempt: 1, error: 'provider.unavailable' })
  for (let tick = 0; tick < 4; tick += 1) {
    needs.clock.advance(10 * MINUTE_MS)
    await sweep(needs)
  }
  expect((await rowsOf(messages))[0]).toMatchObject({ status: 'failed', attempt: 5, error: 'provider.unavailable' })
})

test('a credential that is refused fails the row, and the third time expires the connection', async () => {
  const one = await workspace()
  const { needs } = platformWith(() => Promise.reject(ProviderUnauthorized()))
  for (let batch = 0; batch < 3; batch += 1) await processDeliveries(needs, { messages: [comment(one, `issue-${batch}`)] })
  const rows = await queryRows(needs.db, sql`select status, last_error from webhook_inbox where organization_id = ${one.member.organizationId}`)
  expect(rows).toEqual(Array(3).fill({ status: 'failed', last_error: 'provider.unauthorized' }))
  const [connection] = await queryRows(needs.db, sql`select status from integrations where id = ${one.integrationId}`)
  expect(connection).toEqual({ status: 'expired' })
})

test('refusals that are not in a row do not expire a connection', async () => {
  const one = await workspace()
  const refused = platformWith(() => Promise.reject(ProviderUnauthorized()))
  const taken = platformWith(issue)
  for (const { needs } of [refused, refused, taken, refused, refused]) {
    await processDeliveries(needs, { messages: [comment(one, world.needs.ids.next())] })
  }
  const [connection] = await queryRows(
    world.needs.db,
    sql`select status, auth_failures from integrations where id = ${one.integrationId}`,
  )
  expect(connection).toEqual({ status: 'active', auth_failures: 2 })
})

/** A provider that answers nobody until it is told to, and then says that it is away. */
function hangingPlatform() {
  const { promise: hung, resolve: giveUp } = Promise.withResolvers<void>()
  const platform = platformWith(async () => {
    await hung
    return away()
  })
  return { ...platform, giveUp }
}

test('a provider that hangs is asked twice, keeps nobody waiting who needs it not, and costs its other rows no try', async () => {
  const [one, other] = [await workspace(), await world.member()]
  await other.listen()
  const { needs, calls, giveUp } = hangingPlatform()
  const storm = Array.from({ length: 24 }, (_, n) => comment(one, `hung-${n}`))
  const quiet = other.message()
  const working = processDeliveries(needs, { messages: [...storm, quiet] })
  await expect.poll(() => rowsOf([quiet])).toMatchObject([{ status: 'completed' }])
  expect((await rowsOf(storm)).map(({ status }) => status)).toEqual(Array(24).fill('processing'))
  expect(calls).toHaveLength(2)
  giveUp()
  await working
  expect(calls).toHaveLength(2)
  const waiting = await rowsOf(storm)
  expect(waiting.map(({ status, error }) => [status, error])).toEqual(Array(24).fill(['queued', 'provider.unavailable']))
  expect(waiting.map(({ attempt }) => attempt).toSorted()).toEqual([...Array<number>(22).fill(0), 1, 1])

  const back = platformWith(issue)
  needs.clock.advance(MINUTE_MS)
  await sweep(back.needs)
  needs.clock.advance(2 * MINUTE_MS)
  await sweep(back.needs)
  expect(await eventsOf(one)).toHaveLength(24)
})

test('a connection whose provider hangs does not keep another from its own', async () => {
  const [slow, quick] = [await workspace(), await workspace()]
  const { promise: hung, resolve: giveUp } = Promise.withResolvers<void>()
  const asked: string[] = []
  const { needs } = platformWith(async (request) => {
    const isSlow = request.headers?.['authorization']?.includes(slow.integrationId)
    asked.push(isSlow ? 'slow' : 'quick')
    if (isSlow) await hung
    return isSlow ? away() : issue(request)
  })
  const storm = Array.from({ length: 20 }, (_, n) => comment(slow, `slow-${n}`))
  const working = processDeliveries(needs, { messages: [...storm, ...[1, 2, 3].map((n) => comment(quick, `quick-${n}`))] })
  await expect.poll(() => asked.filter((who) => who === 'quick').length).toBe(3)
  giveUp()
  await working
  expect(asked.filter((who) => who === 'slow')).toHaveLength(2)
  expect(await eventsOf(quick)).toHaveLength(3)
})

test('a batch waits for its providers for a while only; what was not asked by then is asked by the next drain', async () => {
  const one = await workspace()
  const slow = platformWith(async (request) => {
    world.needs.clock.advance(15 * SECOND_MS)
    return issue(request)
  })
  const messages = Array.from({ length: 12 }, (_, n) => comment(one, `late-${n}`))
  slow.needs.drainQueue.asked = []
  await processDeliveries(slow.needs, { messages })
  expect(slow.calls.length).toBeLessThanOrEqual(4)
  expect(slow.needs.drainQueue.asked).toContain(0)
  const left = (await rowsOf(messages)).filter(({ status }) => status === 'queued')
  expect(left.length).toBeGreaterThanOrEqual(8)
  expect(left.every(({ attempt, error }) => attempt === 0 && error === null)).toBe(true)
  const { needs } = platformWith(issue)
  await takeDrains(needs)
  expect(await eventsOf(one)).toHaveLength(12)
})
