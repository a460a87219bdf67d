import { queryOptions } from '@tanstack/react-query'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../../client.ts'

/** What whoever holds the link may read; missing once the invitation is not open. */
export const invitationQuery = (invitationId: string) =>
  queryOptions({
    queryKey: ['invitation', invitationId],
    queryFn: ({ signal }) => call(endpoints.invitationInfo.show, { params: { invitationId }, signal }),
    refetchOnWindowFocus: false,
  })
