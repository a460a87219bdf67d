import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NormalizedEvent } from '#schema/contracts/triggers'
import {
  linearCommentEvent,
  linearIssue,
  linearIssueEvent,
  linearRevocation,
} from '../../../../tests/fixtures/linear/payloads.ts'
import { linear } from './module.ts'
import { parseLinear } from './parse.ts'

const receivedAt = '2026-11-20T10:00:02.000Z'
const parse = (payload: unknown, deliveryId = 'delivery-1') =>
  parseLinear({ payload, eventType: 'Issue', deliveryId, headers: {}, bodyHash: '0'.repeat(64), receivedAt })

function eventOf(payload: unknown, deliveryId?: string): NormalizedEvent {
  const parsed = parse(payload, deliveryId)
  if (!parsed.ok || !parsed.events[0]) throw new Error(JSON.stringify(parsed))
  expect(NormalizedEvent.parse(parsed.events[0])).toEqual(parsed.events[0])
  return parsed.events[0]
}

test('a created issue becomes an event with everything a run and the filters need', () => {
  expect(eventOf(linearIssueEvent('create'))).toEqual({
    provider: 'linear',
    eventType: 'issue_created',
    providerEventType: 'Issue',
    occurredAt: linearIssue.createdAt,
    dedupKey: `linear:${linearIssue.id}:create`,
    title: 'ENG-12 Checkout fails for empty carts',
    url: linearIssue.url,
    context: {
      linear: {
        action: 'create',
        actor: 'Grace Example',
        issueId: linearIssue.id,
        identifier: 'ENG-12',
        issueUrl: linearIssue.url,
        title: 'Checkout fails for empty carts',
        description: 'Open the cart, remove everything, press Pay.',
        teamId: linearIssue.team.id,
        teamKey: 'ENG',
        team: 'Engineering',
        state: 'Todo',
        stateType: 'unstarted',
        priority: 1,
        labels: ['Bug'],
        assigneeId: linearIssue.assignee.id,
        assignee: 'Ada Example',
        assigneeEmail: 'ada@acme.test',
        projectId: linearIssue.project.id,
        project: 'Checkout',
      },
    },
  })
})

test('a creation is known by the issue, a change by the issue and the time it was changed', () => {
  expect(eventOf(linearIssueEvent('create'), 'a').dedupKey).toBe(eventOf(linearIssueEvent('create'), 'b').dedupKey)
  const update = eventOf(linearIssueEvent('update'))
  expect(update.dedupKey).toBe(`linear:${linearIssue.id}:update:2026-11-20T10:00:00.000Z`)
  expect(
    eventOf(linearIssueEvent('update', { updatedAt: '2026-11-20T10:00:00.001Z' })).dedupKey,
  ).not.toBe(update.dedupKey)
  expect(eventOf(linearIssueEvent('remove')).dedupKey).toBe(`linear:${linearIssue.id}:remove:2026-11-20T10:00:00.000Z`)
  expect(eventOf(linearIssueEvent('update', { updatedAt: null }), 'd').dedupKey).toBe(
    `linear:${linearIssue.id}:update:d`,
  )
})

test('an update tells what it changed', () => {
  const event = {
    ...linearIssueEvent('update'),
    updatedFrom: { updatedAt: 'x', stateId: 's', labelIds: [], priority: 0 },
  }
  expect(eventOf(event).context.linear).toMatchObject({ changed: ['state', 'labels', 'priority'] })
})

test('a comment tells its words, who said them and on which issue', () => {
  const event = eventOf(linearCommentEvent())
  expect(event).toMatchObject({
    eventType: 'comment_created',
    providerEventType: 'Comment',
    dedupKey: 'linear:2174add1-f7c8-44e3-bbf3-2d60b5ea8bc9:create',
    title: 'Comment on Checkout fails for empty carts',
    url: `${linearIssue.url}#comment-2174add1`,
  })
  expect(event.context.linear).toMatchObject({
    issueId: linearIssue.id,
    commentBody: 'It happens in Safari, too.',
    commentAuthor: 'Grace Example',
  })
})

test('long texts are cut, and a time that is none gives way to the time of receipt', () => {
  const event = eventOf(
    linearIssueEvent('create', { title: 'y'.repeat(600), description: 'x'.repeat(50_000), createdAt: 'now' }),
  )
  expect(event.title).toHaveLength(500)
  expect(event.context.linear).toMatchObject({ description: 'x'.repeat(20_000) })
  expect(event.occurredAt).toBe(receivedAt)
})

test('what no trigger can listen to gives no event', () => {
  expect(parse({ ...linearIssueEvent('create'), type: 'Project' })).toEqual({ ok: true, events: [] })
  expect(parse(linearRevocation)).toEqual({ ok: true, events: [] })
})

test('deliveries name the workspace, and one that takes access away says so', () => {
  const { identity, connection } = linear.triggers.webhook!
  const externalId = linearRevocation.organizationId
  expect(identity!(linearIssueEvent('create'))).toEqual({ kind: 'integration', externalId })
  expect(identity!({ type: 'Issue' })).toBeNull()
  expect(connection!({ payload: linearRevocation, eventType: 'OAuthApp' })).toEqual({ externalId, status: 'deleted' })
  expect(connection!({ payload: linearIssueEvent('create'), eventType: 'Issue' })).toBeNull()
  expect(connection!({ payload: { ...linearRevocation, action: 'create' }, eventType: 'OAuthApp' })).toBeNull()
})

test('what the headers tell', () => {
  const { identify } = linear.triggers.webhook!
  const headers = { 'linear-event': 'Issue', 'linear-delivery': '234d1a4e-b617-4388-90fe-adc3633d6b72' }
  expect(identify(headers)).toEqual({ eventType: 'Issue', deliveryId: headers['linear-delivery'] })
  expect(identify({ 'linear-event': 'no event', 'linear-delivery': 'a b' })).toEqual({
    eventType: 'unknown',
    deliveryId: null,
  })
})

test.each([
  null,
  [],
  'text',
  {},
  { type: 'Issue', action: 'create' },
  { type: 'Issue', action: 'create', data: { id: 1 } },
])(
  'a payload of another shape is refused with the place that is wrong: %j',
  (payload) => {
    expect(parse(payload)).toMatchObject({ ok: false, detail: expect.stringMatching(/.+/) })
  },
)

test('no JSON makes the parser throw, and what it gives is an event', () => {
  const shaped = fc.record(
    {
      type: fc.constantFrom('Issue', 'Comment', 'OAuthApp'),
      action: fc.oneof(fc.constantFrom('create', 'update', 'remove'), fc.string()),
      organizationId: fc.jsonValue(),
      updatedFrom: fc.jsonValue(),
      data: fc.oneof(
        fc.jsonValue(),
        fc.record({ id: fc.string(), title: fc.jsonValue(), updatedAt: fc.jsonValue(), labels: fc.jsonValue() }),
      ),
    },
    { requiredKeys: ['type', 'action'] },
  )
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), shaped), (payload) => {
      const parsed = parse(payload)
      if (parsed.ok) for (const event of parsed.events) NormalizedEvent.parse(event)
      linear.triggers.webhook!.identity!(payload)
      linear.triggers.webhook!.connection!({ payload, eventType: 'x' })
    }),
    { numRuns: 300 },
  )
})
