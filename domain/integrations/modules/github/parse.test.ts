import { expect, test } from 'vitest'
import { NormalizedEvent } from '#schema/contracts/triggers'
import { allRecordedPayloads, recordedEvents, recordedPayload } from '../../../../tests/fixtures/github/recorded.ts'
import { github } from './module.ts'
import { parseGithub } from './parse.ts'

const receivedAt = '2026-11-21T10:00:00.000Z'
const repository = 'acme/widgets'
const parse = (eventType: string, payload: unknown, deliveryId = 'delivery-1') =>
  parseGithub({ payload, eventType, deliveryId, headers: {}, bodyHash: 'b'.repeat(64), receivedAt })

function eventOf(eventType: string, payload: unknown, deliveryId?: string): NormalizedEvent {
  const parsed = parse(eventType, payload, deliveryId)
  if (!parsed.ok || !parsed.events[0]) throw new Error(JSON.stringify(parsed))
  return parsed.events[0]
}

test('an opened issue becomes an event with everything a run needs', () => {
  const event = eventOf('issues', recordedPayload('issues', 'opened', { repository, labels: { bug: 'agent' } }))
  expect(event).toEqual({
    provider: 'github',
    eventType: 'issue_opened',
    providerEventType: 'issues',
    occurredAt: '2019-05-15T15:20:18Z',
    dedupKey: 'github:acme/widgets:issue:1:444500041:opened',
    earlierKeys: ['github:acme/widgets:issue:1:opened'],
    title: 'Spelling error in the README file',
    url: 'https://github.com/acme/widgets/issues/1',
    context: {
      github: {
        repository,
        repositoryUrl: 'https://github.com/acme/widgets',
        action: 'opened',
        sender: 'Codertocat',
        title: 'Spelling error in the README file',
        body: "It looks like you accidently spelled 'commit' with two 't's.",
        labels: ['agent'],
        issueNumber: 1,
        issueUrl: 'https://github.com/acme/widgets/issues/1',
      },
    },
  })
})

const FAMILIES = new Map([
  ['issues', 'issue'],
  ['issue_comment', 'issue_comment'],
  ['pull_request', 'pull_request'],
  ['check_suite', 'check_suite'],
  ['check_run', 'check_run'],
  ['workflow_run', 'workflow_run'],
])

test('every payload that was ever recorded is read without a throw, and ours become what triggers listen to', () => {
  const types = new Set(github.triggers.types.map(({ id }) => id))
  let understood = 0
  for (const name of recordedEvents()) {
    for (const payload of allRecordedPayloads(name, { repository })) {
      const parsed = parse(name, payload)
      const family = FAMILIES.get(name)
      const wanted = name === 'push' ? ['push'] : family ? [`${family}_${String(payload.action)}`] : []
      const events = parsed.ok ? parsed.events : []
      expect(events.map(({ eventType }) => eventType), name).toEqual(wanted)
      for (const event of events) {
        expect(NormalizedEvent.parse(event)).toEqual(event)
        expect(event.dedupKey).toMatch(/^github:[\w.-]+\/[\w.-]+:/)
        expect(types).toContain(event.eventType)
        understood += 1
      }
    }
  }
  expect(recordedEvents().length).toBeGreaterThan(50)
  expect(understood).toBeGreaterThan(60)
})

test('opened and created are known by the thing itself, everything else by the delivery', () => {
  const opened = recordedPayload('issues', 'opened', { repository })
  expect(eventOf('issues', opened, 'a').dedupKey).toBe(eventOf('issues', opened, 'b').dedupKey)
  const closed = recordedPayload('issues', 'labeled', { repository })
  expect(eventOf('issues', closed, 'a').dedupKey).toBe('github:acme/widgets:issue_labeled:a')
  expect(eventOf('issues', closed, 'b').dedupKey).not.toBe(eventOf('issues', closed, 'a').dedupKey)
  const comment = recordedPayload('issue_comment', 'created', { repository })
  expect(eventOf('issue_comment', comment).dedupKey).toBe('github:acme/widgets:issue_comment:492700400:created')
  expect(eventOf('pull_request', recordedPayload('pull_request', 'opened', { repository })).dedupKey).toBe(
    'github:acme/widgets:pull_request:2:279147437:opened',
  )
  const push = recordedPayload('push', null, { repository })
  expect(eventOf('push', push, 'p').dedupKey).toBe('github:acme/widgets:push:p')
})

test('the same issue number of another repository is another thing', () => {
  const here = eventOf('issues', recordedPayload('issues', 'opened', { repository }))
  const there = eventOf('issues', recordedPayload('issues', 'opened', { repository: 'acme/gadgets' }))
  expect(here.dedupKey).not.toBe(there.dedupKey)
})

