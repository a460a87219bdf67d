import { afterEach, beforeEach, expect, test } from 'vitest'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import { startJiraApi } from '../../../../tests/fakes/jira-api.ts'
import { fakeProviderHttp } from '../../../../tests/fakes/provider-http.ts'
import { jiraCommentEvent, jiraIssue, jiraIssueEvent } from '../../../../tests/fixtures/jira/payloads.ts'
import type { Polled } from '../../contract.ts'
import { jira } from './module.ts'
import { parseJira } from './parse.ts'

const token = 'atlassian-token'
const START = Date.parse('2026-11-20T10:00:00.000Z')
const MINUTE_MS = 60_000
const at = (milliseconds: number) => new Date(START + milliseconds).toISOString()
const asJira = (milliseconds: number) => at(milliseconds).replace('Z', '+0000')

let api: Awaited<ReturnType<typeof startJiraApi>>
beforeEach(async () => {
  api = await startJiraApi(token)
})
afterEach(async () => {
  expect(api.problems).toEqual([])
  await api.close()
})

const http = () => fakeProviderHttp({ 'https://api.atlassian.com': api.url })
const calls = (part: string) => api.calls.filter(({ url }) => url.pathname.includes(part)).length

/** A poll so many minutes after the first. */
function poll(cursor: unknown, minute = 0, configs: Record<string, unknown>[] = [{}]): Promise<Polled> {
  api.world.now = new Date(START + minute * MINUTE_MS)
  return jira.triggers.polling!.poll({ http: http(), token, cursor, configs, now: api.world.now })
}

const history = (time: number, from: string, to: string) => ({
  id: String(time),
  created: asJira(time),
  items: [{ field: 'status', fromString: from, toString: to }],
})

function put(id: string, time: { updated: number; created?: number }, histories: unknown[] = [], site = 0): void {
  const { issues } = api.world.sites[site]!
  const fields = {
    ...jiraIssue.fields,
    created: asJira(time.created ?? -100 * MINUTE_MS),
    updated: asJira(time.updated),
  }
  const others = issues.filter((issue) => issue.id !== id)
  api.world.sites[site]!.issues = [...others, { id, key: `SHOP-${id}`, self: '', fields, changelog: { histories } }]
}
const keysOf = ({ events }: Polled) => events.map(({ dedupKey }) => dedupKey.replace('jira:acme.atlassian.net:', ''))
/** Cursors are kept as JSON. */
const stored = ({ nextCursor }: Polled): unknown => JSON.parse(JSON.stringify(nextCursor))

test('the first poll is a baseline, and the next ones tell each creation and each change once', async () => {
  put('0', { updated: -2_000 })
  put('1', { updated: -1_000 })
  const first = await poll(null)
  expect(first.events).toEqual([])
  put('1', { updated: 1_000 })
  put('2', { updated: 2_000, created: 2_000 })
  const second = await poll(stored(first), 1)
  expect(keysOf(second)).toEqual([`1:updated:${at(1_000)}`, '2:created'])
  expect(second.events[1]).toMatchObject({
    eventType: 'issue_created',
    context: { jira: { site: 'acme.atlassian.net', labels: ['UI', 'checkout'] } },
  })
  const third = await poll(stored(second), 2)
  expect(keysOf(third)).toEqual([])
  put('2', { updated: 150_000, created: 2_000 })
  expect(keysOf(await poll(stored(third), 3))).toContain(`2:updated:${at(150_000)}`)
})

test('a fetched change has the key of the delivery that told the same', async () => {
  const first = await poll(null, -10)
  const sent = parseJira({
    payload: jiraIssueEvent(
      'jira:issue_updated',
      [['status', 'To Do', 'Done']],
      { ...jiraIssue, fields: { ...jiraIssue.fields, updated: asJira(0) } },
    ),
    eventType: '',
    deliveryId: 'd',
    headers: {},
    bodyHash: '',
    receivedAt: at(0),
  })
  put(jiraIssue.id, { updated: 0 }, [{ ...history(0, 'To Do', 'Done'), id: '10124' }, history(-1_000, 'x', 'To Do')])
  const [fetched] = (await poll(stored(first), 0)).events
  expect(sent).toMatchObject({ ok: true, events: [{ dedupKey: fetched!.dedupKey }] })
})

