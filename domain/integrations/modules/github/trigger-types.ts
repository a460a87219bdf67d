import { z } from 'zod'
import { triggerType, type TriggerType } from '../../contract.ts'
import { kindRefusal, matchUnless } from '../common/refusals.ts'
import { actions, branches, checks, conclusions, labels, repositories, workflows } from './config-fields.ts'
import { githubContextOf } from './context.ts'
import { filterRefusal } from './filters.ts'

const issueFields = { repositories, labels }
const pullRequestFields = { repositories, labels, branches }
const checkSuiteFields = { repositories, branches, conclusions }
const checkRunFields = { ...checkSuiteFields, checks }
const workflowRunFields = { ...checkSuiteFields, workflows }

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
const CHECK_SUITE_ACTIONS = ['completed', 'requested', 'rerequested']
const CHECK_RUN_ACTIONS = ['completed', 'created', 'rerequested', 'requested_action']
const WORKFLOW_RUN_ACTIONS = ['completed', 'requested', 'in_progress']

/** Every trigger of GitHub: one per action, one per family for those who want several, and `push`. */
export const githubTriggerTypes: TriggerType[] = [
  ...family({ id: 'issue', noun: 'Issue', actions: ISSUE_ACTIONS, fields: issueFields }),
  ...family({ id: 'issue_comment', noun: 'Issue comment', actions: COMMENT_ACTIONS, fields: issueFields }),
  ...family({ id: 'pull_request', noun: 'Pull request', actions: PULL_REQUEST_ACTIONS, fields: pullRequestFields }),
  ...family({ id: 'check_suite', noun: 'Check suite', actions: CHECK_SUITE_ACTIONS, fields: checkSuiteFields }),
  ...family({ id: 'check_run', noun: 'Check run', actions: CHECK_RUN_ACTIONS, fields: checkRunFields }),
  ...family({ id: 'workflow_run', noun: 'Workflow run', actions: WORKFLOW_RUN_ACTIONS, fields: workflowRunFields }),
  triggerType({
    id: 'push',
    title: 'Push',
    description: 'Somebody pushes to a branch or a tag.',
    schema: z.strictObject({ repositories, branches }),
    matches: (event, config) =>
      matchUnless(kindRefusal(event.eventType, ['push']) ?? filterRefusal(githubContextOf(event), config)),
  }),
]

type Fields = Record<string, typeof repositories | typeof conclusions>

function family(input: { id: string; noun: string; actions: string[]; fields: Fields }): TriggerType[] {
  const { id, noun, fields } = input
  const exact = input.actions.map((action) =>
    triggerType({
      id: `${id}_${action}`,
      title: `${noun} ${action.replaceAll('_', ' ')}`,
      description: `GitHub sends the action ${action} for ${noun.toLowerCase()}s.`,
      schema: z.strictObject(fields),
      matches: (event, config) =>
        matchUnless(kindRefusal(event.eventType, [`${id}_${action}`]) ?? filterRefusal(githubContextOf(event), config)),
    }),
  )
  const whole = triggerType({
    id,
    title: `${noun}: any action`,
    description: `Anything that happens to ${noun.toLowerCase()}s, narrowed by the actions you name.`,
    schema: z.strictObject({ ...fields, actions }),
    matches: (event, config) => {
      const context = githubContextOf(event)
      const refusal = kindRefusal(event.eventType, [`${id}_${context.action ?? ''}`])
      return matchUnless(refusal ?? filterRefusal(context, config))
    },
  })
  return [...exact, whole]
}
