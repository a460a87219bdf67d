import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NormalizedEvent } from '#schema/contracts/triggers'
import { jiraCommentEvent, jiraIssue, jiraIssueEvent, signedByJira } from '../../../../tests/fixtures/jira/payloads.ts'
import { jira } from './module.ts'
import { parseJira } from './parse.ts'
import { plainText } from './rich-text.ts'

const receivedAt = '2026-11-20T10:00:02.000Z'
const parse = (payload: unknown, deliveryId = 'delivery-1') =>
  parseJira({ payload, eventType: 'webhook', deliveryId, headers: {}, bodyHash: '0'.repeat(64), receivedAt })

function eventOf(payload: unknown, deliveryId?: string): NormalizedEvent {
  const parsed = parse(payload, deliveryId)
  if (!parsed.ok || !parsed.events[0]) throw new Error(JSON.stringify(parsed))
  expect(NormalizedEvent.parse(parsed.events[0])).toEqual(parsed.events[0])
  return parsed.events[0]
}

test('a created issue becomes an event with everything a run and the filters need', () => {
  expect(eventOf(jiraIssueEvent('jira:issue_created'))).toEqual({
    provider: 'jira',
    eventType: 'issue_created',
    providerEventType: 'jira:issue_created',
    occurredAt: '2026-11-20T09:58:00.000Z',
    dedupKey: 'jira:acme.atlassian.net:99291:created',
    title: 'SHOP-12 Checkout fails for empty carts',
    url: 'https://acme.atlassian.net/browse/SHOP-12',
    context: {
      jira: {
        action: 'created',
        actor: 'Bryan Rollins',
        site: 'acme.atlassian.net',
        issueId: '99291',
        key: 'SHOP-12',
        issueUrl: 'https://acme.atlassian.net/browse/SHOP-12',
        title: 'Checkout fails for empty carts',
        description: 'Open the cart, remove everything, press Pay.',
        project: 'SHOP',
        projectName: 'Web shop',
        issueType: 'Bug',
        status: 'Selected',
        statusCategory: 'To Do',
        priority: 'High',
        labels: ['UI', 'checkout'],
        assignee: 'Ada Example',
        assigneeId: '5b10a2844c20165700ede21g',
        assigneeEmail: 'ada@acme.test',
        reporter: 'Bryan Rollins',
      },
    },
  })
})

test('an update that changes the status is a transition and tells from where to where', () => {
  const moved = eventOf(
    jiraIssueEvent('jira:issue_updated', [['summary', 'a', 'b'], ['status', 'To Do', 'In Progress']]),
  )
  expect(moved).toMatchObject({
    eventType: 'issue_transitioned',
    dedupKey: 'jira:acme.atlassian.net:99291:updated:2026-11-20T10:00:00.000Z:10124',
  })
  expect(moved.context.jira).toMatchObject({
    changed: ['summary', 'status'],
    fromStatus: 'To Do',
    toStatus: 'In Progress',
  })
  const edited = eventOf(jiraIssueEvent('jira:issue_updated', [['assignee', null, 'Ada']]))
  expect(edited.eventType).toBe('issue_updated')
  expect(edited.context.jira).toMatchObject({ action: 'updated', changed: ['assignee'] })
})

test('a creation is known by the issue, anything else by the time it happened', () => {
  expect(eventOf(jiraIssueEvent('jira:issue_created'), 'a').dedupKey).toBe(
    eventOf(jiraIssueEvent('jira:issue_created'), 'b').dedupKey,
  )
  expect(eventOf(jiraIssueEvent('jira:issue_deleted')).dedupKey).toBe(
    'jira:acme.atlassian.net:99291:deleted:2026-11-20T10:00:00.000Z',
  )
  const later = { ...jiraIssue, fields: { ...jiraIssue.fields, updated: '2026-11-20T11:00:00.001+0100' } }
  const [one, two] = [jiraIssue, later].map(
    (issue) => eventOf(jiraIssueEvent('jira:issue_updated', [], issue)).dedupKey,
  )
  expect(one).not.toBe(two)
  const elsewhere = { ...jiraIssue, self: 'https://other.atlassian.net/rest/api/2/issue/99291' }
  expect(eventOf(jiraIssueEvent('jira:issue_created', [], elsewhere)).dedupKey).toBe(
    'jira:other.atlassian.net:99291:created',
  )
})

test('two changes of one instant are two events, each known by its entry in the history', () => {
  const told = jiraIssueEvent('jira:issue_updated', [['status', 'To Do', 'Done']])
  const keyOf = (id: unknown) => eventOf({ ...told, changelog: { ...told.changelog, id } }).dedupKey
  expect(keyOf('1')).not.toBe(keyOf('2'))
  expect(keyOf(1)).toBe(keyOf('1'))
})

test('an issue without its fields is an event all the same, with the time of the delivery', () => {
  const { id, key, self } = jiraIssue
  const event = eventOf(jiraIssueEvent('jira:issue_updated', [], { id, key, self }))
  expect(event).toMatchObject({ title: 'SHOP-12', occurredAt: '2026-11-20T10:00:00.436Z' })
  expect(event.context.jira).toMatchObject({ project: 'SHOP', key: 'SHOP-12' })
})

test('a time beyond all calendars gives way to the time of receipt, and a change without an end is one', () => {
  const { id, key, self } = jiraIssue
  const thin = jiraIssueEvent('jira:issue_updated', [], { id, key, self })
  expect(eventOf({ ...thin, timestamp: 1e15 }).occurredAt).toBe(receivedAt)
  const endless = { ...thin, changelog: { items: [{ field: 'status', fromString: 'To Do' }] } }
  expect(eventOf(endless).context.jira).toMatchObject({ action: 'transitioned', fromStatus: 'To Do' })
  expect(eventOf(endless).context.jira).not.toHaveProperty('toStatus')
})

