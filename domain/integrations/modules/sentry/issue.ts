import { z } from 'zod'
import { Instant } from '#schema/contracts/common'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import { cutTitle, presentOnly } from '../common/reading.ts'
import { Severity, type SentryContext } from './context.ts'
import { SentryId } from './sentry-id.ts'

/** An issue, as webhooks and the API tell it. */
export const SentryIssue = z.object({
  id: SentryId,
  shortId: z.string().nullish(),
  title: z.string().nullish(),
  culprit: z.string().nullish(),
  level: z.string().nullish(),
  platform: z.string().nullish(),
  status: z.string().nullish(),
  substatus: z.string().nullish(),
  /** Sentry writes this number as a text. */
  count: z.union([z.string(), z.number()]).nullish(),
  userCount: z.number().nullish(),
  firstSeen: z.string().max(60).nullish(),
  lastSeen: z.string().max(60).nullish(),
  permalink: z.string().nullish(),
  web_url: z.string().nullish(),
  project: z.object({ slug: z.string().nullish() }).nullish(),
  assignedTo: z.object({ name: z.string().nullish() }).nullish(),
  metadata: z.object({ type: z.string().nullish(), value: z.string().nullish() }).nullish(),
})
export type SentryIssue = z.output<typeof SentryIssue>

/** What the context of an event says about its issue. */
export function issueContext(issue: SentryIssue): Partial<SentryContext> {
  const issueUrl = issue.web_url ?? issue.permalink ?? undefined
  return presentOnly({
    organization: organizationOf(issueUrl),
    projects: issue.project?.slug ? [issue.project.slug] : undefined,
    issueId: issue.id,
    shortId: issue.shortId,
    issueUrl,
    title: issue.title,
    culprit: issue.culprit,
    level: severityOf(issue.level),
    platform: issue.platform,
    status: issue.status,
    substatus: issue.substatus,
    ...countsOf(issue),
    firstSeen: issue.firstSeen,
    lastSeen: issue.lastSeen,
    assignee: issue.assignedTo?.name,
    exceptionType: issue.metadata?.type,
    exceptionValue: issue.metadata?.value ? cutTitle(issue.metadata.value) : undefined,
  })
}

function countsOf({ count, userCount }: SentryIssue) {
  const times = Number(count ?? NaN)
  return { count: Number.isFinite(times) ? times : undefined, userCount }
}

export const severityOf = (level: string | null | undefined): Severity | undefined => Severity.safeParse(level).data

/** Addresses of Sentry name the organization in their path, or as the first part of the host. */
export function organizationOf(url: string | null | undefined): string | undefined {
  const inPath = /^https:\/\/[^/]+\/organizations\/([\w-]+)\//.exec(url ?? '')
  const inHost = /^https:\/\/([\w-]+)\.sentry\.io\//.exec(url ?? '')
  return (inPath ?? inHost)?.[1]
}

/** One event; an `occurredAt` that is no time gives way to the time it became known. */
export function sentryEvent(input: {
  eventType: string
  dedupKey: string
  occurredAt: string | null | undefined
  knownAt: string
  url: string | undefined
  context: SentryContext
}): NormalizedEvent {
  const { eventType, dedupKey, occurredAt, knownAt, url, context } = input
  return {
    provider: 'sentry',
    eventType,
    providerEventType: `${context.resource}.${context.action}`.slice(0, 100),
    occurredAt: Instant.safeParse(occurredAt).data ?? knownAt,
    dedupKey,
    title: cutTitle(context.title || context.alertRule || 'Something happened in Sentry'),
    url: url ?? null,
    context: { sentry: presentOnly(context) },
  }
}

/** An issue that is new: known by itself, whether Sentry told us or we asked. */
export function issueCreated(issue: SentryIssue, knownAt: string, more: Partial<SentryContext> = {}): NormalizedEvent {
  const context = { ...issueContext(issue), ...more }
  return sentryEvent({
    eventType: 'issue_created',
    dedupKey: `sentry:${issue.id}`,
    occurredAt: issue.firstSeen,
    knownAt,
    url: context.issueUrl,
    context: { resource: 'issue', action: 'created', ...context },
  })
}
