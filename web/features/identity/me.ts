import { queryOptions, useSuspenseQuery } from '@tanstack/react-query'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'

const FRESH_MS = 5 * 60_000

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => call(endpoints.me.show, { signal }),
  staleTime: FRESH_MS,
})

/** Who is signed in. Only below the shell, which has asked. */
export function useMe() {
  return useSuspenseQuery(meQuery).data
}

/** Names the organization first in every key, so that nothing of one is ever shown in another. */
export function useOrganizationId(): string {
  return useMe().organization?.id ?? 'none'
}

/** Whether the role may change anything; the API enforces it. */
export function useMayWrite(): boolean {
  const { role } = useMe()
  return role !== null && role !== 'viewer'
}
