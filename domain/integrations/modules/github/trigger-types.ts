import { z } from 'zod'
import { type Match, triggerType, type TriggerType } from '../../contract.ts'
import { type GithubContext, githubContextOf } from './context.ts'

const names = z.array(z.string().trim().min(1).max(200)).max(100).optional()

const repositories = names.meta({
  title: 'Repositories',
  description: 'Only events of these repositories, as owner/name. Empty means all.',
})
const labels = names.meta({
  title: 'Labels',
  description: 'Only when at least one of these labels is there. For labeled and unlabeled, the label it is about.',
})
const branches = names.meta({
  title: 'Branches',
  description: 'Only these branches; a star at the end stands for the rest of the name. For pull requests, the target.',
})
const actions = names.meta({
  title: 'Actions',
  description: 'Only these actions, as GitHub names them, for example opened. Empty means all.',
})

const IssueConfig = z.strictObject({ repositories, labels })
const PullRequestConfig = z.strictObject({ repositories, labels, branches })
const PushConfig = z.strictObject({ repositories, branches })
const AnyIssueConfig = IssueConfig.extend({ actions })
const AnyPullRequestConfig = PullRequestConfig.extend({ actions })

interface Filters {
  repositories?: string[] | undefined
  labels?: string[] | undefined
  branches?: string[] | undefined
  actions?: string[] | undefined
}

const ISSUE_ACTIONS = [
  'opened', 'labeled', 'closed', 'reopened', 'edited', 'assigned', 'unassigned', 'unlabeled', 'milestoned',
  'demilestoned', 'locked', 'unlocked', 'pinned', 'unpinned', 'transferred', 'deleted', 'typed', 'untyped',
]
const COMMENT_ACTIONS = ['created', 'edited', 'deleted']
const PULL_REQUEST_ACTIONS = [
  'opened', 'closed', 'reopened', 'synchronize', 'ready_for_review', 'converted_to_draft', 'labeled', 'unlabeled',
  'edited', 'assigned', 'unassigned', 'review_requested', 'review_request_removed', 'auto_merge_enabled',
  'auto_merge_disabled', 'enqueued', 'dequeued', 'locked', 'unlocked', 'milestoned', 'demilestoned',
]

/** Every trigger of GitHub: one per action, one per family for those who want several, and `push`. */
export const githubTriggerTypes: TriggerType[] = [
  ...family({ id: 'issue', noun: 'Issue', actions: ISSUE_ACTIONS, one: IssueConfig, any: AnyIssueConfig }),
  ...family({
    id: 'issue_comment',
    noun: 'Issue comment',
    actions: COMMENT_ACTIONS,
    one: IssueConfig,
    any: AnyIssueConfig,
  }),
  ...family({
    id: 'pull_request',
    noun: 'Pull request',
    actions: PULL_REQUEST_ACTIONS,
    one: PullRequestConfig,
    any: AnyPullRequestConfig,
  }),
  triggerType({
    id: 'push',
    title: 'Push',
    description: 'Somebody pushes to a branch or a tag.',
    schema: PushConfig,
    matches: (event, config) => listensTo(event.eventType, 'push') ?? passes(githubContextOf(event), config),
  }),
]

function family(input: {
  id: string
  noun: string
  actions: string[]
  one: z.ZodType<Filters & Record<string, unknown>>
  any: z.ZodType<Filters & Record<string, unknown>>
}): TriggerType[] {
  const { id, noun, one, any } = input
  const exact = input.actions.map((action) =>
    triggerType({
      id: `${id}_${action}`,
      title: `${noun} ${action.replaceAll('_', ' ')}`,
      description: `GitHub sends the action ${action} for ${noun.toLowerCase()}s.`,
      schema: one,
      matches: (event, config) =>
        listensTo(event.eventType, `${id}_${action}`) ?? passes(githubContextOf(event), config),
    }),
  )
  const whole = triggerType({
    id,
    title: `${noun}: any action`,
    description: `Anything that happens to ${noun.toLowerCase()}s, narrowed by the actions you name.`,
    schema: any,
    matches: (event, config) => {
      const context = githubContextOf(event)
      return listensTo(event.eventType, `${id}_${context.action ?? ''}`) ?? passes(context, config)
    },
  })
  return [...exact, whole]
}

function listensTo(eventType: string, wanted: string): Match | null {
  if (eventType === wanted) return null
  return refused(`the event is ${eventType}, the trigger listens to another`)
}

const refused = (reason: string): Match => ({ matched: false, reason })

/** The first filter that refuses speaks; an absent or empty filter lets everything through. */
function passes(event: GithubContext, config: Filters): Match {
  const refusal =
    refusalOf(config.repositories, [event.repository], (wanted) => `repository ${event.repository} is not ${wanted}`) ??
    refusalOf(config.actions, [event.action], (wanted) => `action ${event.action ?? 'none'} is not ${wanted}`) ??
    labelRefusal(config.labels, labelsOf(event)) ??
    branchRefusal(config.branches, event)
  return refusal === null ? { matched: true } : refused(refusal)
}

/** GitHub compares the names of repositories and labels without regard to case. */
function isThere(wanted: string[], present: (string | undefined)[]): boolean {
  const there = new Set(present.map((name) => name?.toLowerCase()))
  return wanted.some((name) => there.has(name.toLowerCase()))
}

function refusalOf(wanted: string[] | undefined, present: (string | undefined)[], reason: (wanted: string) => string) {
  if (!wanted?.length || isThere(wanted, present)) return null
  return reason(oneOf(wanted))
}

const oneOf = (wanted: string[]) => (wanted.length === 1 ? `${wanted[0]}` : `one of ${wanted.join(', ')}`)

function labelRefusal(wanted: string[] | undefined, present: string[]): string | null {
  if (!wanted?.length || isThere(wanted, present)) return null
  return wanted.length === 1 ? `label ${wanted[0]} is missing` : `none of the labels ${wanted.join(', ')} is there`
}

/** A `labeled` event is about one label; matching any other that sits on the issue would fire again for each. */
const labelsOf = (event: GithubContext) =>
  event.label !== undefined && (event.action === 'labeled' || event.action === 'unlabeled')
    ? [event.label]
    : (event.labels ?? [])

function branchRefusal(wanted: string[] | undefined, event: GithubContext): string | null {
  if (!wanted?.length) return null
  const branch = event.baseBranch ?? event.branch
  if (branch === undefined) return 'the event is not about a branch'
  const fits = (pattern: string) =>
    pattern.endsWith('*') ? branch.startsWith(pattern.slice(0, -1)) : branch === pattern
  return wanted.some(fits) ? null : `branch ${branch} is not ${oneOf(wanted)}`
}
