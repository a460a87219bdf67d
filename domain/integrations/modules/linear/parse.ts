import { z } from 'zod'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import type { ConnectionChange, Identity, Parsed, WebhookPayload } from '../../contract.ts'
import { cutBody, ProviderId } from '../common/reading.ts'
import { unreadable } from '../common/unreadable.ts'
import { issueContext, linearEvent, LinearIssue, LinearUser } from './issue.ts'

const MAX_CHANGED_FIELDS = 50

const Envelope = z.object({
  type: z.string(),
  action: z.string().regex(/^[a-z_]{1,40}$/i),
  organizationId: ProviderId.nullish(),
  url: z.string().nullish(),
  actor: z.object({ name: z.string().nullish() }).nullish(),
  /** The former values of what an update changed. */
  updatedFrom: z.record(z.string(), z.unknown()).nullish(),
})
type Envelope = z.output<typeof Envelope>

const IssueEvent = Envelope.extend({ data: LinearIssue })

const CommentEvent = Envelope.extend({
  data: z.object({
    id: ProviderId,
    body: z.string().nullish(),
    createdAt: z.string().max(60).nullish(),
    updatedAt: z.string().max(60).nullish(),
    issueId: ProviderId.nullish(),
    issue: LinearIssue.nullish(),
    user: LinearUser.nullish(),
  }),
})

/**
 * Reads one Linear payload into at most one event. What it is about stands in the payload itself, so that it does not
 * matter who delivered it. Pure; an event of another kind gives none.
 */
export function parseLinear(input: WebhookPayload): Parsed {
  const envelope = Envelope.safeParse(input.payload)
  if (!envelope.success) return unreadable(envelope.error)
  if (envelope.data.type === 'Issue') return read(IssueEvent, input, ofIssue)
  if (envelope.data.type === 'Comment') return read(CommentEvent, input, ofComment)
  return { ok: true, events: [] }
}

function read<Schema extends z.ZodType>(
  schema: Schema,
  input: WebhookPayload,
  eventOf: (payload: z.output<Schema>, input: WebhookPayload) => NormalizedEvent,
): Parsed {
  const result = schema.safeParse(input.payload)
  if (!result.success) return unreadable(result.error)
  return { ok: true, events: [eventOf(result.data, input)] }
}

function ofIssue(payload: z.output<typeof IssueEvent>, input: WebhookPayload): NormalizedEvent {
  const { data } = payload
  const context = { ...issueContext({ ...data, url: data.url ?? payload.url }), ...whoAndWhat(payload) }
  return linearEvent({ noun: 'issue', action: payload.action, subject: data, context, fallback: fallbackOf(input) })
}

function ofComment(payload: z.output<typeof CommentEvent>, input: WebhookPayload): NormalizedEvent {
  const { data } = payload
  const context = {
    ...(data.issue ? issueContext(data.issue) : {}),
    ...whoAndWhat(payload),
    issueId: data.issueId ?? data.issue?.id,
    commentId: data.id,
    commentBody: cutBody(data.body),
    commentUrl: payload.url ?? undefined,
    commentAuthor: data.user?.name ?? undefined,
  }
  return linearEvent({ noun: 'comment', action: payload.action, subject: data, context, fallback: fallbackOf(input) })
}

const fallbackOf = (input: WebhookPayload) => ({ key: input.deliveryId, occurredAt: input.receivedAt })

const whoAndWhat = ({ actor, action, updatedFrom }: Envelope) => ({
  actor: actor?.name ?? undefined,
  changed:
    action === 'update' && updatedFrom ? changedFields(updatedFrom).slice(0, MAX_CHANGED_FIELDS) : undefined,
})

/** Linear names the columns; people know them without the ending. When it changed is no change. */
const changedFields = (updatedFrom: Record<string, unknown>) =>
  Object.keys(updatedFrom)
    .filter((field) => field !== 'updatedAt')
    .map((field) => (field === 'labelIds' ? 'labels' : field.replace(/Id$/, '')))

/** Every payload names the workspace it comes from. */
export function linearIdentity(payload: unknown): Identity | null {
  const { data } = Envelope.safeParse(payload)
  return data?.organizationId ? { kind: 'integration', externalId: data.organizationId } : null
}

/** `OAuthApp` `revoked`: somebody took our access to the workspace away. */
export function linearConnection({ payload }: Pick<WebhookPayload, 'payload'>): ConnectionChange | null {
  const { data } = Envelope.safeParse(payload)
  if (data?.type !== 'OAuthApp' || data.action !== 'revoked' || !data.organizationId) return null
  return { externalId: data.organizationId, status: 'deleted' }
}
