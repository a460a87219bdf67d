import { queryOptions } from '@tanstack/react-query'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../../client.ts'

/** Who asks by this code. Each asking is counted, so it is asked once. */
export const deviceQuery = (userCode: string) =>
  queryOptions({
    queryKey: ['device', userCode],
    queryFn: ({ signal }) => call(endpoints.deviceConsent.show, { params: { userCode }, signal }),
    retry: false,
    refetchOnWindowFocus: false,
  })
