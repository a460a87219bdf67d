import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NormalizedEvent } from '#schema/contracts/triggers'
import {
  sentryErrorEvent,
  sentryEvent,
  sentryFrames,
  sentryInstallation,
  sentryIssue,
  sentryIssueAlert,
  sentryIssueEvent,
  sentryMetricAlert,
  signedBySentry,
} from '../../../../tests/fixtures/sentry/payloads.ts'
import type { SentryContext } from './context.ts'
import { sentry } from './module.ts'
import { parseSentry } from './parse.ts'

const receivedAt = '2026-11-20T10:00:02.000Z'
const parse = (payload: unknown, deliveryId = 'delivery-1') =>
  parseSentry({ payload, eventType: 'unknown', deliveryId, headers: {}, bodyHash: '0'.repeat(64), receivedAt })

function eventOf(payload: unknown, deliveryId?: string): NormalizedEvent {
  const parsed = parse(payload, deliveryId)
  if (!parsed.ok || !parsed.events[0]) throw new Error(JSON.stringify(parsed))
  expect(NormalizedEvent.parse(parsed.events[0])).toEqual(parsed.events[0])
  return parsed.events[0]
}
const contextOf = (payload: unknown) => eventOf(payload).context.sentry as SentryContext

test('a new issue becomes an event with everything a run and the filters need', () => {
  expect(eventOf(sentryIssueEvent('created'))).toEqual({
    provider: 'sentry',
    eventType: 'issue_created',
    providerEventType: 'issue.created',
    occurredAt: sentryIssue.firstSeen,
    dedupKey: 'sentry:1170820242',
    title: 'ReferenceError: blooopy is not defined',
    url: sentryIssue.web_url,
    context: {
      sentry: {
        resource: 'issue',
        action: 'created',
        organization: 'test-org',
        projects: ['front-end'],
        issueId: '1170820242',
        shortId: 'FRONT-END-9',
        issueUrl: sentryIssue.web_url,
        title: 'ReferenceError: blooopy is not defined',
        culprit: '?(runner)',
        level: 'error',
        platform: 'javascript',
        status: 'unresolved',
        substatus: 'new',
        count: 1,
        userCount: 1,
        firstSeen: sentryIssue.firstSeen,
        lastSeen: sentryIssue.lastSeen,
        exceptionType: 'ReferenceError',
        exceptionValue: 'blooopy is not defined',
      },
    },
  })
})

test('an error tells where it happened: the last ten frames, and the files of the application, nearest first', () => {
  const event = eventOf(sentryErrorEvent())
  expect(event).toMatchObject({
    eventType: 'error_created',
    dedupKey: 'sentry:bb78c1407cea4519aa397afc059c793d',
    occurredAt: sentryEvent.datetime,
    url: sentryEvent.web_url,
  })
  const context = contextOf(sentryErrorEvent())
  expect(context).toMatchObject({
    organization: 'test-org',
    projects: ['front-end'],
    issueUrl: 'https://sentry.io/organizations/test-org/issues/1170820242/',
    environment: 'production',
    release: 'shop@1.2.3',
    exceptionType: 'ReferenceError',
    relatedFiles: ['/js/file-12.js', '/js/file-11.js', '/js/file-10.js', '/js/file-9.js'],
  })
  expect(context.stackFrames).toHaveLength(10)
  expect(context.stackFrames?.at(-1)).toEqual({
    file: '/js/file-12.js',
    function: 'step12',
    module: 'js/file-12',
    line: 12,
    inApp: true,
  })
})

test('where no code is the application\'s own, all files count, and what cannot be read is left out', () => {
  const frames = [null, { filename: 3 }, ...sentryFrames.slice(0, 2), { filename: '<anonymous>' }]
  const exception = { values: [null, { type: 'E', stacktrace: { frames } }] }
  expect(contextOf(sentryErrorEvent({ exception })).relatedFiles).toEqual(['/js/file-2.js', '/js/file-1.js'])
  expect(contextOf(sentryErrorEvent({ exception: null }))).toMatchObject({ stackFrames: [], relatedFiles: [] })
})

test('alerts are spikes: an issue alert is known by its event, a metric alert by the incident and its level', () => {
  const alert = eventOf(sentryIssueAlert())
  expect(alert).toMatchObject({ eventType: 'error_spike', dedupKey: `sentry:${sentryEvent.event_id}` })
  expect(alert.context.sentry).toMatchObject({ alertRule: 'Very Important Alert Rule!', level: 'error' })
  const critical = eventOf(sentryMetricAlert('critical'))
  expect(critical).toMatchObject({ eventType: 'error_spike', dedupKey: 'sentry:metric_alert:4:critical:delivery-1' })
  expect(critical.context.sentry).toMatchObject({
    level: 'fatal',
    environment: 'production',
    alertRule: 'Too many errors',
  })
  expect(eventOf(sentryMetricAlert('warning')).context.sentry).toMatchObject({ level: 'warning' })
  expect(eventOf(sentryMetricAlert('resolved'))).toMatchObject({ eventType: 'metric_alert_resolved' })
})

