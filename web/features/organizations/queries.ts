import { queryOptions } from '@tanstack/react-query'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'

/** With its entity tag, for edits. */
export const organizationQuery = (organizationId: string) =>
  queryOptions({
    queryKey: [organizationId, 'organization'],
    queryFn: ({ signal }) => call.tagged(endpoints.organizations.show, { params: { organizationId }, signal }),
  })

export const domainsQuery = (organizationId: string) =>
  queryOptions({
    queryKey: [organizationId, 'domains'],
    queryFn: ({ signal }) => call(endpoints.organizations.showDomains, { params: { organizationId }, signal }),
  })
