import { queryOptions } from '@tanstack/react-query'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'

const POLLS_MS = 15_000

/** How the polling of services goes. */
export const pollGroupsQuery = (organizationId: string) =>
  queryOptions({
    queryKey: [organizationId, 'poll-groups'],
    queryFn: ({ signal }) => call(endpoints.pollGroups.list, { signal }),
    refetchInterval: POLLS_MS,
  })
