import { z } from 'zod'
import { Instant } from '#schema/contracts/common'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import { cutBody, cutTitle, presentOnly, ProviderId } from '../common/reading.ts'
import type { JiraContext } from './context.ts'
import { plainText } from './rich-text.ts'

// Tolerant on purpose: a site's administrator decides which fields there are, and a webhook may leave out all of them.

const MAX_CHANGED_FIELDS = 50

const Named = z.object({ name: z.string().nullish() })
export const JiraUser = z.object({
  accountId: z.string().nullish(),
  displayName: z.string().nullish(),
  emailAddress: z.string().nullish(),
})

/** What the API is asked for; the same that webhooks bring. */
export const ISSUE_FIELDS = [
  'summary', 'description', 'project', 'issuetype', 'status', 'priority', 'labels', 'assignee', 'reporter', 'created',
  'updated',
]

const Fields = z.object({
  summary: z.string().nullish(),
  description: z.unknown().optional(),
  project: Named.extend({ key: z.string().nullish() }).nullish(),
  issuetype: Named.nullish(),
  status: Named.extend({ statusCategory: Named.nullish() }).nullish(),
  priority: Named.nullish(),
  labels: z.array(z.string()).nullish(),
  assignee: JiraUser.nullish(),
  reporter: JiraUser.nullish(),
  created: z.string().max(60).nullish(),
  updated: z.string().max(60).nullish(),
})

/** An issue, as webhooks and the API tell it. */
export const JiraIssue = z.object({
  id: ProviderId,
  key: z.string().max(100),
  self: z.string().nullish(),
  fields: Fields.nullish(),
})
export type JiraIssue = z.output<typeof JiraIssue>

/** A change of one field; the API and webhooks write it alike. */
export const ChangeItem = z.object({
  field: z.string(),
  fromString: z.string().nullish(),
  /** Every object has something of this name, so it counts only where it is a text. */
  toString: z.string().nullish().catch(undefined),
})
type ChangeItem = z.output<typeof ChangeItem>

/** Of one entry of an issue's history; a number as text, in some places as a number. */
export const ChangeId = z
  .union([ProviderId, z.number().int().nonnegative().transform(String)])
  .nullish()
  .catch(undefined)

/** What tells a change from others of the issue: two may be made at the same time, and have entries of their own. */
export const changeKey = (time: string, entry: { id?: z.output<typeof ChangeId> } | null | undefined) =>
  entry?.id == null ? time : `${time}:${entry.id}`

export type Site = Pick<JiraContext, 'site' | 'siteId'>

/** Which site an address of its API is of: `https://<host>/…` or `https://api.atlassian.com/ex/jira/<id>/…`. */
export function siteOf(self: string | null | undefined): Site {
  const url = self ? URL.parse(self) : null
  if (!url?.host) return {}
  if (url.host !== 'api.atlassian.com') return { site: url.host }
  const siteId = /^\/ex\/jira\/([\w-]+)\//.exec(url.pathname)?.[1]
  return siteId === undefined ? {} : { siteId }
}

/** What the context of an event says about its issue. */
export function issueContext({ id, key, fields }: JiraIssue, site: Site): Partial<JiraContext> {
  return presentOnly({
    ...site,
    issueId: id,
    key,
    issueUrl: site.site === undefined ? undefined : `https://${site.site}/browse/${key}`,
    project: key.replace(/-\d+$/, ''),
    ...presentOnly(fields ? { ...natureOf(fields), ...peopleOf(fields) } : {}),
  })
}

type IssueFields = z.output<typeof Fields>

const natureOf = ({ summary, description, project, issuetype, status, priority, labels }: IssueFields) => ({
  title: summary,
  description: cutBody(plainText(description)),
  project: project?.key,
  projectName: project?.name,
  issueType: issuetype?.name,
  status: status?.name,
  statusCategory: status?.statusCategory?.name,
  priority: priority?.name,
  labels,
})

const peopleOf = ({ assignee, reporter }: IssueFields) => ({
  assignee: assignee?.displayName,
  assigneeId: assignee?.accountId,
  assigneeEmail: assignee?.emailAddress,
  reporter: reporter?.displayName,
})

/** What changes tell: the names of the fields, and of a transition from where to where. */
export function changeContext(items: ChangeItem[]): Partial<JiraContext> {
  const moves = items.filter(({ field }) => field === 'status')
  return presentOnly({
    changed: [...new Set(items.map(({ field }) => field))].slice(0, MAX_CHANGED_FIELDS),
    fromStatus: moves[0]?.fromString,
    toStatus: moves.at(-1)?.toString,
  })
}

/** Jira writes offsets without a colon, and some times as milliseconds; null for what is no time. */
export function instantOf(time: string | number | null | undefined): string | null {
  const text = typeof time === 'string' ? time.replace(/([+-]\d{2})(\d{2})$/, '$1:$2') : time
  const date = new Date(text ?? NaN)
  return Number.isNaN(date.getTime()) ? null : (Instant.safeParse(date.toISOString()).data ?? null)
}

function urlOf({ issueUrl, commentId }: JiraContext): string | null {
  if (issueUrl === undefined) return null
  return commentId === undefined ? issueUrl : `${issueUrl}?focusedCommentId=${commentId}`
}

/** One event; `key` tells it from others about the same thing, and a creation needs none. */
export function jiraEvent(input: {
  noun: 'issue' | 'comment'
  native: string
  key: string
  occurredAt: string
  context: JiraContext
}): NormalizedEvent {
  const { noun, native, key, occurredAt, context } = input
  const { action, site, siteId, issueId, commentId } = context
  const thing = noun === 'issue' ? issueId : `comment:${commentId}`
  const about = [context.key, context.title].filter(Boolean).join(' ') || 'an issue'
  // A transition is an update, too: asked for or sent, it is the same change.
  const what = action === 'created' ? 'created' : `${action === 'transitioned' ? 'updated' : action}:${key}`
  return {
    provider: 'jira',
    eventType: `${noun}_${action}`,
    providerEventType: native,
    occurredAt,
    dedupKey: `jira:${(site ?? siteId ?? 'site').slice(0, 200)}:${thing}:${what}`,
    title: cutTitle(noun === 'issue' ? about : `Comment on ${about}`),
    url: urlOf(context),
    context: { jira: presentOnly(context) },
  }
}
