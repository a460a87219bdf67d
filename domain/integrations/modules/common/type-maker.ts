import type { z } from 'zod'
import type { NormalizedEvent } from '#schema/contracts/triggers'
import { type FieldIssue, type Mechanism, triggerType, type TriggerType } from '../../contract.ts'
import { matchOf } from './filters.ts'
import type { Refusal } from './refusals.ts'

interface Told<Filters> {
  id: string
  title: string
  description: string
  /** The events it listens to; the one of its own name when left out. */
  events?: string[]
  mechanisms?: readonly Mechanism[]
  schema?: z.ZodType<Filters & Record<string, unknown>>
  /** Of the actions it can be narrowed to those that polling finds; all when left out. */
  polledActions?: readonly string[]
  /** Filters that polling can never answer. */
  unpolledFilters?: readonly string[]
}

/** Makes the trigger types of one service, which have their filters in common. */
export function typeMaker<Filters>(
  usual: z.ZodType<Filters & Record<string, unknown>>,
  refusalsOf: (event: NormalizedEvent, config: Filters) => Refusal[],
) {
  return (input: Told<Filters>): TriggerType => {
    const { events = [input.id], mechanisms = ['webhook'], schema = usual, ...asked } = input
    const { polledActions, unpolledFilters = [], ...told } = asked
    return triggerType({
      ...told,
      mechanisms,
      schema,
      pollingIssues: (config) => [
        ...unpolledActions(config.actions, polledActions),
        ...unpolledFilters.filter((name) => isGiven(config[name])).map(unanswered),
      ],
      matches: (event, config) => matchOf(event, events, () => refusalsOf(event, config)),
    })
  }
}

const isGiven = (filter: unknown) => Array.isArray(filter) && filter.length > 0
const unanswered = (path: string): FieldIssue => ({ path, message: 'polling does not tell this, webhooks do' })

/** A trigger that waits for what polling cannot find would wait for ever, and say nothing. */
function unpolledActions(actions: unknown, polled: readonly string[] | undefined): FieldIssue[] {
  if (!Array.isArray(actions) || polled === undefined) return []
  const others = actions.filter((action) => !polled.includes(action))
  if (others.length === 0) return []
  return [{ path: 'actions', message: `polling never finds ${others.join(', ')}, only ${polled.join(', ')}` }]
}
