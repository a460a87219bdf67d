import { z } from 'zod'
import type { Mechanism, TriggerType } from '../../contract.ts'
import { aliasRefusal } from '../common/filters.ts'
import { names } from '../common/names.ts'
import { isThere, oneOf, type Refusal } from '../common/refusals.ts'
import { typeMaker } from '../common/type-maker.ts'
import { sentryContextOf, SEVERITIES, Severity, type SentryContext } from './context.ts'

const projects = names.meta({
  title: 'Projects',
  description: 'Only these projects, by the slug in their address, such as front-end. Empty means all.',
})
const environments = names.meta({
  title: 'Environments',
  description: 'Only what happened in one of these environments, such as production.',
})
const minSeverity = Severity.optional().meta({
  title: 'Lowest severity',
  description: 'Only what is at least as bad: debug, info, warning, error or fatal.',
})
const organization = z.string().trim().regex(/^[\w-]{1,100}$/).optional().meta({
  title: 'Organization',
  description:
    'The slug of the organization in Sentry, where the connection can see several. Empty means all of them. ' +
    'One whose data Sentry keeps in the EU must be named: Sentry does not list it.',
})
const actions = z
  .array(z.enum(['created', 'resolved', 'assigned', 'archived', 'unresolved']))
  .max(5)
  .optional()
  .meta({
    title: 'Actions',
    description: 'Only these: created, resolved, assigned, archived, unresolved. Empty means all.',
  })

const Config = z.strictObject({ projects, environments, minSeverity, organization })
const AnyConfig = Config.extend({ actions })
type Filters = z.output<typeof AnyConfig>

const ISSUE_EVENTS = ['issue_created', 'issue_resolved', 'issue_assigned', 'issue_archived', 'issue_unresolved']
const BOTH: Mechanism[] = ['webhook', 'polling']

const sentryType = typeMaker<Filters>(Config, (event, config) => refusalsOf(sentryContextOf(event), config))

/** Every trigger of Sentry. */
export const sentryTriggerTypes: TriggerType[] = [
  sentryType({
    id: 'error_created',
    title: 'Error created',
    description:
      'An error occurs. Let Sentry send issues to hear of each error once, or errors to hear of every occurrence.',
    events: ['error_created', 'issue_created'],
    mechanisms: BOTH,
  }),
  sentryType({
    id: 'error_spike',
    title: 'Alert',
    description: 'An alert rule of Sentry fires: an issue alert, or a metric alert that becomes a warning or critical.',
  }),
  sentryType({
    id: 'metric_alert_resolved',
    title: 'Metric alert resolved',
    description: 'What a metric alert measures is well again.',
  }),
  sentryType({
    id: 'issue_created',
    title: 'Issue created',
    description: 'Sentry sees an error for the first time.',
    mechanisms: BOTH,
  }),
  sentryType({
    id: 'issue_resolved',
    title: 'Issue resolved',
    description: 'Somebody, or a release, resolves an issue.',
  }),
  sentryType({
    id: 'issue_assigned',
    title: 'Issue assigned',
    description: 'An issue is assigned to a person or a team.',
  }),
  sentryType({ id: 'issue_archived', title: 'Issue archived', description: 'Somebody archives an issue.' }),
  sentryType({
    id: 'issue_unresolved',
    title: 'Issue unresolved',
    description: 'A resolved issue occurs again, or an archived one escalates.',
  }),
  sentryType({
    id: 'issue',
    title: 'Issue: any action',
    description: 'Anything that happens to issues, narrowed by the actions you name.',
    events: ISSUE_EVENTS,
    mechanisms: BOTH,
    schema: AnyConfig,
    polledActions: ['created'],
  }),
]

const refusalsOf = (event: SentryContext, config: Filters): Refusal[] => [
  aliasRefusal('organization', config.organization === undefined ? [] : [config.organization], [event.organization]),
  projectRefusal(config.projects, event.projects ?? []),
  aliasRefusal('action', config.actions, [event.action === 'ignored' ? 'archived' : event.action]),
  severityRefusal(config.minSeverity, event.level),
  aliasRefusal('environment', config.environments, [event.environment]),
]

/** A metric alert may be about several projects. */
function projectRefusal(wanted: string[] | undefined, present: string[]): Refusal {
  if (present.length < 2) return aliasRefusal('project', wanted, present)
  if (!wanted?.length || isThere(wanted, present)) return null
  return `none of the projects ${present.join(', ')} is ${oneOf(wanted)}`
}

function severityRefusal(lowest: Severity | undefined, level: Severity | undefined): Refusal {
  if (lowest === undefined) return null
  if (level === undefined) return `the severity is not known, it should be at least ${lowest}`
  return SEVERITIES.indexOf(level) >= SEVERITIES.indexOf(lowest) ? null : `severity ${level} is below ${lowest}`
}
