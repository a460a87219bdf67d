import type { NormalizedEvent } from '#schema/contracts/triggers'
import type { Match } from '../../contract.ts'
import { isThere, kindRefusal, matchUnless, oneOf, type Refusal } from './refusals.ts'

type Wanted = readonly string[] | undefined
/** What the event has may be missing; the first that is there is what people know it by. */
type Present = readonly (string | null | undefined)[]

/** The kind of the event first, then every filter; the first that refuses speaks. */
export function matchOf(event: NormalizedEvent, kinds: readonly string[], refusals: () => Refusal[]): Match {
  const kind = kindRefusal(event.eventType, kinds)
  return matchUnless(kind ?? refusals().find((refusal) => refusal !== null) ?? null)
}

/** One thing that goes by several names, such as a team's key and its name. */
export function aliasRefusal(what: string, wanted: Wanted, aliases: Present): Refusal {
  const present = aliases.filter((name) => typeof name === 'string')
  if (!wanted?.length || isThere(wanted, present)) return null
  const known = present.find((name) => name !== '')
  if (known === undefined) return `there is no ${what}, so it is not ${oneOf(wanted)}`
  return `${what} ${known} is not ${oneOf(wanted)}`
}

/** For things that have several labels, of which one must be wanted. */
export function labelRefusal(wanted: Wanted, labels: readonly string[]): Refusal {
  if (!wanted?.length || isThere(wanted, labels)) return null
  return wanted.length === 1 ? `label ${wanted[0]} is missing` : `none of the labels ${wanted.join(', ')} is there`
}