test('an issue is new once; what happens to it afterwards is known by the delivery', () => {
  expect(eventOf(sentryIssueEvent('created'), 'a').dedupKey).toBe(eventOf(sentryIssueEvent('created'), 'b').dedupKey)
  expect(eventOf(sentryIssueEvent('resolved'), 'a')).toMatchObject({
    eventType: 'issue_resolved',
    dedupKey: 'sentry:1170820242:resolved:a',
  })
  expect(eventOf(sentryIssueEvent('ignored')).eventType).toBe('issue_archived')
})

test('an installation gives no event, and its removal says that the connection is gone', () => {
  const { identity, connection } = sentry.triggers.webhook!
  const externalId = 'a8e5d37a-696c-4c54-adb5-b3f28d64c7de'
  expect(parse(sentryInstallation('created'))).toEqual({ ok: true, events: [] })
  expect(identity!(sentryIssueEvent('created'))).toEqual({ kind: 'integration', externalId })
  expect(identity!({})).toBeNull()
  const eventType = 'installation'
  expect(connection!({ payload: sentryInstallation('deleted'), eventType })).toEqual({ externalId, status: 'deleted' })
  expect(connection!({ payload: sentryInstallation('created'), eventType })).toBeNull()
  expect(connection!({ payload: sentryIssueEvent('deleted'), eventType: 'issue' })).toBeNull()
})

test('the raw body is what is signed, and the headers tell the resource and the delivery', async () => {
  const { verify, identify } = sentry.triggers.webhook!
  const crypto = {
    hmac: async (key: string, data: string | Uint8Array) => createHmac('sha256', key).update(data).digest('hex'),
    equal: (a: string, b: string) => a === b,
  }
  const { rawBody, headers } = signedBySentry('issue', sentryIssueEvent('created'), 'client-secret', 'd-1')
  const request = { rawBody, headers, receivedAt: new Date(receivedAt) }
  expect(await verify(crypto, request, 'client-secret')).toEqual({ ok: true })
  expect(await verify(crypto, request, 'another')).toEqual({ ok: false, reason: 'wrong_signature' })
  const changed = { ...request, rawBody: new TextEncoder().encode(`${new TextDecoder().decode(rawBody)} `) }
  expect(await verify(crypto, changed, 'client-secret')).toEqual({ ok: false, reason: 'wrong_signature' })
  expect(await verify(crypto, { ...request, headers: {} }, 'client-secret')).toEqual({
    ok: false,
    reason: 'missing_signature',
  })
  expect(identify(headers)).toEqual({ eventType: 'issue', deliveryId: 'd-1' })
  expect(identify({})).toEqual({ eventType: 'unknown', deliveryId: null })
})

test.each([
  null,
  [],
  'text',
  {},
  { action: 'created', data: { issue: {} } },
  { action: 'created', data: { error: { event_id: 1 } } },
])(
  'a payload of another shape is refused with the place that is wrong: %j',
  (payload) => {
    expect(parse(payload)).toMatchObject({ ok: false, detail: expect.stringMatching(/.+/) })
  },
)

test('no JSON makes the parser throw, and what it gives is an event', () => {
  const text = fc.oneof(fc.string(), fc.jsonValue())
  const frames = fc.array(fc.oneof(fc.jsonValue(), fc.record({ filename: text, lineno: text, in_app: text })))
  const event = fc.record({
    event_id: fc.string(),
    title: text,
    datetime: text,
    tags: fc.jsonValue(),
    exception: fc.oneof(
      fc.jsonValue(),
      fc.record({ values: fc.array(fc.record({ stacktrace: fc.record({ frames }) })) }),
    ),
  })
  const data = fc.oneof(
    fc.jsonValue(),
    fc.record({ issue: fc.record({ id: fc.string(), title: text, count: text, firstSeen: text }) }),
    fc.record({ error: event }),
    fc.record({ event, triggered_rule: text }),
    fc.record({ metric_alert: fc.record({ id: fc.string(), projects: text }) }),
    fc.record({ installation: fc.jsonValue() }),
  )
  const shaped = fc.record({ action: fc.constantFrom('created', 'resolved', 'critical', 'X'), data })
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), shaped), (payload) => {
      const parsed = parse(payload)
      if (parsed.ok) for (const found of parsed.events) NormalizedEvent.parse(found)
      sentry.triggers.webhook!.identity!(payload)
      sentry.triggers.webhook!.connection!({ payload, eventType: 'x' })
    }),
    { numRuns: 300 },
  )
})

test('an alert that is critical, better and critical again fires each time, and the same delivery once', () => {
  const keyOf = (level: 'critical' | 'warning', id: string) => eventOf(sentryMetricAlert(level), id).dedupKey
  const keys = [keyOf('critical', 'd-1'), keyOf('warning', 'd-2'), keyOf('critical', 'd-3')]
  expect(new Set(keys).size).toBe(3)
  expect(keyOf('critical', 'd-3')).toBe(keys[2])
})

test('ids that come as numbers are ids all the same', () => {
  expect(eventOf(sentryErrorEvent({ issue_id: 1_170_820_242 })).context.sentry).toMatchObject({ issueId: '1170820242' })
  expect(eventOf(sentryIssueEvent('created', { id: 1_170_820_242 })).dedupKey).toBe('sentry:1170820242')
})
