import { afterEach, beforeEach, expect, test } from 'vitest'
import { type LinearIssueNode, startLinearApi } from '../../../../tests/fakes/linear-api.ts'
import { fakeProviderHttp } from '../../../../tests/fakes/provider-http.ts'
import { linearCommentEvent, linearIssue } from '../../../../tests/fixtures/linear/payloads.ts'
import type { Polled } from '../../contract.ts'
import { linear } from './module.ts'
import { parseLinear } from './parse.ts'

const token = 'lin_oauth_token'
const START = Date.parse('2026-11-20T10:00:00.000Z')
const at = (milliseconds: number) => new Date(START + milliseconds).toISOString()

let api: Awaited<ReturnType<typeof startLinearApi>>
beforeEach(async () => {
  api = await startLinearApi(token)
})
afterEach(async () => {
  expect(api.problems).toEqual([])
  await api.close()
})

const http = () => fakeProviderHttp({ 'https://api.linear.app': api.url })
const poll = (cursor: unknown): Promise<Polled> =>
  linear.triggers.polling!.poll({ http: http(), token, cursor, configs: [{}], now: new Date(START) })

function put(id: string, updatedAt: string, createdAt = at(-1_000_000)): void {
  const others = api.world.issues.filter((issue) => issue.id !== id)
  const node: LinearIssueNode = {
    ...linearIssue,
    id,
    identifier: id.toUpperCase(),
    createdAt,
    updatedAt,
    labels: { nodes: [{ name: 'Bug' }] },
  }
  api.world.issues = [...others, node]
}
const keysOf = ({ events }: Polled) => events.map(({ dedupKey }) => dedupKey)

/** Cursors are kept as JSON. */
const stored = ({ nextCursor }: Polled): unknown => JSON.parse(JSON.stringify(nextCursor))

test('the first poll is a baseline, and the next one tells what was created and changed since', async () => {
  put('eng-1', at(0))
  const first = await poll(null)
  expect(first.events).toEqual([])
  put('eng-2', at(20), at(10))
  put('eng-1', at(30))
  const second = await poll(stored(first))
  expect(keysOf(second)).toEqual(['linear:eng-2:create', `linear:eng-1:update:${at(30)}`])
  expect(second.events[0]).toMatchObject({
    eventType: 'issue_created',
    context: { linear: { state: 'Todo', labels: ['Bug'] } },
  })
  expect((await poll(stored(second))).events).toEqual([])
  expect(api.calls).toHaveLength(3)
})

test('a fetched issue has the keys of the delivery that told the same', async () => {
  const first = await poll(null)
  put(linearIssue.id, linearIssue.updatedAt, linearIssue.createdAt)
  const input = { eventType: 'Issue', deliveryId: 'd', headers: {}, bodyHash: '', receivedAt: at(0) }
  const sent = { action: 'create', type: 'Issue', data: linearIssue }
  const parsed = parseLinear({ payload: sent, ...input })
  expect(parsed).toMatchObject({ ok: true, events: [{ dedupKey: keysOf(await poll(stored(first)))[0] }] })
})

test('issues of one and the same instant are neither lost nor repeated', async () => {
  put('eng-1', at(0))
  const first = await poll(null)
  put('eng-2', at(0))
  const second = await poll(stored(first))
  expect(keysOf(second)).toEqual([`linear:eng-2:update:${at(0)}`])
  put('eng-3', at(0))
  const third = await poll(stored(second))
  expect(keysOf(third)).toEqual([`linear:eng-3:update:${at(0)}`])
  expect(keysOf(await poll(stored(third)))).toEqual([])
})

test('ten pages are asked for at most, and the next polls go on until nothing is left out', async () => {
  put('eng-0', at(0))
  const first = await poll(null)
  for (let number = 1; number <= 1_230; number++) put(`eng-${number}`, at(Math.ceil(number / 3)))
  api.calls.length = 0
  const seen: string[] = []
  let polled = first
  for (const calls of [10, 20, 25]) {
    polled = await poll(stored(polled))
    seen.push(...keysOf(polled))
    expect(api.calls).toHaveLength(calls)
  }
  expect(new Set(seen).size).toBe(1_230)
  expect(seen).toHaveLength(1_230)
  expect((await poll(stored(polled))).events).toEqual([])
})

test('more issues of one instant than one poll may ask for, as an import makes them, do not stop the group', async () => {
  put('eng-0', at(0))
  const first = await poll(null)
  for (let number = 1; number <= 1_100; number++) put(`eng-${number}`, at(10))
  const polls: Polled[] = []
  for (let polled = first; polls.length < 3; polls.push(polled)) polled = await poll(stored(polled))
  expect(polls.map(({ events }) => events.length)).toEqual([500, 500, 100])
  expect(new Set(polls.flatMap(keysOf)).size).toBe(1_100)
  put('eng-1101', at(20))
  expect(keysOf(await poll(stored(polls[2]!)))).toEqual([`linear:eng-1101:update:${at(20)}`])
})

test('a walk whose last issue is gone goes on from its instant', async () => {
  const first = await poll(null)
  for (let number = 1; number <= 600; number++) put(`eng-${number}`, at(number))
  const second = await poll(stored(first))
  api.world.issues = api.world.issues.filter(({ id }) => id !== 'eng-101')
  const third = await poll(stored(second))
  expect(keysOf(third)).toHaveLength(100)
  expect((await poll(stored(third))).events).toEqual([])
})

