import { expect, test } from 'vitest'
import { recordedPayload } from '../../../../tests/fixtures/github/recorded.ts'
import { parseGithub } from './parse.ts'
import { githubTriggerTypes } from './trigger-types.ts'

const repository = 'acme/widgets'
const receivedAt = '2026-11-21T10:00:00.000Z'
const delivery = { deliveryId: 'd', headers: {}, bodyHash: 'b'.repeat(64), receivedAt }

function matchOf(typeId: string, config: unknown, event: [string, string | null, number?]) {
  const [name, action, which] = event
  const payload = recordedPayload(name, action, { repository, labels: { bug: 'agent' } }, which)
  const parsed = parseGithub({ payload, eventType: name, ...delivery })
  const configured = githubTriggerTypes.find((type) => type.id === typeId)!.configure(config)
  if (!parsed.ok || !configured.ok) throw new Error(JSON.stringify({ parsed, configured }))
  return configured.matches(parsed.events[0]!)
}
const matched = { matched: true }
const refused = (reason: string) => ({ matched: false, reason })

test('an issue opened with the label of the trigger matches, whatever the case of names', () => {
  const opened: [string, string] = ['issues', 'opened']
  expect(matchOf('issue_opened', { labels: ['agent'], repositories: ['acme/widgets'] }, opened)).toEqual(matched)
  expect(matchOf('issue_opened', { labels: ['Agent'], repositories: ['Acme/Widgets'] }, opened)).toEqual(matched)
})

test('an absent or empty filter lets everything through', () => {
  expect(matchOf('issue_opened', {}, ['issues', 'opened'])).toEqual(matched)
  expect(matchOf('issue_opened', { labels: [], repositories: [] }, ['issues', 'opened'])).toEqual(matched)
})

test.each([
  ['issue_opened', { labels: ['urgent'] }, ['issues', 'opened'], 'label urgent is missing'],
  ['issue_opened', { labels: ['a', 'b'] }, ['issues', 'opened'], 'none of the labels a, b is there'],
  ['issue_opened', { repositories: ['a/b'] }, ['issues', 'opened'], 'repository acme/widgets is not a/b'],
  ['issue_opened', {}, ['issues', 'labeled'], 'the event is issue_labeled, this listens to another'],
  ['issue', { actions: ['closed', 'reopened'] }, ['issues', 'opened'], 'action opened is not one of closed, reopened'],
  ['issue', {}, ['issue_comment', 'created'], 'the event is issue_comment_created, this listens to another'],
  ['push', { branches: ['main', 'release/*'] }, ['push', null, 4], 'branch master is not one of main, release/*'],
  ['push', { branches: ['main'] }, ['push', null, 0], 'the event is not about a branch'],
  [
    'workflow_run',
    { conclusions: ['failure'] },
    ['workflow_run', 'completed', 1],
    'conclusion success is not failure',
  ],
  ['workflow_run', { workflows: ['Deploy'] }, ['workflow_run', 'completed', 1], 'workflow test is not Deploy'],
  ['check_run_completed', { checks: ['lint'] }, ['check_run', 'completed'], 'check Octocoders-linter is not lint'],
  ['check_suite', { actions: ['requested'] }, ['check_suite', 'completed'], 'action completed is not requested'],
  [
    'check_suite_requested',
    { conclusions: ['failure'] },
    ['check_suite', 'requested'],
    'conclusion none is not failure',
  ],
] as [string, unknown, [string, string | null, number?], string][])(
  '%s with %j does not match and says why',
  (type, config, event, reason) => {
    expect(matchOf(type, config, event)).toEqual(refused(reason))
  },
)

test('a family listens to all its actions, or to those it names', () => {
  expect(matchOf('issue', {}, ['issues', 'reopened'])).toEqual(matched)
  const actions = ['opened', 'synchronize']
  expect(matchOf('pull_request', { actions }, ['pull_request', 'synchronize'])).toEqual(matched)
})

test('a workflow that ends as one wants on a branch one watches matches', () => {
  const config = { conclusions: ['success', 'failure'], branches: ['mas*'], workflows: ['TEST'] }
  const completed: [string, string, number] = ['workflow_run', 'completed', 1]
  expect(matchOf('workflow_run_completed', config, completed)).toEqual(matched)
  expect(matchOf('workflow_run', { ...config, actions: ['completed'] }, completed)).toEqual(matched)
})

test('a star at the end of a branch stands for the rest; pull requests are matched by their target', () => {
  expect(matchOf('push', { branches: ['mas*'] }, ['push', null, 4])).toEqual(matched)
  const opened: [string, string] = ['pull_request', 'opened']
  expect(matchOf('pull_request_opened', { branches: ['master'] }, opened)).toEqual(matched)
  expect(matchOf('pull_request_opened', { branches: ['changes'] }, opened)).toMatchObject({ matched: false })
})

test('another label put on an issue that carries the wanted one does not fire again', () => {
  const payload = recordedPayload('issues', 'labeled', { repository, labels: { bug: 'agent' } })
  payload.label = { name: 'documentation' }
  const parsed = parseGithub({ payload, eventType: 'issues', ...delivery })
  const configured = githubTriggerTypes.find((type) => type.id === 'issue_labeled')!.configure({ labels: ['agent'] })
  if (!parsed.ok || !configured.ok) throw new Error('unreadable')
  expect(configured.matches(parsed.events[0]!)).toEqual(refused('label agent is missing'))
})

test('a configuration with unknown or wrong fields names each of them', () => {
  const type = githubTriggerTypes.find(({ id }) => id === 'issue_opened')!
  expect(type.configure({ labels: ['ok', ''], repositories: 'acme/widgets' })).toMatchObject({
    ok: false,
    issues: [{ path: 'repositories' }, { path: 'labels.1' }],
  })
  expect(type.configure({ branches: ['main'] })).toMatchObject({ ok: false, issues: [{ path: '' }] })
})
