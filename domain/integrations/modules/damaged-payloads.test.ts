import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NormalizedEvent } from '#schema/contracts/triggers'
import { recordedPayload } from '../../../tests/fixtures/github/recorded.ts'
import { jiraCommentEvent, jiraIssueEvent } from '../../../tests/fixtures/jira/payloads.ts'
import { linearCommentEvent, linearIssueEvent } from '../../../tests/fixtures/linear/payloads.ts'
import { posthogDestination, posthogFlat, posthogHook } from '../../../tests/fixtures/posthog/documented.ts'
import {
  sentryErrorEvent,
  sentryIssueAlert,
  sentryIssueEvent,
  sentryMetricAlert,
} from '../../../tests/fixtures/sentry/payloads.ts'
import { slackDelivery, slackMessage } from '../../../tests/fixtures/slack/documented.ts'
import { findIntegrationModule } from '../registry.ts'

const repository = 'acme/widgets'
const recorded = (eventType: string, action: string | null) =>
  ['github', eventType, recordedPayload(eventType, action, { repository })] as const

const SAMPLES: (readonly [provider: string, eventType: string, payload: unknown])[] = [
  recorded('issues', 'opened'),
  recorded('issue_comment', 'created'),
  recorded('pull_request', 'opened'),
  recorded('push', null),
  recorded('check_suite', 'completed'),
  recorded('check_run', 'completed'),
  recorded('workflow_run', 'completed'),
  recorded('installation', 'deleted'),
  ['slack', 'event_callback', slackDelivery()],
  ['slack', 'event_callback', slackMessage({ thread_ts: '1355517520.000001' })],
  ['posthog', 'event', posthogDestination],
  ['posthog', 'event', posthogFlat],
  ['posthog', 'event', posthogHook],
  ['linear', 'Issue', linearIssueEvent('update')],
  ['linear', 'Comment', linearCommentEvent()],
  ['sentry', 'issue', sentryIssueEvent('created')],
  ['sentry', 'error', sentryErrorEvent()],
  ['sentry', 'event_alert', sentryIssueAlert()],
  ['sentry', 'metric_alert', sentryMetricAlert('critical')],
  ['jira', 'webhook', jiraIssueEvent('jira:issue_updated', [['status', 'To Do', 'Done']])],
  ['jira', 'webhook', jiraCommentEvent()],
]

/** A copy in which one value, picked by the numbers, is another. */
function damaged(value: unknown, picks: number[], other: unknown): unknown {
  const [pick, ...rest] = picks
  if (pick === undefined || value === null || typeof value !== 'object') return other
  const names = Object.keys(value)
  const name = names[pick % Math.max(names.length, 1)]
  if (name === undefined) return other
  const copy = structuredClone(value) as Record<string, unknown>
  copy[name] = damaged(copy[name], rest, other)
  return copy
}

const DELIVERY = {
  deliveryId: 'd',
  headers: {},
  bodyHash: 'a'.repeat(64),
  receivedAt: '2026-11-21T10:00:00.000Z',
}
const Other = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('', ' ', '\u0000', '\ud800', '9'.repeat(30), 'x'.repeat(5_000), 1e308, -1, 2 ** 53, 'javascript:1'),
)

test.each(SAMPLES)('%s %s: whatever one value becomes, what comes of it is an event or a refusal', (...sample) => {
  const [provider, eventType, payload] = sample
  const { webhook, types } = findIntegrationModule(provider)!.triggers
  fc.assert(
    fc.property(fc.array(fc.nat(60), { minLength: 1, maxLength: 4 }), Other, (picks, other) => {
      const given = damaged(payload, picks, other)
      const parsed = webhook!.parse({ payload: given, eventType, ...DELIVERY })
      webhook!.identity?.(given)
      webhook!.connection?.({ payload: given, eventType })
      if (!parsed.ok) expect(parsed.detail).not.toBe('')
      for (const event of parsed.ok ? parsed.events : []) {
        expect(NormalizedEvent.parse(event)).toEqual(event)
        for (const type of types) {
          const configured = type.configure({})
          if (configured.ok) configured.matches(event)
        }
      }
    }),
    { numRuns: 300 },
  )
})
