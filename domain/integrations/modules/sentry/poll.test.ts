import { afterEach, beforeEach, expect, test } from 'vitest'
import { fakeProviderHttp } from '../../../../tests/fakes/provider-http.ts'
import { startSentryApi } from '../../../../tests/fakes/sentry-api.ts'
import {
  sentryErrorEvent,
  sentryFrames,
  sentryIssue,
  sentryIssueEvent,
} from '../../../../tests/fixtures/sentry/payloads.ts'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import type { Polled } from '../../contract.ts'
import { sentry } from './module.ts'
import { parseSentry } from './parse.ts'

const token = 'sntrys_token'
const START = Date.parse('2026-11-20T10:00:00.000Z')
const MINUTE_MS = 60_000
const at = (milliseconds: number) => new Date(START + milliseconds).toISOString()

let api: Awaited<ReturnType<typeof startSentryApi>>
beforeEach(async () => {
  api = await startSentryApi(token)
})
afterEach(async () => {
  expect(api.problems).toEqual([])
  await api.close()
})

const http = () => fakeProviderHttp({ 'https://sentry.io': api.url })
const poll = (
  cursor: unknown,
  configs: Record<string, unknown>[] = [{ organization: 'test-org' }],
  now = START,
): Promise<Polled> =>
  sentry.triggers.polling!.poll({ http: http(), token, cursor, configs, now: new Date(now) })

function put(
  id: string,
  seen: { first: number; last?: number },
  organization = 'test-org',
  status = 'unresolved',
): void {
  const others = (api.world.organizations[organization] ?? []).filter((issue) => issue.id !== id)
  const lastSeen = at(seen.last ?? seen.first)
  const issue = { ...sentryIssue, id, shortId: `SHOP-${id}`, firstSeen: at(seen.first), lastSeen, status }
  api.world.organizations[organization] = [...others, issue]
}
const keysOf = ({ events }: Polled) => events.map(({ dedupKey }) => dedupKey)
/** Cursors are kept as JSON. */
const stored = ({ nextCursor }: Polled): unknown => JSON.parse(JSON.stringify(nextCursor))

test('the first poll is a baseline, and the next ones tell of each new issue once', async () => {
  put('1', { first: -MINUTE_MS })
  const first = await poll(null)
  expect(first.events).toEqual([])
  put('2', { first: 1_000 })
  put('1', { first: -MINUTE_MS, last: 2_000 })
  const second = await poll(stored(first), undefined, START + MINUTE_MS)
  expect(keysOf(second)).toEqual(['sentry:2'])
  put('2', { first: 1_000, last: 70_000 })
  expect(keysOf(await poll(stored(second), undefined, START + 2 * MINUTE_MS))).toEqual([])
})

test('a fetched issue has the key of the delivery that told the same', async () => {
  const first = await poll(null)
  put(sentryIssue.id, { first: 1_000 })
  const [fetched] = (await poll(stored(first))).events
  const input = { eventType: 'issue', deliveryId: 'd', headers: {}, bodyHash: '', receivedAt: at(0) }
  const sent = parseSentry({ payload: sentryIssueEvent('created'), ...input })
  expect(sent).toMatchObject({ ok: true, events: [{ dedupKey: fetched!.dedupKey, eventType: fetched!.eventType }] })
})

test('an error that a client tells ten minutes late is not lost', async () => {
  put('1', { first: -MINUTE_MS })
  const first = await poll(null)
  put('2', { first: 20 * MINUTE_MS })
  const second = await poll(stored(first), undefined, START + 20 * MINUTE_MS)
  put('3', { first: 11 * MINUTE_MS })
  put('4', { first: 20 * MINUTE_MS })
  const third = await poll(stored(second), undefined, START + 21 * MINUTE_MS)
  expect(keysOf(third).toSorted()).toEqual(['sentry:3', 'sentry:4'])
  expect(keysOf(await poll(stored(third), undefined, START + 22 * MINUTE_MS))).toEqual([])
})

test('what was there before polling began is no news when it occurs again, also when it was resolved', async () => {
  const first = await poll(null)
  put('1', { first: -1, last: 1_000 })
  expect(keysOf(await poll(stored(first)))).toEqual([])
})

test('ten pages are asked for at most, and the next polls go on until nothing is left out', async () => {
  const first = await poll(null)
  for (let number = 1; number <= 2_340; number++) put(String(number), { first: Math.ceil(number / 3) })
  const seen: string[] = []
  let polled = first
  for (const calls of [10, 20, 24]) {
    polled = await poll(stored(polled))
    seen.push(...keysOf(polled))
    expect(api.calls).toHaveLength(calls)
  }
  expect(new Set(seen).size).toBe(2_340)
  expect(seen).toHaveLength(2_340)
})

test('a walk ends where nothing further down can be new', async () => {
  for (let number = 1; number <= 450; number++) put(String(number), { first: -number * MINUTE_MS })
  const first = await poll(null)
  put('new', { first: 1_000 })
  expect(keysOf(await poll(stored(first)))).toEqual(['sentry:new'])
  expect(api.calls).toHaveLength(1)
})

test('without an organization in every configuration all that the token sees are asked', async () => {
  api.world.organizations.other = []
  const first = await poll(null, [{ organization: 'test-org' }, {}])
  put('1', { first: 1_000 })
  put('2', { first: 1_000 }, 'other')
  const second = await poll(stored(first), [{}])
  expect(
    second.events.map(({ context }) => (context.sentry as { organization: string }).organization),
  ).toEqual(['test-org', 'other'])
  expect(keysOf(await poll(stored(first), [{ organization: 'other' }]))).toEqual(['sentry:2'])
})

