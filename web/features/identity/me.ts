import { queryOptions } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import type { Me } from '#schema/contracts/identity'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'

const FRESH_MS = 5 * 60_000

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => call(endpoints.me.show, { signal }),
  staleTime: FRESH_MS,
})

/** Who is signed in: given by the shell, which asked before it showed anything. */
export const MeContext = createContext<Me | null>(null)

export function useMe(): Me {
  const me = useContext(MeContext)
  if (me === null) throw new Error('Only pages inside the shell know who is signed in')
  return me
}

/** Names the organization first in every key, so that nothing of one is ever shown in another. */
export function useOrganizationId(): string {
  return useMe().organization?.id ?? 'none'
}

/** Everything the person may do in this organization: `sessions:create`. The API enforces it. */
export function useVerbs(): readonly string[] {
  return useMe().verbs
}

/** Whether the person may do this to whatever it is about: what nobody may is not offered. */
export function useMay(verb: string): boolean {
  return useVerbs().includes(verb)
}

/** Whether the person may do this to one thing: to everything of its kind, or because they made it. */
export function useMayOwn(verb: string, { createdBy }: { createdBy: string | null }): boolean {
  const { verbs, user } = useMe()
  return verbs.includes(verb) || (verbs.includes(`${verb}_own`) && createdBy === user.id)
}
