import { z } from 'zod'
import { Instant } from '#schema/contracts/common'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import { cutBody, cutTitle, presentOnly, ProviderId } from '../common/reading.ts'
import type { LinearContext } from './context.ts'

// Tolerant on purpose: only what is used is named, so that a field Linear adds or drops elsewhere changes nothing here.

const Named = z.object({ id: ProviderId.nullish(), name: z.string().nullish() })
export const LinearUser = Named.extend({ email: z.string().nullish() })
const Label = z.object({ name: z.string() })

/** Webhooks list labels as they are, GraphQL as a connection. */
const Labels = z
  .union([z.array(Label), z.object({ nodes: z.array(Label) }).transform(({ nodes }) => nodes)])
  .nullish()
  .transform((labels) => labels?.map(({ name }) => name))

/** An issue, as webhooks and GraphQL tell it. */
export const LinearIssue = z.object({
  id: ProviderId,
  identifier: z.string().nullish(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  url: z.string().nullish(),
  priority: z.number().nullish(),
  createdAt: z.string().max(60).nullish(),
  updatedAt: z.string().max(60).nullish(),
  teamId: ProviderId.nullish(),
  team: Named.extend({ key: z.string().nullish() }).nullish(),
  state: z.object({ name: z.string().nullish(), type: z.string().nullish() }).nullish(),
  assignee: LinearUser.nullish(),
  project: Named.nullish(),
  labels: Labels,
})
export type LinearIssue = z.output<typeof LinearIssue>

/** What the context of an event says about its issue. */
export function issueContext(issue: LinearIssue): Partial<LinearContext> {
  return presentOnly({
    issueId: issue.id,
    identifier: issue.identifier,
    issueUrl: issue.url,
    title: issue.title,
    description: cutBody(issue.description),
    ...teamContext(issue),
    state: issue.state?.name,
    stateType: issue.state?.type,
    priority: issue.priority,
    labels: issue.labels,
    assigneeId: issue.assignee?.id,
    assignee: issue.assignee?.name,
    assigneeEmail: issue.assignee?.email,
    projectId: issue.project?.id,
    project: issue.project?.name,
  })
}

const teamContext = ({ teamId, team }: LinearIssue) => ({
  teamId: teamId ?? team?.id,
  teamKey: team?.key,
  team: team?.name,
})

const PAST: Record<string, string> = { create: 'created', update: 'updated', remove: 'removed' }

/** One event about an issue or a comment; `key` stands in where the thing has no time of its own. */
export function linearEvent(input: {
  noun: 'issue' | 'comment'
  action: string
  subject: Pick<LinearIssue, 'id' | 'createdAt' | 'updatedAt'>
  context: Partial<LinearContext>
  fallback: { key: string; occurredAt: string }
}): NormalizedEvent {
  const { noun, action, subject, context, fallback } = input
  const created = action === 'create'
  const occurredAt = Instant.safeParse(created ? subject.createdAt : subject.updatedAt).data
  const about = [context.identifier, context.title].filter(Boolean).join(' ') || 'an issue'
  return {
    provider: 'linear',
    eventType: `${noun}_${PAST[action] ?? action}`,
    providerEventType: noun === 'issue' ? 'Issue' : 'Comment',
    occurredAt: occurredAt ?? fallback.occurredAt,
    dedupKey: created
      ? `linear:${subject.id}:create`
      : `linear:${subject.id}:${action}:${subject.updatedAt ?? fallback.key}`,
    title: cutTitle(noun === 'issue' ? about : `Comment on ${about}`),
    url: (noun === 'issue' ? context.issueUrl : (context.commentUrl ?? context.issueUrl)) ?? null,
    context: { linear: { action, ...presentOnly(context) } },
  }
}
