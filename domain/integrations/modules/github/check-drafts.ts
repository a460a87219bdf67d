import type { z } from 'zod'
import { cutBody } from '../common/reading.ts'
import type { CheckRunPayload, CheckSuitePayload, WorkflowRunPayload } from './check-payloads.ts'
import { type Draft, whereAndWho } from './draft.ts'

/** All checks of one app on one commit. */
export function ofCheckSuite({ action, check_suite: suite, ...about }: z.output<typeof CheckSuitePayload>): Draft {
  const where = whereAndWho(about)
  const app = suite.app?.name
  return {
    eventType: `check_suite_${action}`,
    occurredAt: suite.updated_at,
    title: `Checks${app === undefined ? '' : ` of ${app}`}: ${resultOf(suite)}${onBranch(suite.head_branch)}`,
    // A suite has no page of its own; the checks of its commit have.
    url: where.repositoryUrl === undefined ? null : `${where.repositoryUrl}/commit/${suite.head_sha}/checks`,
    context: { ...where, ...stateOf(suite), action, branch: suite.head_branch ?? undefined, checkApp: app },
  }
}

/** One check of a suite. */
export function ofCheckRun({ action, check_run: run, ...about }: z.output<typeof CheckRunPayload>): Draft {
  const branch = run.check_suite?.head_branch ?? undefined
  return {
    eventType: `check_run_${action}`,
    ...(action === 'created' ? { onceKey: `check_run:${run.id}:created` } : {}),
    occurredAt: action === 'completed' ? run.completed_at : run.started_at,
    title: `Check ${run.name}: ${resultOf(run)}${onBranch(branch)}`,
    url: run.html_url ?? null,
    context: {
      ...whereAndWho(about),
      ...stateOf(run),
      action,
      branch,
      checkName: run.name,
      checkUrl: run.html_url ?? undefined,
      checkApp: run.app?.name,
      title: run.output?.title ?? undefined,
      body: cutBody(run.output?.summary),
    },
  }
}

/** One run of a workflow of GitHub Actions. */
export function ofWorkflowRun(payload: z.output<typeof WorkflowRunPayload>): Draft {
  const { action, workflow_run: run, workflow, ...about } = payload
  const name = workflow?.name || run.name || 'without a name'
  return {
    eventType: `workflow_run_${action}`,
    occurredAt: run.updated_at,
    title: `Workflow ${name}: ${resultOf(run)}${onBranch(run.head_branch)}`,
    url: run.html_url,
    context: {
      ...whereAndWho(about),
      ...stateOf(run),
      action,
      branch: run.head_branch ?? undefined,
      workflow: name,
      workflowUrl: run.html_url,
      workflowEvent: run.event ?? undefined,
      runNumber: run.run_number ?? undefined,
      runAttempt: run.run_attempt ?? undefined,
    },
  }
}

interface State {
  head_sha: string
  status?: string | null | undefined
  conclusion?: string | null | undefined
  pull_requests?: number | undefined
}

const stateOf = (state: State) => ({
  headSha: state.head_sha,
  status: state.status ?? undefined,
  conclusion: state.conclusion ?? undefined,
  prNumber: state.pull_requests,
})

const resultOf = ({ conclusion, status }: State) => conclusion ?? status ?? 'unknown'
const onBranch = (branch: string | null | undefined) => (branch ? ` on ${branch}` : '')
