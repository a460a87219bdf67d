import { queryOptions } from '@tanstack/react-query'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../../client.ts'

export const mailboxQuery = queryOptions({
  queryKey: ['mailbox'],
  queryFn: ({ signal }) => call(endpoints.dev.mailbox, { signal }),
})
