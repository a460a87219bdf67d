import { z } from 'zod'
import type { Mechanism, TriggerType } from '../../contract.ts'
import { aliasRefusal, labelRefusal } from '../common/filters.ts'
import { names } from '../common/names.ts'
import { isThere, oneOf, type Refusal } from '../common/refusals.ts'
import { typeMaker } from '../common/type-maker.ts'
import { type LinearContext, linearContextOf } from './context.ts'

const PRIORITIES = ['none', 'urgent', 'high', 'medium', 'low'] as const

const teams = names.meta({
  title: 'Teams',
  description: 'Only issues of these teams: their keys, such as ENG, or their names. Empty means all.',
})
const states = names.meta({
  title: 'States',
  description: 'Only issues in one of these states: its name, such as Todo, or its kind, such as started.',
})
const priorities = z.array(z.enum(PRIORITIES)).max(5).optional().meta({
  title: 'Priorities',
  description: 'Only issues with one of these priorities. Empty means all.',
})
const labels = names.meta({ title: 'Labels', description: 'Only issues with at least one of these labels.' })
const assignees = names.meta({
  title: 'Assignees',
  description: 'Only issues assigned to one of these people: the name or the email address.',
})
const projects = names.meta({ title: 'Projects', description: 'Only issues of one of these projects, by name.' })
const changed = names.meta({
  title: 'Changed fields',
  description: 'Only updates that change one of these, for example state, assignee or labels. Empty means any.',
})
const actions = z.array(z.enum(['create', 'update', 'remove'])).max(3).optional().meta({
  title: 'Actions',
  description: 'Only these actions: create, update, remove. Empty means all.',
})

const IssueConfig = z.strictObject({ teams, states, priorities, labels, assignees, projects })
const UpdateConfig = IssueConfig.extend({ changed })
const AnyConfig = UpdateConfig.extend({ actions })
const AnyCommentConfig = IssueConfig.extend({ actions })
type Filters = z.output<typeof AnyConfig>

const ISSUE_EVENTS = ['issue_created', 'issue_updated', 'issue_removed']
const COMMENT_EVENTS = ['comment_created', 'comment_updated', 'comment_removed']
const BOTH: Mechanism[] = ['webhook', 'polling']

const linearType = typeMaker<Filters>(IssueConfig, (event, config) => refusalsOf(linearContextOf(event), config))

/** Every trigger of Linear: one per action, and one per family for those who want several. */
export const linearTriggerTypes: TriggerType[] = [
  linearType({
    id: 'issue_created',
    title: 'Issue created',
    description: 'Somebody creates an issue.',
    mechanisms: BOTH,
  }),
  linearType({
    id: 'issue_updated',
    title: 'Issue updated',
    description: 'Something about an issue changes.',
    mechanisms: BOTH,
    schema: UpdateConfig,
    unpolledFilters: ['changed'],
  }),
  linearType({ id: 'issue_removed', title: 'Issue removed', description: 'Somebody deletes an issue.' }),
  linearType({
    id: 'issue',
    title: 'Issue: any action',
    description: 'Anything that happens to issues, narrowed by the actions you name.',
    events: ISSUE_EVENTS,
    mechanisms: BOTH,
    schema: AnyConfig,
    polledActions: ['create', 'update'],
    unpolledFilters: ['changed'],
  }),
  linearType({ id: 'comment_created', title: 'Comment created', description: 'Somebody comments on an issue.' }),
  linearType({ id: 'comment_updated', title: 'Comment updated', description: 'Somebody edits a comment.' }),
  linearType({ id: 'comment_removed', title: 'Comment removed', description: 'Somebody deletes a comment.' }),
  linearType({
    id: 'comment',
    title: 'Comment: any action',
    description: 'Anything that happens to comments, narrowed by the actions you name.',
    events: COMMENT_EVENTS,
    schema: AnyCommentConfig,
  }),
]

const refusalsOf = (event: LinearContext, config: Filters): Refusal[] => [
  aliasRefusal('team', config.teams, [event.teamKey, event.team, event.teamId]),
  aliasRefusal('action', config.actions, [event.action]),
  aliasRefusal('state', config.states, [event.state, event.stateType]),
  aliasRefusal('priority', config.priorities, [PRIORITIES[event.priority ?? -1]]),
  labelRefusal(config.labels, event.labels ?? []),
  aliasRefusal('assignee', config.assignees, [event.assignee, event.assigneeEmail, event.assigneeId]),
  aliasRefusal('project', config.projects, [event.project, event.projectId]),
  changeRefusal(config.changed, event),
]

/** Only webhooks tell what an update changed. */
function changeRefusal(wanted: string[] | undefined, event: LinearContext): Refusal {
  if (!wanted?.length || event.action !== 'update') return null
  if (!event.changed) return `it is not known what changed, only that it should be ${oneOf(wanted)}`
  if (isThere(wanted, event.changed)) return null
  return `what changed is ${event.changed.join(', ') || 'nothing'}, not ${oneOf(wanted)}`
}