test('a move since the last poll is a transition, as the history tells; an older one is not', async () => {
  put('1', { updated: -1_000 })
  const first = await poll(null)
  put(
    '1',
    { updated: 2_000 },
    [history(2_000, 'In Progress', 'Done'), history(1_000, 'To Do', 'In Progress'), history(-1_000, 'x', 'To Do')],
  )
  const second = await poll(stored(first), 1)
  expect(second.events).toMatchObject([
    {
      eventType: 'issue_transitioned',
      context: { jira: { changed: ['status'], fromStatus: 'To Do', toStatus: 'Done' } },
    },
  ])
  put('1', { updated: 90_000 }, [history(2_000, 'In Progress', 'Done')])
  expect((await poll(stored(second), 2)).events).toMatchObject([{ eventType: 'issue_updated' }])
})

test('changes of one instant, and those the search learns of late, are neither lost nor repeated', async () => {
  const first = await poll(null)
  put('1', { updated: 5 * MINUTE_MS })
  const second = await poll(stored(first), 5)
  put('2', { updated: 5 * MINUTE_MS })
  put('3', { updated: 2 * MINUTE_MS, created: 2 * MINUTE_MS })
  const third = await poll(stored(second), 6)
  expect(keysOf(third).toSorted()).toEqual([
    `2:updated:${at(5 * MINUTE_MS)}`,
    '3:created',
    `3:updated:${at(2 * MINUTE_MS)}`,
  ])
  expect(keysOf(await poll(stored(third), 7))).toEqual([])
})

test('ten pages are asked for at most, and the next polls go on until nothing is left out', async () => {
  const first = await poll(null)
  for (let number = 1; number <= 2_350; number++) put(String(number), { updated: Math.ceil(number / 3) })
  const seen: string[] = []
  let polled = first
  for (const [minute, pages] of [[1, 10], [2, 20], [3, 24]] as const) {
    polled = await poll(stored(polled), minute)
    seen.push(...keysOf(polled))
    expect(calls('search')).toBe(pages)
  }
  expect(new Set(seen).size).toBe(2_350)
  expect(seen).toHaveLength(2_350)
})

test('a long walk that waited too long to go on begins again, and loses nothing', async () => {
  const first = await poll(null)
  for (let number = 1; number <= 1_200; number++) put(String(number), { updated: number * 10 })
  const second = await poll(stored(first), 1)
  const third = await poll(stored(second), 60)
  const fourth = await poll(stored(third), 61)
  const keys = new Set([second, third, fourth].flatMap(keysOf))
  for (let number = 1; number <= 1_200; number++) expect(keys).toContain(`${number}:updated:${at(number * 10)}`)
})

test('the creation of an issue that changes during a long walk is not lost', async () => {
  const first = await poll(null)
  for (let number = 1; number <= 1_000; number++) {
    put(String(number), { updated: number * 1_000, created: number * 1_000 })
  }
  put('late', { updated: 1_001_000, created: 1_001_000 })
  const second = await poll(stored(first), 17)
  put('late', { updated: 1_100_000, created: 1_000_500 })
  expect(keysOf(await poll(stored(second), 19))).toContain('late:created')
})

test('each site that a trigger names is asked, and all when one names none', async () => {
  api.world.sites.push({ id: 'cloud-2', url: 'https://other.atlassian.net', issues: [] })
  const other = [{ sites: ['Other.atlassian.net'] }]
  const first = await poll(null)
  put('1', { updated: 1_000 })
  put('2', { updated: 1_000 }, [], 1)
  const both = await poll(stored(first), 1)
  expect(both.events.map(({ context }) => (context.jira as { site: string }).site)).toEqual([
    'acme.atlassian.net',
    'other.atlassian.net',
  ])
  expect((await poll(stored(first), 1, other)).events).toMatchObject([
    { context: { jira: { site: 'other.atlassian.net' } } },
  ])
})

