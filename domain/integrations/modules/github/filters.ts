import { labelRefusal } from '../common/filters.ts'
import { nameRefusal, oneOf, type Refusal } from '../common/refusals.ts'
import type { GithubContext } from './context.ts'

/** What the triggers of GitHub can be narrowed by; an absent or empty filter lets everything through. */
export interface Filters {
  repositories?: string[] | undefined
  labels?: string[] | undefined
  branches?: string[] | undefined
  actions?: string[] | undefined
  conclusions?: string[] | undefined
  checks?: string[] | undefined
  workflows?: string[] | undefined
}

/** Why the first filter that refuses does so. GitHub compares names without regard to case, those of branches with. */
export function filterRefusal(event: GithubContext, config: Filters): Refusal {
  return (
    nameRefusal('repository', event.repository, config.repositories) ??
    nameRefusal('action', event.action, config.actions) ??
    nameRefusal('conclusion', event.conclusion, config.conclusions) ??
    nameRefusal('check', event.checkName, config.checks) ??
    nameRefusal('workflow', event.workflow, config.workflows) ??
    labelRefusal(config.labels, labelsOf(event)) ??
    branchRefusal(config.branches, event)
  )
}

/** A `labeled` event is about one label; matching any other that sits on the issue would fire again for each. */
const labelsOf = (event: GithubContext) =>
  event.label !== undefined && (event.action === 'labeled' || event.action === 'unlabeled')
    ? [event.label]
    : (event.labels ?? [])

function branchRefusal(wanted: string[] | undefined, event: GithubContext): Refusal {
  if (!wanted?.length) return null
  const branch = event.baseBranch ?? event.branch
  if (branch === undefined) return 'the event is not about a branch'
  const fits = (pattern: string) =>
    pattern.endsWith('*') ? branch.startsWith(pattern.slice(0, -1)) : branch === pattern
  return wanted.some(fits) ? null : `branch ${branch} is not ${oneOf(wanted)}`
}
