import { expect, test } from 'vitest'
import {
  sentryErrorEvent,
  sentryIssueAlert,
  sentryIssueEvent,
  sentryMetricAlert,
} from '../../../../tests/fixtures/sentry/payloads.ts'
import { parseSentry } from './parse.ts'
import { sentryTriggerTypes } from './trigger-types.ts'

function matchOf(typeId: string, config: unknown, payload: unknown) {
  const receivedAt = '2026-11-20T10:00:02.000Z'
  const parsed = parseSentry({ payload, eventType: '', deliveryId: 'd', headers: {}, bodyHash: '', receivedAt })
  const configured = sentryTriggerTypes.find((type) => type.id === typeId)!.configure(config)
  if (!parsed.ok || !configured.ok) throw new Error(JSON.stringify({ parsed, configured }))
  return configured.matches(parsed.events[0]!)
}
type Refused = [type: string, config: unknown, payload: unknown, reason: string]
const error = sentryErrorEvent()
const issue = sentryIssueEvent('created')

test.each([
  ['error_created', {}, error],
  ['error_created', {}, issue],
  ['error_created', { projects: ['Front-End'], environments: ['production'], minSeverity: 'error' }, error],
  ['error_created', { minSeverity: 'warning', organization: 'test-org' }, issue],
  ['error_spike', { projects: ['front-end'] }, sentryIssueAlert()],
  ['error_spike', { minSeverity: 'fatal', environments: ['production'] }, sentryMetricAlert('critical')],
  ['error_spike', { projects: ['back-end'] }, sentryMetricAlert('warning', ['front-end', 'back-end'])],
  ['metric_alert_resolved', {}, sentryMetricAlert('resolved')],
  ['issue', { actions: ['archived'] }, sentryIssueEvent('ignored')],
  ['issue', {}, issue],
  ['issue_unresolved', {}, sentryIssueEvent('unresolved')],
])('%s with %j matches', (type, config, payload) => {
  expect(matchOf(type, config, payload)).toEqual({ matched: true })
})

test.each([
  ['error_created', { projects: ['back-end'] }, error, 'project front-end is not back-end'],
  ['error_created', { environments: ['staging', 'test'] }, error, 'environment production is not one of staging, test'],
  ['error_created', { environments: ['staging'] }, issue, 'there is no environment, so it is not staging'],
  ['error_created', { minSeverity: 'fatal' }, error, 'severity error is below fatal'],
  [
    'error_created',
    { minSeverity: 'info' },
    sentryErrorEvent({ level: 'sample' }),
    'the severity is not known, it should be at least info',
  ],
  ['error_created', { organization: 'another' }, error, 'organization test-org is not another'],
  ['error_spike', {}, error, 'the event is error_created, this listens to another'],
  ['error_spike', { projects: ['x'] }, sentryMetricAlert('warning', ['a', 'b']), 'none of the projects a, b is x'],
  ['issue', { actions: ['resolved', 'assigned'] }, issue, 'action created is not one of resolved, assigned'],
  ['issue', {}, error, 'the event is error_created, this listens to another'],
] as Refused[])('%s with %j does not match and says why', (type, config, payload, reason) => {
  expect(matchOf(type, config, payload)).toEqual({ matched: false, reason })
})

const bounds = ['debug', 'info', 'warning', 'error', 'fatal']
test.each(bounds)('severity %s passes its own bound and every lower one', (level) => {
  for (const [index, minSeverity] of bounds.entries()) {
    const { matched } = matchOf('error_created', { minSeverity }, sentryErrorEvent({ level }))
    expect(matched, minSeverity).toBe(index <= bounds.indexOf(level))
  }
})

test('a configuration with unknown or wrong fields names each of them', () => {
  const type = sentryTriggerTypes.find(({ id }) => id === 'error_created')!
  expect(type.configure({ minSeverity: 'awful', organization: 'a/b' })).toMatchObject({
    ok: false,
    issues: [{ path: 'minSeverity' }, { path: 'organization' }],
  })
  expect(type.configure({ actions: ['created'] })).toMatchObject({ ok: false, issues: [{ path: '' }] })
})
