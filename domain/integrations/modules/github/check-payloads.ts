import { z } from 'zod'
import { Action, envelope } from './payloads.ts'

const PullRequests = z
  .array(z.object({ number: z.number().int() }))
  .nullish()
  .transform((pulls) => pulls?.[0]?.number)

/** What suites, runs and workflow runs have in common. */
const state = {
  id: z.number().int(),
  head_sha: z.string(),
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
}
const App = z.object({ name: z.string() }).nullish()

export const CheckSuitePayload = z.object({
  ...envelope,
  action: Action,
  check_suite: z.object({
    ...state,
    head_branch: z.string().nullish(),
    app: App,
    pull_requests: PullRequests,
    updated_at: z.string().nullish(),
  }),
})

export const CheckRunPayload = z.object({
  ...envelope,
  action: Action,
  check_run: z.object({
    ...state,
    name: z.string(),
    html_url: z.string().nullish(),
    output: z.object({ title: z.string().nullish(), summary: z.string().nullish() }).nullish(),
    check_suite: z.object({ head_branch: z.string().nullish() }).nullish(),
    app: App,
    pull_requests: PullRequests,
    started_at: z.string().nullish(),
    completed_at: z.string().nullish(),
  }),
})

export const WorkflowRunPayload = z.object({
  ...envelope,
  action: Action,
  workflow_run: z.object({
    ...state,
    name: z.string().nullish(),
    head_branch: z.string().nullish(),
    html_url: z.string(),
    event: z.string().nullish(),
    run_number: z.number().int().nullish(),
    run_attempt: z.number().int().nullish(),
    pull_requests: PullRequests,
    updated_at: z.string().nullish(),
  }),
  /** A run may be named otherwise than its workflow. */
  workflow: z.object({ name: z.string().nullish() }).nullish(),
})