test('what changes while a long walk is under way is not lost, nor is its creation', async () => {
  const first = await poll(null)
  for (let number = 1; number <= 600; number++) put(`eng-${number}`, at(number), at(number))
  const second = await poll(stored(first))
  put('eng-1', at(2_000), at(1))
  const third = await poll(stored(second))
  const fourth = await poll(stored(third))
  expect(keysOf(fourth).toSorted()).toEqual(['linear:eng-1:create', `linear:eng-1:update:${at(2_000)}`])
  const keys = new Set([second, third, fourth].flatMap(keysOf))
  for (let number = 1; number <= 600; number++) expect(keys).toContain(`linear:eng-${number}:create`)
})

test('a limit is passed on with the time that Linear asks for, in either of its ways', async () => {
  api.faults.push({ retryAfter: 90 })
  await expect(poll(null)).rejects.toMatchObject({ code: 'provider.rate_limited', options: { retryAfterMs: 90_000 } })
  const answer = { errors: [{ message: 'Rate limit exceeded', extensions: { code: 'RATELIMITED' } }] }
  const now = new Date(START)
  const limited = linear.triggers.polling!.poll({
    http: async () => ({
      status: 400,
      headers: { date: now.toUTCString(), 'x-ratelimit-requests-reset': String(START + 120_000) },
      text: JSON.stringify(answer),
    }),
    token,
    cursor: null,
    configs: [],
    now,
  })
  await expect(limited).rejects.toMatchObject({ code: 'provider.rate_limited', options: { retryAfterMs: 120_000 } })
})

const budget = (name: string, remaining: number, seconds: number) => ({
  [`x-ratelimit-${name}-remaining`]: String(remaining),
  [`x-ratelimit-${name}-reset`]: String(START + seconds * 1_000),
})
test.each([
  ['requests', { ...budget('requests', 0, 60), ...budget('complexity', 9_000, 3_600) }, 60_000],
  ['complexity', { ...budget('requests', 20, 60), ...budget('complexity', 0, 3_600) }, 3_600_000],
  ['the endpoint', { ...budget('requests', 20, 3_600), ...budget('endpoint-requests', 0, 30) }, 30_000],
  ['both', { ...budget('requests', 0, 60), ...budget('complexity', 0, 90) }, 90_000],
  ['none that is told', { ...budget('requests', 20, 60), ...budget('complexity', 9, 90) }, 90_000],
])('of several budgets the one that is spent says for how long: %s', async (_, headers, retryAfterMs) => {
  const text = JSON.stringify({ errors: [{ message: 'Rate limit exceeded', extensions: { code: 'RATELIMITED' } }] })
  const now = new Date(START)
  const answering = async () => ({ status: 400, headers: { date: now.toUTCString(), ...headers }, text })
  const limited = linear.triggers.polling!.poll({ http: answering, token, cursor: null, configs: [], now })
  await expect(limited).rejects.toMatchObject({ code: 'provider.rate_limited', options: { retryAfterMs } })
})

test('a refused token, a fault, silence and nonsense are told apart', async () => {
  const anonymous = linear.triggers.polling!.poll({
    http: http(),
    token: 'old',
    cursor: null,
    configs: [],
    now: new Date(START),
  })
  await expect(anonymous).rejects.toMatchObject({ code: 'provider.unauthorized' })
  api.faults.push({ status: 502 })
  await expect(poll(null)).rejects.toMatchObject({ code: 'provider.unavailable' })
  api.faults.push('hang')
  await expect(poll(null)).rejects.toMatchObject({ code: 'provider.unavailable' })
  const nonsense = async () => ({ status: 200, headers: {}, text: '<html>' })
  const odd = linear.triggers.polling!.poll({ http: nonsense, token, cursor: null, configs: [], now: new Date(START) })
  await expect(odd).rejects.toMatchObject({ code: 'provider.unavailable' })
})

test('a key that a person made is sent as it is', async () => {
  const key = 'lin_api_0123'
  const personal = await startLinearApi(key)
  const described = await linear.describeAccount!({
    http: fakeProviderHttp({ 'https://api.linear.app': personal.url }),
    token: key,
  })
  expect(described).toEqual({ externalId: 'org-1', name: 'Acme' })
  await personal.close()
})

test('a comment learns the state and the labels of its issue, an issue is asked for nothing', async () => {
  put(linearIssue.id, linearIssue.updatedAt)
  const parsed = parseLinear({
    payload: linearCommentEvent(),
    eventType: 'Comment',
    deliveryId: 'd',
    headers: {},
    bodyHash: '',
    receivedAt: at(0),
  })
  const comment = parsed.ok ? parsed.events[0]! : null!
  const hydrated = await linear.triggers.hydrate!(comment, { http: http(), token })
  expect(hydrated).toMatchObject({
    dedupKey: comment.dedupKey,
    context: { linear: { commentBody: 'It happens in Safari, too.', state: 'Todo', teamKey: 'ENG', labels: ['Bug'] } },
  })
  expect(await linear.triggers.hydrate!(hydrated, { http: http(), token })).toBe(hydrated)
  expect(api.calls).toHaveLength(1)
  api.world.issues = []
  expect(await linear.triggers.hydrate!(comment, { http: http(), token })).toBe(comment)
})
