import { expect, test } from 'vitest'
import { linearCommentEvent, linearIssueEvent } from '../../../../tests/fixtures/linear/payloads.ts'
import { parseLinear } from './parse.ts'
import { linearTriggerTypes } from './trigger-types.ts'

function matchOf(typeId: string, config: unknown, payload: unknown) {
  const parsed = parseLinear({
    payload,
    eventType: 'Issue',
    deliveryId: 'd',
    headers: {},
    bodyHash: '',
    receivedAt: '2026-11-20T10:00:02.000Z',
  })
  const configured = linearTriggerTypes.find((type) => type.id === typeId)!.configure(config)
  if (!parsed.ok || !configured.ok) throw new Error(JSON.stringify({ parsed, configured }))
  return configured.matches(parsed.events[0]!)
}
type Refused = [type: string, config: unknown, payload: unknown, reason: string]
const matched = { matched: true }
const created = linearIssueEvent('create')
const updated = linearIssueEvent('update')

test.each([
  ['issue_created', {}, created],
  ['issue_created', { teams: [], labels: [] }, created],
  ['issue_created', { teams: ['eng'], states: ['todo'], priorities: ['urgent'], labels: ['bug'] }, created],
  ['issue_created', { teams: ['Engineering'], states: ['unstarted'], assignees: ['ADA@acme.test'] }, created],
  ['issue_created', { projects: ['checkout'], assignees: ['Ada Example'] }, created],
  ['issue_updated', { changed: ['Priority'] }, updated],
  ['issue', { actions: ['remove', 'update'] }, updated],
  ['issue', {}, created],
  ['comment', {}, linearCommentEvent('update')],
])('%s with %j matches', (type, config, payload) => {
  expect(matchOf(type, config, payload)).toEqual(matched)
})

test.each([
  ['issue_created', { teams: ['OPS'] }, created, 'team ENG is not OPS'],
  ['issue_created', { states: ['Done', 'completed'] }, created, 'state Todo is not one of Done, completed'],
  ['issue_created', { priorities: ['low'] }, created, 'priority urgent is not low'],
  ['issue_created', { labels: ['urgent'] }, created, 'label urgent is missing'],
  ['issue_created', { labels: ['a', 'b'] }, created, 'none of the labels a, b is there'],
  ['issue_created', { assignees: ['Grace'] }, created, 'assignee Ada Example is not Grace'],
  [
    'issue_created',
    { projects: ['Search'] },
    linearIssueEvent('create', { project: null }),
    'there is no project, so it is not Search',
  ],
  ['issue_updated', { changed: ['state'] }, updated, 'what changed is priority, not state'],
  ['issue_updated', {}, created, 'the event is issue_created, this listens to another'],
  ['issue', { actions: ['remove'] }, created, 'action create is not remove'],
  ['comment_created', { states: ['Todo'] }, linearCommentEvent(), 'there is no state, so it is not Todo'],
] as Refused[])('%s with %j does not match and says why', (type, config, payload, reason) => {
  expect(matchOf(type, config, payload)).toEqual({ matched: false, reason })
})

test('an update that was fetched, not sent, does not tell what changed', () => {
  const { updatedFrom: _, ...fetched } = updated
  const reason = 'it is not known what changed, only that it should be state'
  expect(matchOf('issue_updated', { changed: ['state'] }, fetched)).toEqual({ matched: false, reason })
})

test('a configuration with unknown or wrong fields names each of them', () => {
  const type = linearTriggerTypes.find(({ id }) => id === 'issue_created')!
  expect(type.configure({ priorities: ['huge'], teams: 'ENG' })).toMatchObject({
    ok: false,
    issues: [{ path: 'teams' }, { path: 'priorities.0' }],
  })
  expect(type.configure({ changed: ['state'] })).toMatchObject({ ok: false, issues: [{ path: '' }] })
})