test('a comment tells its words, who said them and on which issue', () => {
  expect(eventOf(jiraCommentEvent())).toMatchObject({
    eventType: 'comment_created',
    dedupKey: 'jira:acme.atlassian.net:comment:252789:created',
    title: 'Comment on SHOP-12 Checkout fails for empty carts',
    url: 'https://acme.atlassian.net/browse/SHOP-12?focusedCommentId=252789',
    context: {
      jira: { commentBody: 'It happens in Safari, too.', commentAuthor: 'Bryan Rollins', status: 'Selected' },
    },
  })
  expect(eventOf(jiraCommentEvent('comment_updated')).dedupKey).toBe(
    'jira:acme.atlassian.net:comment:252789:updated:2026-11-20T10:00:00.000Z',
  )
})

test('a document of nested nodes is told as text, and one without end is cut', () => {
  const text = (words: string) => ({ type: 'text', text: words })
  const content = [
    { type: 'paragraph', content: [text('Open '), text('the cart.'), { type: 'hardBreak' }, text('Pay.')] },
    { type: 'bulletList', content: [{ type: 'listItem', content: [{ type: 'paragraph', content: [text('one')] }] }] },
  ]
  expect(plainText({ type: 'doc', version: 1, content })).toBe('Open the cart.\nPay.\none')
  let endless: unknown = text('deep')
  for (let depth = 0; depth < 5_000; depth++) endless = { type: 'panel', content: [endless] }
  expect(plainText(endless)).toBeUndefined()
})

test('what no trigger can listen to gives no event', () => {
  expect(parse({ timestamp: 1, webhookEvent: 'sprint_started', sprint: {} })).toEqual({ ok: true, events: [] })
})

test('deliveries name the site, by its host or by Atlassian\'s id', () => {
  const identity = jira.triggers.webhook!.identity!
  expect(identity(jiraIssueEvent('jira:issue_created'))).toEqual({
    kind: 'integration',
    externalId: 'acme.atlassian.net',
  })
  const self = 'https://api.atlassian.com/ex/jira/11223344-a1b2/rest/api/2/issue/99291'
  expect(identity({ issue: { self } })).toEqual({ kind: 'integration', externalId: '11223344-a1b2' })
  expect(identity({ issue: { self: 'nowhere' } })).toBeNull()
})

test("the documentation's own example verifies, and anything else does not", async () => {
  const { verify, identify } = jira.triggers.webhook!
  const crypto = {
    hmac: async (key: string, data: string | Uint8Array) => createHmac('sha256', key).update(data).digest('hex'),
    equal: (a: string, b: string) => a === b,
  }
  const signature = 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9'
  const check = (header: string | undefined, body = 'Hello World!') => {
    const headers: Record<string, string> = header === undefined ? {} : { 'x-hub-signature': header }
    const request = { headers, rawBody: new TextEncoder().encode(body), receivedAt: new Date(receivedAt) }
    return verify(crypto, request, "It's a Secret to Everybody")
  }
  expect(await check(signature)).toEqual({ ok: true })
  expect(await check(signature, 'Hello World! ')).toEqual({ ok: false, reason: 'wrong_signature' })
  expect(await check('sha1=0123')).toEqual({ ok: false, reason: 'wrong_signature' })
  expect(await check(undefined)).toEqual({ ok: false, reason: 'missing_signature' })
  expect(identify(signedByJira({}, 's', 'd-1').headers)).toEqual({ eventType: 'webhook', deliveryId: 'd-1' })
})

test.each([
  null,
  [],
  'text',
  {},
  { webhookEvent: 'jira:issue_created' },
  { webhookEvent: 'comment_created', issue: jiraIssue },
])(
  'a payload of another shape is refused with the place that is wrong: %j',
  (payload) => {
    expect(parse(payload)).toMatchObject({ ok: false, detail: expect.stringMatching(/.+/) })
  },
)

test('no JSON makes the parser throw, and what it gives is an event', () => {
  const text = fc.oneof(fc.string(), fc.jsonValue(), fc.webUrl())
  const issue = fc.record({
    id: fc.string(),
    key: fc.string(),
    self: text,
    fields: fc.record({ summary: text, description: text, created: text, updated: text }, { requiredKeys: [] }),
  })
  const shaped = fc.record(
    {
      webhookEvent: fc.constantFrom(
        'jira:issue_created',
        'jira:issue_updated',
        'comment_created',
        'comment_deleted',
        'toString',
      ),
      timestamp: fc.oneof(fc.double(), fc.maxSafeInteger(), fc.jsonValue()),
      issue: fc.oneof(issue, fc.jsonValue()),
      comment: fc.oneof(fc.record({ id: fc.string(), body: text, updated: text }), fc.jsonValue()),
      changelog: fc.oneof(
        fc.record({ items: fc.array(fc.record({ field: fc.string(), toString: text })) }),
        fc.jsonValue(),
      ),
    },
    { requiredKeys: ['webhookEvent', 'issue'] },
  )
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), shaped), (payload) => {
      const parsed = parse(payload)
      if (parsed.ok) for (const event of parsed.events) NormalizedEvent.parse(event)
      jira.triggers.webhook!.identity!(payload)
    }),
    { numRuns: 300 },
  )
})
