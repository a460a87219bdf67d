import { z } from 'zod'
import type { Mechanism, TriggerType } from '../../contract.ts'
import { aliasRefusal, labelRefusal } from '../common/filters.ts'
import { names } from '../common/names.ts'
import { isThere, oneOf, type Refusal } from '../common/refusals.ts'
import { typeMaker } from '../common/type-maker.ts'
import { type JiraContext, jiraContextOf } from './context.ts'

const sites = names.meta({
  title: 'Sites',
  description: 'Only these sites, where the connection reaches several, such as acme.atlassian.net. Empty means all.',
})
const projects = names.meta({
  title: 'Projects',
  description: 'Only these projects: their keys, such as SHOP, or their names. Empty means all.',
})
const issueTypes = names.meta({ title: 'Issue types', description: 'Only these types of issues, such as Bug.' })
const statuses = names.meta({
  title: 'Statuses',
  description: 'Only issues in one of these statuses: its name, or its category, such as In Progress.',
})
const labels = names.meta({ title: 'Labels', description: 'Only issues with at least one of these labels.' })
const priorities = names.meta({
  title: 'Priorities',
  description: 'Only issues with one of these priorities, such as High.',
})
const assignees = names.meta({
  title: 'Assignees',
  description: 'Only issues assigned to one of these people: the name, the email address or the account id.',
})
const changed = names.meta({
  title: 'Changed fields',
  description: 'Only updates that change one of these fields, as Jira names them, such as assignee. Empty means any.',
})
const fromStatuses = names.meta({ title: 'From', description: 'Only transitions out of one of these statuses.' })
const toStatuses = names.meta({ title: 'To', description: 'Only transitions into one of these statuses.' })
const actions = z
  .array(z.enum(['created', 'updated', 'transitioned', 'deleted']))
  .max(4)
  .optional()
  .meta({ title: 'Actions', description: 'Only these: created, updated, transitioned, deleted. Empty means all.' })

const Config = z.strictObject({ sites, projects, issueTypes, statuses, labels, priorities, assignees })
const UpdateConfig = Config.extend({ changed })
const TransitionConfig = Config.extend({ fromStatuses, toStatuses })
const AnyConfig = UpdateConfig.extend({ fromStatuses, toStatuses, actions })
type Filters = z.output<typeof AnyConfig>

const ISSUE_EVENTS = ['issue_created', 'issue_updated', 'issue_transitioned', 'issue_deleted']
const BOTH: Mechanism[] = ['webhook', 'polling']

const jiraType = typeMaker<Filters>(Config, (event, config) => refusalsOf(jiraContextOf(event), config))

/** Every trigger of Jira. */
export const jiraTriggerTypes: TriggerType[] = [
  jiraType({
    id: 'issue_created',
    title: 'Issue created',
    description: 'Somebody creates an issue.',
    mechanisms: BOTH,
  }),
  jiraType({
    id: 'issue_updated',
    title: 'Issue updated',
    description: 'Something about an issue changes, be it the status or anything else.',
    events: ['issue_updated', 'issue_transitioned'],
    mechanisms: BOTH,
    schema: UpdateConfig,
  }),
  jiraType({
    id: 'issue_transitioned',
    title: 'Issue transitioned',
    description: 'An issue moves from one status to another.',
    mechanisms: BOTH,
    schema: TransitionConfig,
  }),
  jiraType({ id: 'issue_deleted', title: 'Issue deleted', description: 'Somebody deletes an issue.' }),
  jiraType({
    id: 'issue',
    title: 'Issue: any action',
    description: 'Anything that happens to issues, narrowed by the actions you name.',
    events: ISSUE_EVENTS,
    mechanisms: BOTH,
    schema: AnyConfig,
    polledActions: ['created', 'updated', 'transitioned'],
  }),
  jiraType({ id: 'comment_created', title: 'Comment created', description: 'Somebody comments on an issue.' }),
  jiraType({ id: 'comment_updated', title: 'Comment updated', description: 'Somebody edits a comment.' }),
  jiraType({ id: 'comment_deleted', title: 'Comment deleted', description: 'Somebody deletes a comment.' }),
]

const refusalsOf = (event: JiraContext, config: Filters): Refusal[] => [
  aliasRefusal('site', config.sites, [event.site, event.siteId]),
  aliasRefusal('project', config.projects, [event.project, event.projectName]),
  // A transition is an update, too.
  aliasRefusal('action', config.actions, event.action === 'transitioned' ? ['transitioned', 'updated'] : [event.action]),
  aliasRefusal('issue type', config.issueTypes, [event.issueType]),
  aliasRefusal('status', config.statuses, [event.status, event.statusCategory]),
  aliasRefusal('former status', config.fromStatuses, [event.fromStatus]),
  aliasRefusal('new status', config.toStatuses, [event.toStatus]),
  labelRefusal(config.labels, event.labels ?? []),
  aliasRefusal('priority', config.priorities, [event.priority]),
  aliasRefusal('assignee', config.assignees, [event.assignee, event.assigneeEmail, event.assigneeId]),
  changeRefusal(config.changed, event),
]

function changeRefusal(wanted: string[] | undefined, event: JiraContext): Refusal {
  if (!wanted?.length || !['updated', 'transitioned'].includes(event.action)) return null
  if (!event.changed) return `it is not known what changed, only that it should be ${oneOf(wanted)}`
  if (isThere(wanted, event.changed)) return null
  return `what changed is ${event.changed.join(', ') || 'nothing'}, not ${oneOf(wanted)}`
}
