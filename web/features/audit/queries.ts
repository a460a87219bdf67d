import { infiniteQueryOptions } from '@tanstack/react-query'
import type { AuditFilter } from '#schema/contracts/audit'
import { hrefOf } from '#schema/endpoints/client'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'

export const auditQuery = (organizationId: string, filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: [organizationId, 'audit', filter],
    queryFn: ({ pageParam: cursor, signal }) => call(endpoints.audit.list, { query: { ...filter, cursor }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })

/** Where the browser fetches the whole log that fits the filter, as a file. */
export function exportHref(filter: AuditFilter, format: 'csv' | 'ndjson'): string {
  return hrefOf(endpoints.audit.export.path, {}, { ...filter, format })
}
