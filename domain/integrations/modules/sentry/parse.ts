import { z } from 'zod'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import type { ConnectionChange, Identity, Parsed, WebhookPayload } from '../../contract.ts'
import { cutTitle, ProviderId } from '../common/reading.ts'
import { unreadable } from '../common/unreadable.ts'
import type { SentryContext } from './context.ts'
import { issueContext, issueCreated, organizationOf, sentryEvent, SentryIssue, severityOf } from './issue.ts'
import { Occurrence, occurrenceContext } from './occurrence.ts'
import { SentryId } from './sentry-id.ts'

const Action = z.string().regex(/^[a-z_]{1,60}$/)
const Event = Occurrence.extend({
  event_id: ProviderId,
  issue_id: SentryId.nullish(),
  title: z.string().nullish(),
  culprit: z.string().nullish(),
  level: z.string().nullish(),
  platform: z.string().nullish(),
  datetime: z.string().nullish(),
  /** The API's address, which names the organization and the project. */
  url: z.string().nullish(),
  web_url: z.string().nullish(),
})

const IssuePayload = z.object({ action: Action, data: z.object({ issue: SentryIssue }) })
const ErrorPayload = z.object({ action: Action, data: z.object({ error: Event }) })
const IssueAlertPayload = z.object({
  action: Action,
  data: z.object({ event: Event, triggered_rule: z.string().nullish() }),
})
const MetricAlertPayload = z.object({
  action: Action,
  data: z.object({
    metric_alert: z.object({
      id: SentryId,
      projects: z.array(z.string()).nullish(),
      date_detected: z.string().nullish(),
      alert_rule: z.object({ name: z.string().nullish(), environment: z.string().nullish() }).nullish(),
    }),
    description_title: z.string().nullish(),
    description_text: z.string().nullish(),
    web_url: z.string().nullish(),
  }),
})

type Reader = (input: WebhookPayload) => Parsed

const readers: [resource: string, Reader][] = [
  ['issue', reader(IssuePayload, ofIssue)],
  ['error', reader(ErrorPayload, ofError)],
  ['event', reader(IssueAlertPayload, ofIssueAlert)],
  ['metric_alert', reader(MetricAlertPayload, ofMetricAlert)],
]

const Envelope = z.object({
  action: z.string().nullish(),
  data: z.record(z.string(), z.unknown()),
  installation: z.object({ uuid: ProviderId }).nullish(),
})

/**
 * Reads one Sentry payload into at most one event. What it is stands in `data` itself, so that it does not matter who
 * delivered it. Pure; an event of another kind gives none.
 */
export function parseSentry(input: WebhookPayload): Parsed {
  const envelope = Envelope.safeParse(input.payload)
  if (!envelope.success) return unreadable(envelope.error)
  const found = readers.find(([resource]) => Object.hasOwn(envelope.data.data, resource))
  return found ? found[1](input) : { ok: true, events: [] }
}

function reader<Schema extends z.ZodType>(
  schema: Schema,
  eventsOf: (payload: z.output<Schema>, input: WebhookPayload) => NormalizedEvent[],
): Reader {
  return (input) => {
    const result = schema.safeParse(input.payload)
    return result.success ? { ok: true, events: eventsOf(result.data, input) } : unreadable(result.error)
  }
}

function ofIssue({ action, data: { issue } }: z.output<typeof IssuePayload>, input: WebhookPayload): NormalizedEvent[] {
  if (action === 'created') return [issueCreated(issue, input.receivedAt)]
  const context = { resource: 'issue', action, ...issueContext(issue) }
  return [
    sentryEvent({
      // What used to be ignored is archived now.
      eventType: `issue_${action === 'ignored' ? 'archived' : action}`,
      dedupKey: `sentry:${issue.id}:${action}:${input.deliveryId}`,
      occurredAt: null,
      knownAt: input.receivedAt,
      url: context.issueUrl,
      context,
    }),
  ]
}

