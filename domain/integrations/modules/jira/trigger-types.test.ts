import { expect, test } from 'vitest'
import { jiraCommentEvent, jiraIssue, jiraIssueEvent } from '../../../../tests/fixtures/jira/payloads.ts'
import { parseJira } from './parse.ts'
import { jiraTriggerTypes } from './trigger-types.ts'

function matchOf(typeId: string, config: unknown, payload: unknown) {
  const receivedAt = '2026-11-20T10:00:02.000Z'
  const parsed = parseJira({ payload, eventType: '', deliveryId: 'd', headers: {}, bodyHash: '', receivedAt })
  const configured = jiraTriggerTypes.find((type) => type.id === typeId)!.configure(config)
  if (!parsed.ok || !configured.ok) throw new Error(JSON.stringify({ parsed, configured }))
  return configured.matches(parsed.events[0]!)
}
type Refused = [type: string, config: unknown, payload: unknown, reason: string]
const created = jiraIssueEvent('jira:issue_created')
const moved = jiraIssueEvent('jira:issue_updated', [['status', 'To Do', 'In Progress']])
const edited = jiraIssueEvent('jira:issue_updated', [['summary', 'a', 'b']])

test.each([
  ['issue_created', {}, created],
  ['issue_created', { sites: ['ACME.atlassian.net'], projects: ['shop'], issueTypes: ['bug'] }, created],
  ['issue_created', { projects: ['Web shop'], statuses: ['to do'], labels: ['ui'], priorities: ['high'] }, created],
  ['issue_created', { assignees: ['5b10a2844c20165700ede21g'] }, created],
  ['issue_updated', {}, moved],
  ['issue_updated', { changed: ['Status'] }, moved],
  ['issue_transitioned', { fromStatuses: ['to do'], toStatuses: ['In Progress', 'Done'] }, moved],
  ['issue', { actions: ['transitioned'] }, moved],
  ['issue', { actions: ['updated'] }, moved],
  ['issue_deleted', {}, jiraIssueEvent('jira:issue_deleted')],
  ['comment_created', { statuses: ['Selected'] }, jiraCommentEvent()],
])('%s with %j matches', (type, config, payload) => {
  expect(matchOf(type, config, payload)).toEqual({ matched: true })
})

const unassigned = { ...jiraIssue, fields: { ...jiraIssue.fields, assignee: null } }
test.each([
  ['issue_created', { sites: ['other.atlassian.net'] }, created, 'site acme.atlassian.net is not other.atlassian.net'],
  ['issue_created', { projects: ['OPS', 'WEB'] }, created, 'project SHOP is not one of OPS, WEB'],
  ['issue_created', { issueTypes: ['Task'] }, created, 'issue type Bug is not Task'],
  ['issue_created', { statuses: ['Done'] }, created, 'status Selected is not Done'],
  ['issue_created', { labels: ['urgent'] }, created, 'label urgent is missing'],
  ['issue_created', { priorities: ['Low'] }, created, 'priority High is not Low'],
  [
    'issue_created',
    { assignees: ['Grace'] },
    jiraIssueEvent('jira:issue_created', [], unassigned),
    'there is no assignee, so it is not Grace',
  ],
  ['issue_transitioned', {}, edited, 'the event is issue_updated, this listens to another'],
  ['issue_transitioned', { fromStatuses: ['Done'] }, moved, 'former status To Do is not Done'],
  ['issue_transitioned', { toStatuses: ['Done'] }, moved, 'new status In Progress is not Done'],
  ['issue_updated', { changed: ['status'] }, edited, 'what changed is summary, not status'],
  [
    'issue_updated',
    { changed: ['status'] },
    jiraIssueEvent('jira:issue_updated'),
    'it is not known what changed, only that it should be status',
  ],
  ['issue', { actions: ['created'] }, edited, 'action updated is not created'],
  ['issue', { actions: ['transitioned'] }, edited, 'action updated is not transitioned'],
] as Refused[])('%s with %j does not match and says why', (type, config, payload, reason) => {
  expect(matchOf(type, config, payload)).toEqual({ matched: false, reason })
})

test('a configuration with unknown or wrong fields names each of them', () => {
  const type = jiraTriggerTypes.find(({ id }) => id === 'issue_created')!
  expect(type.configure({ projects: 'SHOP', labels: [''] })).toMatchObject({
    ok: false,
    issues: [{ path: 'projects' }, { path: 'labels.0' }],
  })
  expect(type.configure({ toStatuses: ['Done'] })).toMatchObject({ ok: false, issues: [{ path: '' }] })
})
