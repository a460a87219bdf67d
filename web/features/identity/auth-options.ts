import { queryOptions } from '@tanstack/react-query'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'

/** Which ways to sign in this deployment offers; they do not change while a page is open. */
export const authOptionsQuery = queryOptions({
  queryKey: ['auth-options'],
  queryFn: ({ signal }) => call(endpoints.authOptions.show, { signal }),
  staleTime: Infinity,
})