test('a limit, a refused token, a fault, silence and a foreign organization are told apart', async () => {
  const cursor = stored(await poll(null))
  api.faults.push({ retryAfter: 90 })
  await expect(poll(cursor)).rejects.toMatchObject({ code: 'provider.rate_limited', options: { retryAfterMs: 90_000 } })
  const anonymous = sentry.triggers.polling!.poll({
    http: http(),
    token: 'old',
    cursor,
    configs: [{}],
    now: new Date(START),
  })
  await expect(anonymous).rejects.toMatchObject({ code: 'provider.unauthorized' })
  api.faults.push({ status: 503 })
  await expect(poll(cursor)).rejects.toMatchObject({ code: 'provider.unavailable' })
  api.faults.push('hang')
  await expect(poll(cursor)).rejects.toMatchObject({ code: 'provider.unavailable' })
  const refused = async () => ({ status: 400, headers: {}, text: '[]' })
  const odd = sentry.triggers.polling!.poll({
    http: refused,
    token,
    cursor,
    configs: [{ organization: 'test-org' }],
    now: new Date(START),
  })
  await expect(odd).rejects.toMatchObject({ code: 'provider.unavailable' })
  const foreign = [{ organization: 'foreign' }]
  const begun = stored(await poll(null, foreign))
  await expect(poll(begun, foreign)).rejects.toMatchObject({ code: 'provider.forbidden' })
})

test('an organization that Sentry does not show is left out and named, and the others go on', async () => {
  const configs = [{ organization: 'tset-org' }, { organization: 'test-org' }]
  const first = await poll(null, configs)
  put('1', { first: 1_000 })
  const second = await poll(stored(first), configs)
  expect(keysOf(second)).toEqual(['sentry:1'])
  expect(second.leftOut).toBe('Sentry does not show tset-org to this connection')
  // Nothing that happens meanwhile is lost when it is shown at last.
  put('2', { first: 2_000 }, 'tset-org')
  const third = await poll(stored(second), configs)
  expect(keysOf(third)).toEqual(['sentry:2'])
  expect(third.leftOut).toBeUndefined()
})

test('a cycle is one call per organization: which of them the token sees is asked once an hour', async () => {
  const HOUR_MS = 60 * MINUTE_MS
  const first = await poll(null, [{}])
  const callsAt = async (milliseconds: number, cursor: unknown) => {
    api.calls.length = 0
    const polled = await poll(cursor, [{}], START + milliseconds)
    return { paths: api.calls.map(({ url }) => url.pathname.replace('/api/0', '')), cursor: stored(polled) }
  }
  const issues = '/organizations/test-org/issues/'
  const soon = await callsAt(MINUTE_MS, stored(first))
  expect(soon.paths).toEqual([issues])
  api.world.organizations.other = []
  expect((await callsAt(HOUR_MS - 1, soon.cursor)).paths).toEqual([issues])
  expect((await callsAt(HOUR_MS, soon.cursor)).paths).toEqual(['/organizations/', issues])
})

test('when what was seen is gone, or refused, it is asked at once what can be seen now', async () => {
  const first = stored(await poll(null, [{}]))
  api.world.organizations = { renamed: [] }
  const second = await poll(first, [{}], START + MINUTE_MS)
  expect(second.leftOut).toBeUndefined()
  put('1', { first: 2 * MINUTE_MS }, 'renamed')
  expect(keysOf(await poll(stored(second), [{}], START + 2 * MINUTE_MS))).toEqual(['sentry:1'])
  api.faults.push({ status: 401 })
  expect(keysOf(await poll(stored(second), [{}], START + 2 * MINUTE_MS))).toEqual(['sentry:1'])
})

function eventOf(payload: unknown): NormalizedEvent {
  const input = { eventType: '', deliveryId: 'd', headers: {}, bodyHash: '', receivedAt: at(0) }
  const parsed = parseSentry({ payload, ...input })
  return parsed.ok ? parsed.events[0]! : null!
}

test('an issue learns of its latest event where it happened and in which environment', async () => {
  const frames = sentryFrames.map(({ filename, lineno, in_app }) => ({ filename, lineNo: lineno, inApp: in_app }))
  api.world.events[sentryIssue.id] = {
    eventID: 'e1',
    tags: [{ key: 'environment', value: 'production' }],
    entries: [
      { type: 'message', data: {} },
      { type: 'exception', data: { values: [{ type: 'E', stacktrace: { frames } }] } },
    ],
  }
  const issue = eventOf(sentryIssueEvent('created'))
  const hydrated = await sentry.triggers.hydrate!(issue, { http: http(), token })
  expect(hydrated).toMatchObject({
    dedupKey: issue.dedupKey,
    context: {
      sentry: {
        environment: 'production',
        exceptionType: 'ReferenceError',
        relatedFiles: ['/js/file-12.js', '/js/file-11.js', '/js/file-10.js', '/js/file-9.js'],
      },
    },
  })
  expect(await sentry.triggers.hydrate!(hydrated, { http: http(), token })).toBe(hydrated)
  expect(api.calls).toHaveLength(1)
})

test('an error that came with its frames is asked for nothing, and an issue that is gone stays as it was', async () => {
  const error = eventOf(sentryErrorEvent())
  expect(await sentry.triggers.hydrate!(error, { http: http(), token })).toBe(error)
  expect(api.calls).toHaveLength(0)
  const issue = eventOf(sentryIssueEvent('created'))
  expect(await sentry.triggers.hydrate!(issue, { http: http(), token })).toBe(issue)
  api.faults.push({ retryAfter: 90 })
  await expect(sentry.triggers.hydrate!(issue, { http: http(), token })).rejects.toMatchObject({
    code: 'provider.rate_limited',
  })
})

test('a token tells the name of the organization', async () => {
  expect(await sentry.describeAccount!({ http: http(), token })).toEqual({ externalId: null, name: 'TEST-ORG' })
})
