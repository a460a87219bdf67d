import { infiniteQueryOptions } from '@tanstack/react-query'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'

/** Names every list of the organization's repositories, whole or in pages. */
export const everyRepository = (organizationId: string) => [organizationId, 'repositories'] as const

export const repositoryListQuery = (organizationId: string) =>
  infiniteQueryOptions({
    queryKey: [...everyRepository(organizationId), 'list'],
    queryFn: ({ pageParam, signal }) => call(endpoints.repositories.list, { query: { cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })
