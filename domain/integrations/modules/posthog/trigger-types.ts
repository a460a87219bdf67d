import { z } from 'zod'
import { triggerType, type TriggerType } from '../../contract.ts'
import { names } from '../common/names.ts'
import { kindRefusal, matchUnless, nameRefusal, oneOf, type Refusal } from '../common/refusals.ts'
import { type PosthogContext, posthogContextOf } from './context.ts'

const events = names.meta({
  title: 'Events',
  description: 'Only events of these names, exactly as PostHog shows them, for example $pageview. Empty means all.',
})
const actions = names.meta({
  title: 'Actions',
  description: 'Only actions of these names. Empty means all.',
})
const properties = z
  .record(z.string().min(1).max(200), z.union([z.string().max(1_000), z.number(), z.boolean()]))
  .optional()
  .meta({
    title: 'Properties',
    description: 'Only events whose properties have all of these values, compared as text.',
  })
const requireSignatureVerification = z.boolean().optional().meta({
  title: 'Require a signature or token',
  description: 'Refuse deliveries that carry neither. A wrong one is always refused.',
})

const EventConfig = z.strictObject({ events, properties, requireSignatureVerification })
const ActionConfig = EventConfig.extend({ actions })

/** The triggers of PostHog. An event that stands for an action is an event all the same. */
export const posthogTriggerTypes: TriggerType[] = [
  triggerType({
    id: 'event_received',
    title: 'Event received',
    description: 'PostHog sends an event, whether or not it stands for an action.',
    schema: EventConfig,
    matches: (event, config) =>
      matchUnless(
        kindRefusal(event.eventType, ['event_received', 'action_performed']) ??
          filterRefusal(posthogContextOf(event), config),
      ),
  }),
  triggerType({
    id: 'action_performed',
    title: 'Action performed',
    description: 'PostHog sends an event together with the action it stands for.',
    schema: ActionConfig,
    matches: (event, config) => {
      const refusal = kindRefusal(event.eventType, ['action_performed'])
      if (refusal !== null) return matchUnless(refusal)
      const context = posthogContextOf(event)
      return matchUnless(nameRefusal('action', context.action, config.actions) ?? filterRefusal(context, config))
    },
  }),
]

const Strict = z.object({ requireSignatureVerification: z.literal(true) })

/** A trigger takes deliveries without signature or token unless it says otherwise (a2 §2.4). */
export const takesUnsigned = (config: Record<string, unknown>) => !Strict.safeParse(config).success

function filterRefusal(event: PosthogContext, config: z.output<typeof EventConfig>): Refusal {
  if (config.events?.length && !config.events.includes(event.event)) {
    return `event ${event.event} is not ${oneOf(config.events)}`
  }
  for (const [name, wanted] of Object.entries(config.properties ?? {})) {
    const present = Object.hasOwn(event.properties, name) ? event.properties[name] : undefined
    if (present === undefined) return `property ${name} is missing`
    if (!isValue(present, String(wanted))) return `property ${name} is not ${String(wanted)}`
  }
  return null
}

/** Forms give texts, events carry numbers and booleans: 5 and "5" mean the same. A list has each of its items. */
function isValue(present: unknown, wanted: string): boolean {
  if (Array.isArray(present)) return present.some((item) => !Array.isArray(item) && isValue(item, wanted))
  return present !== null && typeof present !== 'object' && String(present) === wanted
}
