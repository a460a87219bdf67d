import { z } from 'zod'
import { contextReader } from '../common/context-reader.ts'

/** What a run and its agent are told of a GitHub event; absent where the event has no such thing. */
export const GithubContext = z.object({
  repository: z.string(),
  repositoryUrl: z.string().optional(),
  action: z.string().optional(),
  sender: z.string().optional(),
  title: z.string().optional(),
  body: z.string().optional(),
  labels: z.array(z.string()).optional(),
  /** The label a `labeled` or `unlabeled` action is about. */
  label: z.string().optional(),
  issueNumber: z.number().optional(),
  issueUrl: z.string().optional(),
  commentBody: z.string().optional(),
  commentUrl: z.string().optional(),
  commentAuthor: z.string().optional(),
  prNumber: z.number().optional(),
  prUrl: z.string().optional(),
  draft: z.boolean().optional(),
  merged: z.boolean().optional(),
  /** The pushed or checked branch, or the branch a pull request comes from. */
  branch: z.string().optional(),
  /** The branch a pull request goes to. */
  baseBranch: z.string().optional(),
  tag: z.string().optional(),
  headSha: z.string().optional(),
  compareUrl: z.string().optional(),
  deleted: z.boolean().optional(),
  forced: z.boolean().optional(),
  commits: z.array(z.object({ id: z.string(), message: z.string(), author: z.string().nullable() })).optional(),
  commitCount: z.number().optional(),
  /** Of checks and workflow runs: `queued`, `in_progress`, `completed`. */
  status: z.string().optional(),
  /** How a completed check or workflow run ended, as in `success` and `failure`. */
  conclusion: z.string().optional(),
  checkName: z.string().optional(),
  checkUrl: z.string().optional(),
  /** The app that runs the checks. */
  checkApp: z.string().optional(),
  workflow: z.string().optional(),
  workflowUrl: z.string().optional(),
  /** What started the workflow, as in `push`. */
  workflowEvent: z.string().optional(),
  runNumber: z.number().optional(),
  runAttempt: z.number().optional(),
})
export type GithubContext = z.infer<typeof GithubContext>

/** The GitHub part of an event's context. Throws when the event is not one of this module's. */
export const githubContextOf = contextReader('github', GithubContext)