function ofEvent(
  about: Pick<SentryContext, 'resource' | 'action' | 'alertRule'>,
  event: z.output<typeof Event>,
  input: WebhookPayload,
): NormalizedEvent {
  return sentryEvent({
    eventType: about.resource === 'error' ? `error_${about.action}` : 'error_spike',
    dedupKey: `sentry:${event.event_id}`,
    occurredAt: event.datetime,
    knownAt: input.receivedAt,
    url: event.web_url ?? undefined,
    context: {
      ...about,
      ...addressesOf(event),
      issueId: event.issue_id ?? undefined,
      eventId: event.event_id,
      title: event.title ?? undefined,
      culprit: event.culprit ?? undefined,
      level: severityOf(event.level),
      platform: event.platform ?? undefined,
      ...occurrenceContext(event),
    },
  })
}

/** An event names neither the organization nor the project nor its issue's page: its addresses do. */
function addressesOf(event: z.output<typeof Event>): Partial<SentryContext> {
  const eventUrl = event.web_url ?? undefined
  const [, organization, project] = /\/projects\/([\w-]+)\/([\w-]+)\//.exec(event.url ?? '') ?? []
  return {
    organization: organization ?? organizationOf(eventUrl),
    projects: project === undefined ? undefined : [project],
    issueUrl: /^(https:\/\/.+\/issues\/[^/]+\/)/.exec(eventUrl ?? '')?.[1],
    eventUrl,
  }
}

function ofError({ action, data }: z.output<typeof ErrorPayload>, input: WebhookPayload): NormalizedEvent[] {
  return [ofEvent({ resource: 'error', action }, data.error, input)]
}

function ofIssueAlert({ action, data }: z.output<typeof IssueAlertPayload>, input: WebhookPayload): NormalizedEvent[] {
  const alertRule = data.triggered_rule ? cutTitle(data.triggered_rule) : undefined
  return [ofEvent({ resource: 'event_alert', action, alertRule }, data.event, input)]
}

/**
 * A metric alert has no event, and an incident may become critical, better, and critical again. Nothing in the payload
 * tells the second time from the first, so the delivery does (G6).
 */
function ofMetricAlert(payload: z.output<typeof MetricAlertPayload>, input: WebhookPayload): NormalizedEvent[] {
  const { action, data } = payload
  const { metric_alert: alert } = data
  const url = data.web_url ?? undefined
  return [
    sentryEvent({
      eventType: action === 'resolved' ? 'metric_alert_resolved' : 'error_spike',
      dedupKey: `sentry:metric_alert:${alert.id}:${action}:${input.deliveryId}`,
      occurredAt: action === 'resolved' ? null : alert.date_detected,
      knownAt: input.receivedAt,
      url,
      context: {
        resource: 'metric_alert',
        action,
        organization: organizationOf(url),
        projects: alert.projects ?? undefined,
        issueUrl: url,
        title: data.description_title ?? undefined,
        level: action === 'critical' ? 'fatal' : severityOf(action),
        environment: alert.alert_rule?.environment ?? undefined,
        alertRule: alert.alert_rule?.name ?? undefined,
        alertDescription: data.description_text ? cutTitle(data.description_text) : undefined,
      },
    }),
  ]
}

/** Every payload names the installation it comes from. */
export function sentryIdentity(payload: unknown): Identity | null {
  const uuid = Envelope.safeParse(payload).data?.installation?.uuid
  return uuid === undefined ? null : { kind: 'integration', externalId: uuid }
}

const Uninstalled = z.object({
  action: z.literal('deleted'),
  data: z.object({ installation: z.object({ uuid: ProviderId }) }),
})

/** Somebody removed us from the organization. */
export function sentryConnection({ payload }: Pick<WebhookPayload, 'payload'>): ConnectionChange | null {
  const { data } = Uninstalled.safeParse(payload)
  return data ? { externalId: data.data.installation.uuid, status: 'deleted' } : null
}
