import { verbsOf } from '#domain/identity'
import { ApiProblem } from './api-state.ts'
import type { ApiState } from './api-state.ts'

const ADA = { kind: 'user', userId: 'user-ada', userName: 'Ada Lovelace' } as const

/** What the person may do where they are, by the very table that the API decides by. */
export function verbsHere({ organization, role, withheld }: ApiState): string[] {
  if (organization === null) return []
  return verbsOf({ ...ADA, organizationId: organization.id, role }).filter((verb) => !withheld.has(verb))
}

/** Refuses what the role may not, to anything or to this one thing. */
export function requireVerb(state: ApiState, verb: string, thing?: { createdBy: string | null }): void {
  const verbs = verbsHere(state)
  if (verbs.includes(verb) || (thing?.createdBy === ADA.userId && verbs.includes(`${verb}_own`))) return
  const detail = `As ${state.role} you may not do ${verb}`
  throw new ApiProblem(403, 'auth.forbidden', 'Your role does not allow this', detail)
}
