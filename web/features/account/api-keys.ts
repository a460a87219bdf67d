import { infiniteQueryOptions } from '@tanstack/react-query'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'

/** How many keys one person may have. */
export const MAX_API_KEYS = 20

/** One's own keys in all organizations; all of them are in one page. */
export const apiKeysQuery = infiniteQueryOptions({
  queryKey: ['own-account', 'api-keys'],
  queryFn: ({ signal }) => call(endpoints.apiKeys.list, { signal }),
  initialPageParam: undefined,
  getNextPageParam: () => undefined,
})