test.each([
  ['issues', 'issue'],
  ['pull_request', 'pull_request'],
])('the first of the %s of a repository that was made anew under its name is another one', (name, field) => {
  const payload = recordedPayload(name, 'opened', { repository })
  const before = eventOf(name, payload)
  const after = eventOf(name, { ...payload, [field]: { ...(payload[field] as object), id: 7 } })
  expect(after.dedupKey).not.toBe(before.dedupKey)
  // What was recorded by the number alone, and is sent again, is known all the same.
  expect(before.earlierKeys).toEqual(after.earlierKeys)
  const { id: _, ...numbered } = payload[field] as { id: number }
  expect(before.earlierKeys).toEqual([eventOf(name, { ...payload, [field]: numbered }).dedupKey])
})

test('a comment, a pull request and a push tell where, who and what', () => {
  const comment = eventOf('issue_comment', recordedPayload('issue_comment', 'created', { repository }))
  expect(comment.context.github).toMatchObject({
    issueNumber: 1,
    commentBody: "You are totally right! I'll get this fixed right away.",
    commentAuthor: 'Codertocat',
  })
  const pull = eventOf('pull_request', recordedPayload('pull_request', 'opened', { repository }))
  expect(pull.context.github).toMatchObject({ prNumber: 2, branch: 'changes', baseBranch: 'master' })
  const push = eventOf('push', recordedPayload('push', null, { repository }, 4))
  expect(push.title).toBe('1 commit to master')
  expect(push.context.github).toMatchObject({ branch: 'master', commits: [{ message: 'Initial commit' }] })
  expect(push.occurredAt).toBe(receivedAt)
})

test('checks and workflow runs tell what ran, where and how it ended', () => {
  const run = eventOf('workflow_run', recordedPayload('workflow_run', 'completed', { repository }, 1))
  expect(run).toMatchObject({ eventType: 'workflow_run_completed', title: 'Workflow test: success on master' })
  expect(run.url).toMatch(/^https:\/\/github.com\/acme\/widgets\/actions\/runs\/\d+$/)
  const ended = { workflow: 'test', conclusion: 'success', branch: 'master', workflowUrl: run.url }
  expect(run.context.github).toMatchObject(ended)
  expect(eventOf('workflow_run', recordedPayload('workflow_run', 'completed', { repository })).title).toBe(
    'Workflow Manually triggered workflow: queued on main',
  )
  const check = eventOf('check_run', recordedPayload('check_run', 'completed', { repository }))
  const done = { status: 'completed', conclusion: 'failure', checkName: 'Octocoders-linter', checkUrl: check.url }
  expect(check.context.github).toMatchObject(done)
  const suite = eventOf('check_suite', recordedPayload('check_suite', 'completed', { repository }))
  expect(suite.context.github).toMatchObject({ conclusion: 'success', checkApp: 'octocoders-linter' })
  expect(suite.url).toMatch(/^https:\/\/github.com\/acme\/widgets\/commit\/[0-9a-f]{40}\/checks$/)
})

test('a check that was made is known by itself, one that is done by the delivery', () => {
  const made = recordedPayload('check_run', 'created', { repository })
  expect(eventOf('check_run', made, 'a').dedupKey).toMatch(/^github:acme\/widgets:check_run:\d+:created$/)
  const done = recordedPayload('check_run', 'completed', { repository })
  expect(eventOf('check_run', done, 'a').dedupKey).toBe('github:acme/widgets:check_run_completed:a')
})

test('a long body is cut to 20,000 characters and a long title to 500', () => {
  const payload = recordedPayload('issues', 'opened', { repository })
  Object.assign(payload.issue as object, { body: 'x'.repeat(50_000), title: 'y'.repeat(600) })
  const event = eventOf('issues', payload)
  expect((event.context.github as { body: string }).body).toHaveLength(20_000)
  expect(event.title).toHaveLength(500)
})

test('a time that is none gives way to the time of receipt', () => {
  const payload = recordedPayload('issues', 'opened', { repository })
  Object.assign(payload.issue as object, { created_at: 'yesterday' })
  expect(eventOf('issues', payload).occurredAt).toBe(receivedAt)
})

test('ping and events of other kinds give no event', () => {
  expect(parse('ping', recordedPayload('ping', null, { repository }))).toEqual({ ok: true, events: [] })
  expect(parse('watch', { action: 'started' })).toEqual({ ok: true, events: [] })
  expect(parse('constructor', {})).toEqual({ ok: true, events: [] })
})

test.each([null, [], 'text', {}, { action: 'opened' }, { action: 'opened', issue: { number: 'one' } }])(
  'a payload of another shape is refused with the place that is wrong: %j',
  (payload) => {
    const parsed = parse('issues', payload)
    expect(parsed).toMatchObject({ ok: false, detail: expect.stringMatching(/.+/) })
  },
)