test('a limit, a refused token, a fault and silence are told apart', async () => {
  const cursor = stored(await poll(null))
  api.faults.push({ retryAfter: 90 })
  await expect(poll(cursor)).rejects.toMatchObject({ code: 'provider.rate_limited', options: { retryAfterMs: 90_000 } })
  const anonymous = jira.triggers.polling!.poll({
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
})

function eventOf(payload: unknown): NormalizedEvent {
  const parsed = parseJira({ payload, eventType: '', deliveryId: 'd', headers: {}, bodyHash: '', receivedAt: at(0) })
  return parsed.ok ? parsed.events[0]! : null!
}
const hydrate = (event: NormalizedEvent) => jira.triggers.hydrate!(event, { http: http(), token })

test('an issue that came without its fields learns them; a whole one is asked for nothing', async () => {
  put('99291', { updated: 0 })
  const { id, key, self } = jiraIssue
  const thin = eventOf(jiraIssueEvent('jira:issue_updated', [['status', 'To Do', 'Done']], { id, key, self }))
  const hydrated = await hydrate(thin)
  expect(hydrated).toMatchObject({
    dedupKey: thin.dedupKey,
    context: { jira: { status: 'Selected', priority: 'High', toStatus: 'Done', site: 'acme.atlassian.net' } },
  })
  const comment = await hydrate(eventOf(jiraCommentEvent()))
  expect(comment.context.jira).toMatchObject({ commentBody: 'It happens in Safari, too.', labels: ['UI', 'checkout'] })
  expect(api.calls).toHaveLength(4)
  const whole = eventOf(jiraIssueEvent('jira:issue_created'))
  expect(await hydrate(whole)).toBe(whole)
  expect(api.calls).toHaveLength(4)
})

test('an issue that is gone, and one of a site the token does not reach, stay as they were', async () => {
  const { id, key, self } = jiraIssue
  const gone = eventOf(jiraIssueEvent('jira:issue_updated', [], { id, key, self }))
  expect(await hydrate(gone)).toBe(gone)
  put('99291', { updated: 0 })
  const elsewhere = 'https://evil.example/rest/api/2/issue/99291'
  const foreign = eventOf(jiraIssueEvent('jira:issue_updated', [], { id, key, self: elsewhere }))
  expect(await hydrate(foreign)).toBe(foreign)
})

test('registrations are renewed in one call per site, and told until when', async () => {
  api.world.now = new Date(START)
  const { renew } = jira.triggers.expiringWebhooks!
  const renewed = await renew(['cloud-1/10000', 'cloud-1/10001', '10042', 'nonsense'], { http: http(), token })
  const expiresAt = '2026-12-20T10:00:00.000Z'
  expect(renewed).toEqual([
    { id: 'cloud-1/10000', expiresAt },
    { id: 'cloud-1/10001', expiresAt },
    { id: '10042', expiresAt },
  ])
  expect(api.calls.filter(({ method }) => method === 'PUT').map(({ body }) => body)).toEqual([
    { webhookIds: [10_000, 10_001] },
    { webhookIds: [10_042] },
  ])
  expect(await jira.describeAccount!({ http: http(), token })).toEqual({
    externalId: 'acme.atlassian.net',
    name: 'acme.atlassian.net',
  })
})

test('a cycle is one call: which sites the token reaches is asked once an hour, and when one is gone', async () => {
  const first = stored(await poll(null))
  const asked = async (cursor: unknown, minute: number) => {
    api.calls.length = 0
    const polled = await poll(cursor, minute)
    return { cursor: stored(polled), sites: calls('accessible-resources'), searches: calls('search') }
  }
  expect(await asked(first, 1)).toMatchObject({ sites: 0, searches: 1 })
  expect(await asked(first, 59)).toMatchObject({ sites: 0, searches: 1 })
  expect(await asked(first, 60)).toMatchObject({ sites: 1, searches: 1 })
  api.world.sites = [{ id: 'cloud-2', url: 'https://other.atlassian.net', issues: [] }]
  const moved = await asked(first, 2)
  expect(moved).toMatchObject({ sites: 1, searches: 1 })
  put('1', { updated: 3 * MINUTE_MS })
  expect((await poll(moved.cursor, 4)).events).toMatchObject([{ context: { jira: { site: 'other.atlassian.net' } } }])
})
