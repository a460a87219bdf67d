import type { Match } from '../../contract.ts'

/** Why a filter refuses, as a sentence; null when it lets the event through. */
export type Refusal = string | null

export const refused = (reason: string): Match => ({ matched: false, reason })

/** The first filter that refuses speaks; an event that none refuses matches. */
export function matchUnless(refusal: Refusal): Match {
  return refusal === null ? { matched: true } : refused(refusal)
}

/** Null when the event is of the kind that the trigger listens to. */
export function kindRefusal(eventType: string, wanted: readonly string[]): Refusal {
  return wanted.includes(eventType) ? null : `the event is ${eventType}, this listens to another`
}

/** `a`, or `one of a, b`. */
export const oneOf = (wanted: readonly string[]) =>
  wanted.length === 1 ? `${wanted[0]}` : `one of ${wanted.join(', ')}`

/** Whether at least one wanted name is there, whatever the case of the letters. */
export function isThere(wanted: readonly string[], present: readonly (string | undefined)[]): boolean {
  const there = new Set(present.map((name) => name?.toLowerCase()))
  return wanted.some((name) => there.has(name.toLowerCase()))
}

/** One thing that must be among the wanted names: "repository a/b is not c/d". No names let everything through. */
export function nameRefusal(what: string, present: string | undefined, wanted: readonly string[] | undefined): Refusal {
  if (!wanted?.length || isThere(wanted, [present])) return null
  return `${what} ${present ?? 'none'} is not ${oneOf(wanted)}`
}
