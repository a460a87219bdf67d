import type { z } from 'zod'
import { Instant } from '#schema/contracts/common'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import type { Parsed, WebhookPayload } from '../../contract.ts'
import { cutBody, cutTitle } from '../common/reading.ts'
import { unreadable } from '../common/unreadable.ts'
import { ofCheckRun, ofCheckSuite, ofWorkflowRun } from './check-drafts.ts'
import { CheckRunPayload, CheckSuitePayload, WorkflowRunPayload } from './check-payloads.ts'
import { type Draft, onceOf, whereAndWho } from './draft.ts'
import { IssueCommentPayload, IssuesPayload, PullRequestPayload, PushPayload } from './payloads.ts'

const MAX_COMMIT_MESSAGE_CHARACTERS = 1_000
const MAX_COMMITS = 20

type Reader = (payload: unknown) => { ok: true; draft: Draft } | { ok: false; detail: string }

const readers = new Map<string, Reader>([
  ['issues', reader(IssuesPayload, ofIssue)],
  ['issue_comment', reader(IssueCommentPayload, ofIssueComment)],
  ['pull_request', reader(PullRequestPayload, ofPullRequest)],
  ['push', reader(PushPayload, ofPush)],
  ['check_suite', reader(CheckSuitePayload, ofCheckSuite)],
  ['check_run', reader(CheckRunPayload, ofCheckRun)],
  ['workflow_run', reader(WorkflowRunPayload, ofWorkflowRun)],
])

/** Reads one GitHub payload into at most one event. Pure; an event of another kind gives none. */
export function parseGithub(input: WebhookPayload): Parsed {
  const read = readers.get(input.eventType)
  if (!read) return { ok: true, events: [] }
  const result = read(input.payload)
  return result.ok ? { ok: true, events: [eventOf(result.draft, input)] } : result
}

function reader<Schema extends z.ZodType>(schema: Schema, draftOf: (payload: z.output<Schema>) => Draft): Reader {
  return (payload) => {
    const result = schema.safeParse(payload)
    return result.success ? { ok: true, draft: draftOf(result.data) } : unreadable(result.error)
  }
}

function eventOf(draft: Draft, input: WebhookPayload): NormalizedEvent {
  const keyOf = (key: string) => `github:${draft.context.repository}:${key}`
  const context = Object.fromEntries(Object.entries(draft.context).filter(([, value]) => value !== undefined))
  return {
    provider: 'github',
    eventType: draft.eventType,
    providerEventType: input.eventType,
    occurredAt: Instant.safeParse(draft.occurredAt).data ?? input.receivedAt,
    dedupKey: keyOf(draft.onceKey ?? `${draft.eventType}:${input.deliveryId}`),
    ...(draft.formerKey === undefined ? {} : { earlierKeys: [keyOf(draft.formerKey)] }),
    title: cutTitle(draft.title),
    url: draft.url,
    context: { github: context },
  }
}

function ofIssue({ action, issue, label, ...about }: z.output<typeof IssuesPayload>): Draft {
  return {
    eventType: `issue_${action}`,
    ...(action === 'opened' ? onceOf('issue', issue, action) : {}),
    occurredAt: action === 'opened' ? issue.created_at : issue.updated_at,
    title: issue.title || `Issue #${issue.number}`,
    url: issue.html_url,
    context: { ...whereAndWho(about), ...issueContext(issue), action, label: label?.name },
  }
}

function ofIssueComment({ action, issue, comment, ...about }: z.output<typeof IssueCommentPayload>): Draft {
  return {
    eventType: `issue_comment_${action}`,
    ...(action === 'created' ? { onceKey: `issue_comment:${comment.id}:created` } : {}),
    occurredAt: action === 'created' ? comment.created_at : comment.updated_at,
    title: `Comment on #${issue.number}: ${issue.title ?? ''}`,
    url: comment.html_url,
    context: {
      ...whereAndWho(about),
      ...issueContext(issue),
      action,
      prUrl: issue.pull_request?.html_url ?? undefined,
      commentBody: cutBody(comment.body),
      commentUrl: comment.html_url,
      commentAuthor: comment.user?.login,
    },
  }
}

function ofPullRequest({ action, label, pull_request: pull, ...about }: z.output<typeof PullRequestPayload>): Draft {
  return {
    eventType: `pull_request_${action}`,
    ...(action === 'opened' ? onceOf('pull_request', pull, action) : {}),
    occurredAt: action === 'opened' ? pull.created_at : pull.updated_at,
    title: pull.title || `Pull request #${pull.number}`,
    url: pull.html_url,
    context: {
      ...whereAndWho(about),
      action,
      title: pull.title ?? undefined,
      body: cutBody(pull.body),
      labels: pull.labels,
      label: label?.name,
      prNumber: pull.number,
      prUrl: pull.html_url,
      draft: pull.draft ?? undefined,
      merged: pull.merged ?? undefined,
      branch: pull.head.ref,
      baseBranch: pull.base.ref,
      headSha: pull.head.sha,
    },
  }
}

function ofPush({ ref, commits, compare, after, deleted, forced, ...about }: z.output<typeof PushPayload>): Draft {
  const branch = ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined
  const tag = ref.startsWith('refs/tags/') ? ref.slice('refs/tags/'.length) : undefined
  return {
    eventType: 'push',
    // A commit may be years older than its push, and pushed_at is the previous push's on some servers.
    occurredAt: null,
    title: `${commits.length} ${commits.length === 1 ? 'commit' : 'commits'} to ${branch ?? tag ?? ref}`,
    url: compare ?? null,
    context: {
      ...whereAndWho(about),
      branch,
      tag,
      headSha: after ?? undefined,
      compareUrl: compare ?? undefined,
      deleted: deleted ?? undefined,
      forced: forced ?? undefined,
      commitCount: commits.length,
      commits: commits.slice(-MAX_COMMITS).map(commitContext),
    },
  }
}

const commitContext = (commit: z.output<typeof PushPayload>['commits'][number]) => ({
  id: commit.id,
  message: commit.message.slice(0, MAX_COMMIT_MESSAGE_CHARACTERS),
  author: commit.author?.name ?? null,
})

const issueContext = (issue: z.output<typeof IssuesPayload>['issue']) => ({
  issueNumber: issue.number,
  issueUrl: issue.html_url,
  title: issue.title ?? undefined,
  body: cutBody(issue.body),
  labels: issue.labels,
})
