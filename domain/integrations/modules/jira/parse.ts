import { z } from 'zod'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import type { Identity, Parsed, WebhookPayload } from '../../contract.ts'
import { cutBody, ProviderId } from '../common/reading.ts'
import { unreadable } from '../common/unreadable.ts'
import type { JiraContext } from './context.ts'
import {
  changeContext,
  ChangeId,
  ChangeItem,
  changeKey,
  instantOf,
  issueContext,
  jiraEvent,
  JiraIssue,
  JiraUser,
  siteOf,
} from './issue.ts'
import { plainText } from './rich-text.ts'

const Envelope = z.object({ webhookEvent: z.string().max(100) })

const IssuePayload = z.object({
  timestamp: z.number().nullish(),
  issue: JiraIssue,
  user: JiraUser.nullish(),
  changelog: z.object({ id: ChangeId, items: z.array(ChangeItem).nullish() }).nullish(),
})

const CommentPayload = z.object({
  timestamp: z.number().nullish(),
  issue: JiraIssue,
  comment: z.object({
    id: ProviderId,
    self: z.string().nullish(),
    body: z.unknown().optional(),
    author: JiraUser.nullish(),
    updateAuthor: JiraUser.nullish(),
    created: z.string().max(60).nullish(),
    updated: z.string().max(60).nullish(),
  }),
})

const ISSUE_EVENTS = new Set(['jira:issue_created', 'jira:issue_updated', 'jira:issue_deleted'])
const COMMENT_EVENTS = new Set(['comment_created', 'comment_updated', 'comment_deleted'])

/**
 * Reads one Jira payload into at most one event: what it is about stands in the payload itself. An update that changes
 * the status is a transition. Pure; an event of another kind gives none.
 */
export function parseJira(input: WebhookPayload): Parsed {
  const envelope = Envelope.safeParse(input.payload)
  if (!envelope.success) return unreadable(envelope.error)
  const { webhookEvent: native } = envelope.data
  const about = { input, native, action: native.replace(/^.*_/, '') }
  if (ISSUE_EVENTS.has(native)) return read(IssuePayload, input, (payload) => ofIssue(payload, about))
  if (COMMENT_EVENTS.has(native)) return read(CommentPayload, input, (payload) => ofComment(payload, about))
  return { ok: true, events: [] }
}

interface About {
  input: WebhookPayload
  native: string
  action: string
}

function read<Schema extends z.ZodType>(
  schema: Schema,
  input: WebhookPayload,
  eventOf: (payload: z.output<Schema>) => NormalizedEvent,
): Parsed {
  const result = schema.safeParse(input.payload)
  return result.success ? { ok: true, events: [eventOf(result.data)] } : unreadable(result.error)
}

function ofIssue(payload: z.output<typeof IssuePayload>, { input, native, action }: About): NormalizedEvent {
  const { issue, user, timestamp } = payload
  const changes = changesOf(payload, action)
  const updatedAt = instantOf(issue.fields?.updated) ?? instantOf(timestamp)
  const happenedAt = (action === 'created' ? instantOf(issue.fields?.created) : null) ?? updatedAt ?? input.receivedAt
  const context: JiraContext = {
    ...issueContext(issue, siteOf(issue.self)),
    ...changes,
    action: changes.changed?.includes('status') ? 'transitioned' : action,
    actor: user?.displayName ?? undefined,
  }
  const key = changeKey(updatedAt ?? input.deliveryId, payload.changelog)
  return jiraEvent({ noun: 'issue', native, key, occurredAt: happenedAt, context })
}

const changesOf = ({ changelog }: z.output<typeof IssuePayload>, action: string): Partial<JiraContext> =>
  action === 'updated' && changelog?.items ? changeContext(changelog.items) : {}

function ofComment(payload: z.output<typeof CommentPayload>, { input, native, action }: About): NormalizedEvent {
  const { issue, comment, timestamp } = payload
  const updatedAt = instantOf(comment.updated) ?? instantOf(timestamp)
  const context: JiraContext = {
    ...issueContext(issue, siteOf(issue.self ?? comment.self)),
    action,
    actor: (action === 'updated' ? comment.updateAuthor : comment.author)?.displayName ?? undefined,
    commentId: comment.id,
    commentBody: cutBody(plainText(comment.body)),
    commentAuthor: comment.author?.displayName ?? undefined,
  }
  const occurredAt = (action === 'created' ? instantOf(comment.created) : null) ?? updatedAt ?? input.receivedAt
  return jiraEvent({ noun: 'comment', native, key: updatedAt ?? input.deliveryId, occurredAt, context })
}

const Origin = z.object({
  issue: z.object({ self: z.string().nullish() }).nullish(),
  comment: z.object({ self: z.string().nullish() }).nullish(),
})

/** The site: its host, or Atlassian's id of it where only that is told. */
export function jiraIdentity(payload: unknown): Identity | null {
  const { data } = Origin.safeParse(payload)
  const { site, siteId } = siteOf(data?.issue?.self ?? data?.comment?.self)
  const externalId = site ?? siteId
  return externalId ? { kind: 'integration', externalId } : null
}
